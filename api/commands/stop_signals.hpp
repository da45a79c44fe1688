/// @file
/// StopSignals: SIGTERM and SIGINT as something to wait for. Owned by the command that serves. The
/// signals are blocked for every thread started after this, and taken by one thread of its own, so
/// no handler ever runs in the middle of anything. A second signal ends the process at once.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace ebra::commands {

class StopSignals {
 public:
    /// Blocks the signals and starts the thread. Before any other thread starts.
    StopSignals();
    /// Joins the thread. The signals stay blocked.
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Blocks until the first signal and returns its number.
    int wait();

    /// True once a signal came. Does not block.
    bool has_come() const;

 private:
    void listen();

    int signals_ = -1;  // A signalfd. Constant after construction.
    int ending_ = -1;   // An eventfd that ends the thread. Constant after construction.
    mutable std::mutex mutex_;
    std::condition_variable came_;
    int first_ = 0;  // Guarded by mutex_.
    std::thread thread_;
};

}  // namespace ebra::commands
