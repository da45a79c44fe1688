/// @file
/// Pool: a bounded number of connections, made when needed, destroyed when lost. Thread-safe;
/// taking one blocks until one is free or acquire_timeout_ms have passed.
#pragma once

#include "connection.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace ebra::postgres {

class Pool {
 public:
    /// `on_connect` looks at every connection before it is used; it throws to refuse it.
    /// All outlive this.
    Pool(const Options& options, int size, Watchdog& watchdog,
         std::function<void(Connection&)> on_connect);

    /// Throws StoreError (UNAVAILABLE) when none comes free, or what connecting throws.
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection);
    /// A connection was lost or leads to the wrong server: so do, likely, those that lie idle.
    void forget_idle();

 private:
    const Options& options_;
    const int size_;
    Watchdog& watchdog_;
    const std::function<void(Connection&)> on_connect_;

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;  ///< Guarded by mutex_.
    int in_use_ = 0;                                 ///< Guarded by mutex_.
};

}  // namespace ebra::postgres
