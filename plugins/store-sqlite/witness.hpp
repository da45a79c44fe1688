/// @file
/// Witness: what a store remembers outside its file of how far the file had come, so that a file
/// that went back in time (a backup in its place, commits that a broken disk swallowed) is noticed.
/// It says no more than a time that was committed: it is never ahead of a sound file. Thread-safe;
/// a write that fails is told once and costs the notice, nothing else.
#pragma once

#include "ebra/abi/host.h"

#include <atomic>
#include <mutex>
#include <string>

namespace ebra::sqlite {

class Witness {
 public:
    /// Beside the store at `store_path`. `host` outlives this.
    Witness(const ebra_host* host, const std::string& store_path);
    ~Witness();
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;

    /// The time this process knows to have been committed; at first what the file beside the store
    /// says. 0 = nothing is known.
    ebra_time_ms seen() const { return seen_; }

    /// This time was committed.
    void saw(ebra_time_ms floor);

 private:
    void complain(const std::string& what);

    const ebra_host* host_;
    const std::string path_;
    std::mutex mutex_;
    int descriptor_ = -1;          ///< Guarded by mutex_.
    bool has_complained_ = false;  ///< Guarded by mutex_.
    std::atomic<ebra_time_ms> seen_ = 0;
};

}  // namespace ebra::sqlite
