/// @file
/// Child: one process under test, in a process group of its own. Its standard output is read line
/// by line, its standard error goes to a file. Killed at the latest when this goes out of scope.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ebra::integration {

class Child {
 public:
    /// Starts `command` with `environment` ("NAME=value") added to this process's own, in
    /// `directory`.
    Child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          const std::string& directory);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output; nothing at the end of it or after `patience`.
    std::optional<std::string> read_line(std::chrono::milliseconds patience);

    /// The next line that contains `text`.
    std::optional<std::string> read_until(const std::string& text,
                                          std::chrono::milliseconds patience);

    void signal(int number);

    /// The exit code (128 + n for signal n), or nothing when it still runs after `patience`.
    std::optional<int> wait(std::chrono::milliseconds patience);

    /// Everything written to standard error so far.
    std::string errors() const;

    pid_t pid() const { return pid_; }

 private:
    const std::string error_path_;
    pid_t pid_ = -1;
    int output_ = -1;
    int exit_ = -1;  // A pidfd: readable once the process has ended.
    std::string buffer_;
    std::optional<int> exit_code_;
};

}  // namespace ebra::integration
