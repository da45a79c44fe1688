/// @file
/// ChildProcess: a forked process of a case, with a pipe that carries numbers up. Owned by the
/// case, one thread; killed and waited for at the end. Fork before any instance of the plugin is
/// open: the child opens its own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>

namespace ebra::conformance {

class ChildProcess {
 public:
    /// Tells the parent a number.
    using Tell = std::function<void(std::int64_t number)>;
    using Body = std::function<void(const Tell& tell)>;

    /// Runs `body` in a new process. What it throws ends the process and is told by `join`.
    explicit ChildProcess(const Body& body);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next number it told; nothing when it has ended, or after 30 s.
    std::optional<std::int64_t> hear();
    /// Ends it at once, as a crash would.
    void kill();
    /// Waits for its end; throws CaseFailure with what it threw. Numbers not heard are dropped.
    void join();

 private:
    int from_child_ = -1;
    pid_t pid_ = -1;
    std::string failure_;
};

}  // namespace ebra::conformance
