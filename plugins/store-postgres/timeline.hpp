/// @file
/// Timeline: whether the database is still the one whose commits we know. A standby that was
/// promoted, a restored backup, or commits that this process made and that are gone: then nothing
/// is claimed by any node before what may have been dialed unseen is UNKNOWN. As configured that is
/// done at once, or when a person asks for it (`ebra recover`). Thread-safe.
#pragma once

#include "connection.hpp"
#include "store_clock.hpp"

#include "ebra/abi/host.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace ebra::postgres {

/// What a recovery found.
struct Recovery {
    std::uint64_t unknown = 0;
    std::uint64_t doubtful = 0;
};

class Timeline {
 public:
    /// All outlive this.
    Timeline(const ebra_host* host, const Options& options, StoreClock& clock)
        : host_(host), options_(options), clock_(clock) {}

    /// Looks at a new connection. Throws StoreError.
    void look(Connection& connection);

    /// Looks, at the begin of a transaction that will leave a time behind, whether the last one
    /// that was left is still there, and whether the primary waits for a standby now. Throws
    /// StoreError.
    void watch(Connection& connection);
    /// This time was left behind, and the commit was acknowledged.
    void left(ebra_time_ms floor);

    /// Whether the primary waits for a standby before it answers a COMMIT.
    const std::atomic<bool>& is_synchronous() const { return is_synchronous_; }

    /// Recovers in the transaction of `connection`, whatever was noticed. Throws StoreError.
    Recovery recover(Connection& connection, bool asks_first, ebra_time_ms now) const;

 private:
    void meet(Connection& connection, const std::string& identity, bool has_lost);
    void note(Connection& connection, bool is_synchronous);
    void tell(std::int32_t level, const std::string& text) const;

    const ebra_host* host_;
    const Options& options_;
    StoreClock& clock_;
    std::mutex mutex_;
    std::string known_;    ///< Guarded by mutex_.
    std::string refused_;  ///< What was told to stop the claims; guarded by mutex_.
    std::atomic<bool> is_synchronous_ = false;  ///< As noted in the database; set under mutex_.
    ebra_time_ms floor_ = 0;                    ///< The last time left behind; guarded by mutex_.
};

/// Throws StoreError (UNAVAILABLE) while claims are stopped for `reason`; an empty one is none.
void require_not_stopped(const std::string& reason);

}  // namespace ebra::postgres
