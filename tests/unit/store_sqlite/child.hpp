/// @file
/// Child: a second process of a test, made by fork(), that ends with its test. Make it before the
/// test has threads; one thread.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::sqlite::test {

/// A child process with a pipe in each direction. Killed and waited for at the end.
class Child {
 public:
    using Body = std::function<void(int from_parent, int to_parent)>;

    explicit Child(const Body& body) {
        EXPECT_EQ(pipe(down_.data()), 0);
        EXPECT_EQ(pipe(up_.data()), 0);
        pid_ = fork();
        if (pid_ != 0) {
            close(down_[0]);
            close(up_[1]);
            return;
        }
        close(down_[1]);
        close(up_[0]);
        body(down_[0], up_[1]);
        _exit(0);
    }

    ~Child() {
        kill();
        close(down_[1]);
        close(up_[0]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void signal(int number) { ::kill(pid_, number); }
    /// Waits for its end; how it ended, as waitpid() tells.
    int wait() {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    void say() { EXPECT_EQ(write(down_[1], "x", 1), 1); }
    /// One message from the child; false after 20 s.
    bool hear(std::int64_t* value = nullptr) {
        pollfd watched{up_[0], POLLIN, 0};
        if (poll(&watched, 1, 20'000) != 1) return false;
        std::int64_t heard = 0;
        if (read(up_[0], &heard, sizeof(heard)) != sizeof(heard)) return false;
        if (value != nullptr) *value = heard;
        return true;
    }

 private:
    std::array<int, 2> down_{};
    std::array<int, 2> up_{};
    pid_t pid_ = -1;
};

inline void tell(int descriptor, std::int64_t value) {
    if (write(descriptor, &value, sizeof(value)) != sizeof(value)) _exit(1);
}

inline void listen(int descriptor) {
    char byte = 0;
    if (read(descriptor, &byte, 1) != 1) _exit(1);
}

}  // namespace ebra::sqlite::test
