/// @file
/// Signal: one thread waits for work, any thread says there is some. Signals given while nobody
/// waits are remembered as one. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace ebra {

class Signal {
 public:
    /// Ends the wait under way, or the next one. Does not block.
    void set() {
        {
            const std::lock_guard lock(mutex_);
            is_set_ = true;
        }
        condition_.notify_one();
    }

    /// Waits until set(), at most `timeout_ms`; takes the signal.
    void wait_for(std::int64_t timeout_ms) {
        std::unique_lock lock(mutex_);
        condition_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                            [this] { return is_set_; });
        is_set_ = false;
    }

 private:
    std::mutex mutex_;
    std::condition_variable condition_;
    bool is_set_ = false;  // Guarded by mutex_.
};

}  // namespace ebra
