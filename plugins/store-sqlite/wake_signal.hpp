/// @file
/// WakeSignal: how those who wait for work learn of it. Within the process an eventfd; from other
/// processes a datagram on a socket beside the file, made by the first wait(); and every 20 ms a
/// look whether another process has committed, should a datagram be lost. Thread-safe. Only wait()
/// blocks.
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
    /// Work is about to be committed: wakes waiters of this process. False when there are none.
    bool call_in();
    /// A claim sees all that was raised before: no wait() that begins after it needs to end for
    /// that.
    void taken_up() { is_raised_ = false; }
    /// Ends a wait under way, or the next one.
    void wake();
    /// True when there may be work, false when the time-out came first.
    bool wait(std::int64_t timeout_ms);

 private:
    void listen();
    void tell_peers();
    void find_peers(std::int64_t now_ms);
    bool is_foreign_commit_seen();
    bool is_awake(std::uint64_t generation);
    bool has_heard_peers(int timeout_ms);
    void ring();

    // Constant after construction.
    const std::string store_path_;
    const std::function<std::optional<std::int64_t>()> version_;
    const int event_;
    const int sender_;

    std::atomic<std::uint64_t> generation_ = 0;  ///< Of raises and wakes: for waits under way.
    std::atomic<bool> is_raised_ = false;        ///< For the next wait: work ...
    std::atomic<bool> is_woken_ = false;         ///< ... or a wake().
    std::atomic<int> waiters_ = 0;

    std::mutex mutex_;
    int listener_ = -1;                         ///< Guarded by mutex_.
    bool has_listened_ = false;                 ///< Guarded by mutex_.
    std::string own_address_;                   ///< Guarded by mutex_.
    std::vector<std::string> peers_;            ///< Guarded by mutex_.
    std::int64_t peers_found_at_ms_ = -1;       ///< Guarded by mutex_; -1 = not looked yet.
    std::optional<std::int64_t> last_version_;  ///< Guarded by mutex_.
};

}  // namespace ebra::sqlite
