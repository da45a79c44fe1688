#include "child_process.hpp"

#include "expect.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::conformance {

namespace {

constexpr int kHearTimeoutMs = 30'000;
constexpr std::size_t kTextBytesMax = 500;

/// What goes through the pipe; smaller than PIPE_BUF, so that it arrives whole or not at all.
struct Message {
    std::int64_t number = 0;
    std::int64_t is_failure = 0;
    std::array<char, kTextBytesMax + 1> text{};
};

void send(int descriptor, const Message& message) {
    while (write(descriptor, &message, sizeof(message)) < 0) {
        if (errno != EINTR) _exit(3);
    }
}

[[noreturn]] void run_child(int to_parent, const ChildProcess::Body& body) {
    Message message;
    try {
        body([&](std::int64_t number) {
            Message told;
            told.number = number;
            send(to_parent, told);
        });
        _exit(0);
    } catch (const std::exception& thrown) {
        std::strncpy(message.text.data(), thrown.what(), kTextBytesMax);
    } catch (...) {
        std::strncpy(message.text.data(), "something foreign was thrown", kTextBytesMax);
    }
    message.is_failure = 1;
    send(to_parent, message);
    _exit(1);
}

}  // namespace

ChildProcess::ChildProcess(const Body& body) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) fail_case("no pipe");
    pid_ = fork();
    if (pid_ < 0) fail_case("no process");
    if (pid_ == 0) {
        close(ends[0]);
        run_child(ends[1], body);
    }
    close(ends[1]);
    from_child_ = ends[0];
}

ChildProcess::~ChildProcess() {
    kill();
    close(from_child_);
}

std::optional<std::int64_t> ChildProcess::hear() {
    pollfd watched{from_child_, POLLIN, 0};
    if (poll(&watched, 1, kHearTimeoutMs) != 1) return std::nullopt;
    Message message;
    if (read(from_child_, &message, sizeof(message)) != sizeof(message)) return std::nullopt;
    if (message.is_failure == 0) return message.number;
    failure_ = message.text.data();
    return std::nullopt;
}

void ChildProcess::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void ChildProcess::join() {
    while (hear()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    if (!failure_.empty()) throw CaseFailure("in a child process: " + failure_);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_case("a child process crashed");
}

}  // namespace ebra::conformance
