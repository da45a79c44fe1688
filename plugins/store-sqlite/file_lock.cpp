#include "file_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace ebra::sqlite {

namespace {

constexpr off_t kTurn = 0;
constexpr off_t kLock = 1;
// Locks of open files have no wait with a deadline; a contended hand-over costs half of this.
constexpr timespec kRetryInterval = {0, 200'000};

// Locks of the open file, not of the process: two stores in one process exclude each other, too.
bool set_lock(int descriptor, off_t byte, short type) {
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = byte;
    range.l_len = 1;
    return fcntl(descriptor, F_OFD_SETLK, &range) == 0;
}

bool lock_until(int descriptor, off_t byte, Deadline deadline) {
    while (!set_lock(descriptor, byte, F_WRLCK)) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        ppoll(nullptr, 0, &kRetryInterval, nullptr);
    }
    return true;
}

}  // namespace

FileLock::FileLock(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (descriptor_ >= 0) return;
    throw StoreError(EBRA_UNAVAILABLE,
                     "cannot open " + path + ": " + std::strerror(errno) +
                         "; the store's folder must exist and be writable by this user",
                     errno, kRetryAfterMs);
}

FileLock::~FileLock() {
    close(descriptor_);
}

bool FileLock::acquire(Deadline deadline) {
    if (!lock_until(descriptor_, kTurn, deadline)) return false;
    const bool is_ours = lock_until(descriptor_, kLock, deadline);
    set_lock(descriptor_, kTurn, F_UNLCK);
    return is_ours;
}

void FileLock::release() {
    set_lock(descriptor_, kLock, F_UNLCK);
}

std::string write_lock_path(const std::string& store_path) {
    return store_path + "-lock";
}

StoreError write_lock_held(const std::string& store_path, std::chrono::milliseconds waited) {
    return StoreError(EBRA_UNAVAILABLE,
                      "another process held the write lock of " + store_path + " for " +
                          std::to_string(waited.count()) +
                          " ms; look for an Ebra process that is stopped or starved",
                      0, kRetryAfterMs);
}

}  // namespace ebra::sqlite
