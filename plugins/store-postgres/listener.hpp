/// @file
/// Listener: tells waiting nodes that there may be work. Within the process at once; between
/// processes by one NOTIFY for all that was committed since the last, sent by a thread of its own
/// with a connection of its own, so that no commit waits for it; and by looking at a counter now
/// and then, which is all there is behind a pooler. Where somebody of this process waits, the
/// others are told only of what its claim leaves: a NOTIFY is a commit, and would be in the claim's
/// way. Losing any of it costs time, never a call.
#pragma once

#include "connection.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace ebra::postgres {

class Listener {
 public:
    /// Both outlive this.
    Listener(const Options& options, Watchdog& watchdog);
    /// Ends the thread.
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// After a commit that may have made work. Does not block.
    void announce();
    /// Before a claim, which sees all that was told of by now: no wait() that begins after it needs
    /// to end for that. True when it is to see to news that others do not know of: unless it leaves
    /// nothing, they are to be told after it.
    bool take_up();
    /// Does not block.
    void tell_others();
    /// True when there may be work; false when the time is over.
    bool wait(std::int64_t timeout_ms);
    /// Ends a wait under way, or the next one. Does not block.
    void wake();

 private:
    using Clock = std::chrono::steady_clock;

    void run();
    void serve(Connection& connection);
    void raise();
    void poke();
    bool poll_for(int socket, std::chrono::milliseconds timeout);
    std::int64_t read_changes(Connection& connection) const;

    const Options& options_;
    Watchdog& watchdog_;
    const int event_;  ///< An eventfd: the thread has something to do.
    std::atomic<bool> is_stopping_ = false;
    std::atomic<bool> has_news_ = false;  ///< To be told to the other processes.
    std::atomic<bool> is_ours_ = false;   ///< There is news that a claim here is to see to first.
    std::atomic<int> waiters_ = 0;

    std::mutex mutex_;
    std::condition_variable raised_;
    bool has_work_ = false;         ///< Guarded by mutex_.
    std::uint64_t generation_ = 0;  ///< Guarded by mutex_.

    std::thread thread_;
};

}  // namespace ebra::postgres
