#include "child.hpp"

#include <atomic>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::integration {

namespace {

using Clock = std::chrono::steady_clock;

int left_ms(Clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::string unique_error_path(const std::string& directory) {
    static std::atomic<int> next{0};
    return directory + "/stderr." + std::to_string(getpid()) + "." + std::to_string(++next);
}

[[noreturn]] void become(const std::vector<std::string>& command,
                         const std::vector<std::string>& environment, const std::string& directory,
                         int output, int error) {
    setpgid(0, 0);
    dup2(output, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    if (chdir(directory.c_str()) != 0) _exit(126);
    for (const std::string& variable : environment) putenv(const_cast<char*>(variable.c_str()));
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
             const std::string& directory)
    : error_path_(unique_error_path(directory)) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    const int error = open(error_path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    pid_ = fork();
    if (pid_ == 0) become(command, environment, directory, ends[1], error);
    close(ends[1]);
    close(error);
    output_ = ends[0];
    exit_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
}

Child::~Child() {
    if (!exit_code_) {
        signal(SIGKILL);
        (void)wait(std::chrono::seconds(10));
    }
    close(output_);
    close(exit_);
}

std::optional<std::string> Child::read_line(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        const std::size_t end = buffer_.find('\n');
        if (end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        pollfd ready{output_, POLLIN, 0};
        if (poll(&ready, 1, left_ms(deadline)) <= 0) return std::nullopt;
        char bytes[4096];
        const ssize_t got = read(output_, bytes, sizeof bytes);
        if (got <= 0) return std::nullopt;
        buffer_.append(bytes, static_cast<std::size_t>(got));
    }
}

std::optional<std::string> Child::read_until(const std::string& text,
                                             std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        auto line = read_line(std::chrono::milliseconds(left_ms(deadline)));
        if (!line || line->find(text) != std::string::npos) return line;
    }
}

void Child::signal(int number) {
    if (!exit_code_) kill(pid_, number);
}

std::optional<int> Child::wait(std::chrono::milliseconds patience) {
    if (exit_code_) return exit_code_;
    pollfd ended{exit_, POLLIN, 0};
    if (poll(&ended, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
    int status = 0;
    waitpid(pid_, &status, 0);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

std::string Child::errors() const {
    std::ifstream file(error_path_);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace ebra::integration
