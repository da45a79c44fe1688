/// @file
/// FileLock: the write lock between processes on one store, a file beside it. SQLite's own lock is
/// not fair: whoever asks again fastest wins. Here a process first takes the turn, then the lock,
/// so that one that releases and asks again stands behind the one that waits. The kernel releases
/// both when a process ends. One owner, one thread at a time; waits at most until the deadline.
#pragma once

#include "error.hpp"

#include <chrono>
#include <string>

namespace ebra::sqlite {

using Deadline = std::chrono::steady_clock::time_point;

class FileLock {
 public:
    /// Opens or makes the file. Throws StoreError when that is not possible.
    explicit FileLock(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// False when the deadline came first; then nothing is held.
    bool acquire(Deadline deadline);
    void release();

 private:
    int descriptor_;
};

/// Where the lock of the store at `store_path` is. DO NOT CHANGE: other processes look there.
std::string write_lock_path(const std::string& store_path);

/// The error for a lock that was not free within `waited`.
StoreError write_lock_held(const std::string& store_path, std::chrono::milliseconds waited);

}  // namespace ebra::sqlite
