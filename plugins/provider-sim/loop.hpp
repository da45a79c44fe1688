/// @file
/// Loop: the simulator's one thread for time and network: a queue of timers and a WebhookSender.
/// Everything it runs, it runs on that thread, one after the other.
#pragma once

#include "webhook_sender.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

namespace ebra::sim {

class Loop {
 public:
    using Task = std::function<void()>;

    Loop(const ebra_host* host, std::string signing_key);
    /// Stops.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void start();

    /// Ends the thread after the task under way; the rest is dropped. Any number of times.
    void stop();

    /// Runs `task` at `at_ns` of CLOCK_MONOTONIC, never before. Thread-safe. As many can wait as
    /// there can be calls.
    void at(std::int64_t at_ns, Task task);

    /// For tasks only.
    WebhookSender& sender() { return sender_; }

    /// Timers and webhooks that wait. For people; after stop() it is what was dropped.
    std::size_t pending() const;

 private:
    struct Timer {
        std::int64_t at_ns;
        std::uint64_t order;
        Task task;
    };
    struct IsLater {
        bool operator()(const Timer& left, const Timer& right) const {
            return left.at_ns != right.at_ns ? left.at_ns > right.at_ns : left.order > right.order;
        }
    };

    void run();
    void run_due();
    int wait_ms() const;

    const ebra_host* const host_;
    WebhookSender sender_;
    std::thread thread_;
    std::atomic<bool> is_stopping_{false};
    mutable std::mutex mutex_;
    std::priority_queue<Timer, std::vector<Timer>, IsLater> timers_;  // Guarded by mutex_.
    std::uint64_t next_order_ = 0;                                    // Guarded by mutex_.
};

}  // namespace ebra::sim
