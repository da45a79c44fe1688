/// @file
/// WakeSignal: how those who wait for work learn of it. Within the process an eventfd; from other
/// processes a datagram on a socket beside the file, made by the first wait(); and every 20 ms a
/// look whether another process has committed, should a datagram be lost. Thread-safe. raise() and
/// wake() never block.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ebra::sqlite {

class WakeSignal {
 public:
    /// `version` tells a number that changes when another process has committed, or nothing when it
    /// cannot tell now.
    WakeSignal(const std::string& store_path, std::function<std::optional<std::int64_t>()> version);
    ~WakeSignal();
    WakeSignal(const WakeSignal&) = delete;
    WakeSignal& operator=(const WakeSignal&) = delete;

    /// Work was committed: wakes waiters of this process and of others.
    void raise();
    /// Ends a wait under way, or the next one.
    void wake();
    /// True when there may be work, false when the time-out came first.
    bool wait(std::int64_t timeout_ms);

 private:
    void listen();
    void tell_peers();
    void find_peers(std::int64_t now_ms);
    bool is_foreign_commit_seen();
    bool is_awake(int timeout_ms, std::uint64_t generation);

    // Constant after construction.
    const std::string store_path_;
    const std::function<std::optional<std::int64_t>()> version_;
    const int event_;
    const int sender_;

    std::atomic<std::uint64_t> generation_ = 0;

    std::mutex mutex_;
    int listener_ = -1;                         ///< Guarded by mutex_.
    bool has_listened_ = false;                 ///< Guarded by mutex_.
    std::string own_address_;                   ///< Guarded by mutex_.
    std::vector<std::string> peers_;            ///< Guarded by mutex_.
    std::int64_t peers_found_at_ms_ = -1;       ///< Guarded by mutex_; -1 = not looked yet.
    std::optional<std::int64_t> last_version_;  ///< Guarded by mutex_.
};

}  // namespace ebra::sqlite
