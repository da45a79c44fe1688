#include "runner.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::conformance {

namespace {

using Time = std::chrono::steady_clock;

constexpr std::size_t kMessageBytesMax = 64 * 1024;
/// Ends the answer: what the child leaves behind may hold the pipe open.
constexpr char kEndMark = '\0';

std::int64_t ms_since(Time::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Time::now() - start).count();
}

/// A verdict as one byte, then the message.
void send(int descriptor, const CaseResult& result) {
    std::string text(1, static_cast<char>('0' + static_cast<int>(result.verdict)));
    text += result.message.substr(0, kMessageBytesMax);
    text += kEndMark;
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t wrote = write(descriptor, text.data() + sent, text.size() - sent);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) _exit(3);
        sent += static_cast<std::size_t>(wrote);
    }
}

/// All that comes until the end mark or the other side's end; false when `deadline` comes first.
bool receive(int descriptor, Time::time_point deadline, std::string& into) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Time::now()).count();
        if (left <= 0) return false;
        pollfd watched{descriptor, POLLIN, 0};
        if (poll(&watched, 1, static_cast<int>(left)) <= 0) continue;
        const ssize_t got = read(descriptor, buffer.data(), buffer.size());
        if (got == 0) return true;
        if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
        if (!into.empty() && into.back() == kEndMark) {
            into.pop_back();
            return true;
        }
    }
}

std::string how_it_died(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        return std::string("killed by signal ") + strsignal(WTERMSIG(wait_status));
    }
    return "left with exit code " + std::to_string(WEXITSTATUS(wait_status)) + " without an answer";
}

CaseResult judge(bool has_ended, const std::string& answer, int wait_status, const Case& one) {
    CaseResult result;
    if (!answer.empty()) {
        result.verdict = static_cast<Verdict>(answer.front() - '0');
        result.message = answer.substr(1);
        // A verdict, and then it did not survive its own end.
        const bool was_clean = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
        if (was_clean || !has_ended) return result;
    }
    result.verdict = has_ended ? Verdict::kCrashed : Verdict::kTimedOut;
    result.message = has_ended ? how_it_died(wait_status)
                               : "not done after " + std::to_string(one.timeout_s) + " s";
    return result;
}

}  // namespace

const char* name_of(Verdict verdict) {
    static constexpr std::array<const char*, 5> kNames = {"PASSED", "FAILED", "SKIPPED", "CRASHED",
                                                          "TIMED OUT"};
    return kNames.at(static_cast<std::size_t>(verdict));
}

CaseResult run_here(const Case& one, const Examinee& examinee) {
    const auto start = Time::now();
    CaseResult result;
    result.verdict = Verdict::kFailed;
    try {
        Trial trial(examinee);
        one.body(trial);
        result.verdict = Verdict::kPassed;
    } catch (const CaseSkipped& skipped) {
        result.verdict = Verdict::kSkipped;
        result.message = skipped.what();
    } catch (const std::exception& thrown) {
        result.message = thrown.what();
    } catch (...) {
        result.message = "something that is no std::exception was thrown";
    }
    result.took_ms = ms_since(start);
    return result;
}

CaseResult run_in_child(const Case& one, const Examinee& examinee) {
    const auto start = Time::now();
    // The parent's, so that it goes away even when the child is killed.
    const Folder place;
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return {Verdict::kCrashed, "no pipe", 0};
    const pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        setenv("TMPDIR", place.path().c_str(), 1);
        close(ends[0]);
        send(ends[1], run_here(one, examinee));
        close(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    std::string answer;
    const bool has_ended =
        child > 0 && receive(ends[0], start + std::chrono::seconds(one.timeout_s), answer);
    close(ends[0]);
    int wait_status = 0;
    if (child > 0) {
        // Its grandchildren too, and itself unless it is ending by itself.
        if (!has_ended) kill(-child, SIGKILL);
        waitpid(child, &wait_status, 0);
        kill(-child, SIGKILL);
    }
    CaseResult result = judge(has_ended, answer, wait_status, one);
    result.took_ms = ms_since(start);
    return result;
}

}  // namespace ebra::conformance
