/// @file
/// Watchdog: ends the wait for a server that has taken a statement and does not answer. The
/// server's own statement_timeout is no help when the whole machine stands still, and keepalives
/// are answered by its kernel. One thread, which shuts the sockets of connections whose deadline
/// has passed; whoever waits on one meets a lost connection. Thread-safe, nothing blocks.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>

namespace ebra::postgres {

/// What the watchdog knows of one connection.
struct Watched {
    int socket = -1;
    std::atomic<std::int64_t> deadline_ms{0};  ///< By the steady clock; 0 = nothing is waited for.
};

class Watchdog {
 public:
    Watchdog();
    /// Ends the thread.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Looks after `watched` until it is let go; its socket stays open for as long.
    void watch(Watched& watched);
    void let_go(Watched& watched);

 private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<Watched*> all_;    ///< Guarded by mutex_.
    bool is_stopping_ = false;  ///< Guarded by mutex_.
    std::thread thread_;
};

/// One statement under way: from its begin to its end there is a deadline.
class Deadline {
 public:
    Deadline(Watched& watched, std::int64_t patience_ms);
    ~Deadline() { watched_.deadline_ms = 0; }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

 private:
    Watched& watched_;
};

}  // namespace ebra::postgres
