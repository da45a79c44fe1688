/// @file
/// StoreClock: the database's clock as this process knows it: measured with every transaction, low
/// rather than high, carried on by the host's monotonic clock in between. It never goes back: small
/// steps back are stood out, and when the database's clock is set back it goes on as if it had not
/// been. Thread-safe, never blocks.
#pragma once

#include "ebra/abi/host.h"

#include <cstdint>
#include <mutex>

namespace ebra::postgres {

/// How far a caller's `now` may be ahead.
inline constexpr ebra_time_ms kAheadMsMax = 1000;

class StoreClock {
 public:
    /// `host` outlives this.
    explicit StoreClock(const ebra_host* host) : host_(host) {}

    ebra_time_ms now();
    /// The database said `database_ms`, and the answer is here.
    void measured(ebra_time_ms database_ms);
    /// No time below this is given any more.
    void raise(ebra_time_ms floor);
    /// Throws StoreError (INVALID_ARGUMENT) when `now` is too far ahead.
    void require_not_ahead(ebra_time_ms now);

 private:
    ebra_time_ms estimate() const;
    std::int64_t elapsed_ms() const;

    const ebra_host* host_;
    std::mutex mutex_;
    ebra_time_ms base_ = 0;   ///< Database's time less the monotonic clock's; guarded by mutex_.
    ebra_time_ms given_ = 0;  ///< The highest time given; guarded by mutex_.
};

}  // namespace ebra::postgres
