/// @file
/// ReaderPool: a few threads that do what blocks on the store for reading, so that no HTTP worker
/// ever does. Bounded: when too many reads wait, the next is refused. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ebra {

class ReaderPool {
 public:
    ReaderPool(std::size_t threads, std::size_t queue_max);
    ~ReaderPool();
    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    /// Queues `read`; false when there is no room, or the pool is stopping. Does not block.
    bool run(std::function<void()> read);

    /// Finishes what is queued, then joins. May be called again.
    void stop();

 private:
    void work();

    const std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> queue_;  // Guarded by mutex_.
    bool is_stopping_ = false;                 // Guarded by mutex_.
    std::vector<std::thread> threads_;
};

}  // namespace ebra
