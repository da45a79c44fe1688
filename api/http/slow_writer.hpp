/// @file
/// SlowWriter: one thread that finishes the answers of slow readers, so that no worker waits for
/// them. Owned by HttpCore. It never owns a socket: whoever submits keeps the descriptor open until
/// `done` ran. Count and bytes are limited, each write has a deadline.
#pragma once

#include "http/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ebra {

struct SlowWrite {
    int fd = -1;
    std::string bytes;
    std::size_t written = 0;
    std::chrono::steady_clock::time_point deadline;
    /// Told once: true when the socket took all bytes. Runs on the writer thread or in stop().
    std::function<void(bool is_delivered)> done;
};

class SlowWriter {
 public:
    SlowWriter(std::size_t writes_max, std::size_t bytes_max);
    ~SlowWriter();
    SlowWriter(const SlowWriter&) = delete;
    SlowWriter& operator=(const SlowWriter&) = delete;

    /// Starts the thread; false when the system has no descriptor for it.
    bool start();
    /// Gives up what is not written (`done(false)`) and joins. Repeatable.
    void stop();

    /// Takes a write over. False, and `done` is not called, when a limit is reached or the writer
    /// is not running. Any thread, does not block.
    bool submit(SlowWrite write);

 private:
    void run();
    void take_incoming(std::vector<SlowWrite>& active);
    void wait(const std::vector<SlowWrite>& active) const;
    void finish(SlowWrite& write, bool is_delivered);
    void wake() const;

    const std::size_t writes_max_;
    const std::size_t bytes_max_;
    UniqueFd wake_fd_;
    std::thread thread_;

    std::mutex mutex_;
    std::vector<SlowWrite> incoming_;  // The rest is guarded by mutex_.
    std::size_t writes_ = 0;
    std::size_t bytes_ = 0;
    bool is_running_ = false;
};

}  // namespace ebra
