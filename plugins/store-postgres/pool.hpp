/// @file
/// Pool: a bounded number of connections, made when needed, destroyed when lost. Who comes again
/// for the same gets, if it can, a connection that has done that before: its server process has the
/// plans. Thread-safe; taking one blocks until one is free or acquire_timeout_ms have passed.
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

    /// What a connection is wanted for. Claims get one: they go one by one under the cap lock, and
    /// who waits for it here keeps no server process and no place in the server's line.
    enum class Use { kWrites, kClaims, kReads };

    /// Throws StoreError (UNAVAILABLE) when none comes free, or what connecting throws.
    std::unique_ptr<Connection> take(Use use);
    /// Null: it was lost. `use` as it was taken for.
    void give_back(std::unique_ptr<Connection> connection, Use use);
    /// A connection was lost or leads to the wrong server: so do, likely, those that lie idle.
    void forget_idle();

 private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        Use last_use;
    };

    const Options& options_;
    const int size_;
    Watchdog& watchdog_;
    const std::function<void(Connection&)> on_connect_;

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<Idle> idle_;  ///< Guarded by mutex_.
    int in_use_ = 0;          ///< Guarded by mutex_.
    int claiming_ = 0;        ///< Of in_use_; guarded by mutex_.
};

}  // namespace ebra::postgres
