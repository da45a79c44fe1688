/// @file
/// UniqueFd: owns one file descriptor and closes it. Movable, one owner, not thread-safe.
#pragma once

#include <unistd.h>
#include <utility>

namespace ebra {

class UniqueFd {
 public:
    UniqueFd() = default;
    /// Takes `fd` over; a negative number means none.
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() {
        if (fd_ >= 0) ::close(fd_);
    }

    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }

 private:
    int fd_ = -1;
};

}  // namespace ebra
