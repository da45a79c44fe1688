/// @file
/// StoreTime: the store's clock. It starts at the wall clock or at the highest time any transaction
/// saw, whichever is later, and goes on with the monotonic clock: setting the machine's clock back
/// does no harm. Thread-safe, never blocks.
#pragma once

#include "ebra/abi/host.h"

#include <atomic>
#include <cstdint>

namespace ebra::sqlite {

/// How far a caller's `now` may be ahead.
inline constexpr ebra_time_ms kAheadMsMax = 1000;

class StoreTime {
 public:
    /// `host` outlives this.
    StoreTime(const ebra_host* host, ebra_time_ms floor);

    ebra_time_ms now() const;

    /// The highest time any transaction had seen when this began.
    ebra_time_ms floor_at_start() const { return floor_at_start_; }

    /// Another process was seen to be later: goes on from there.
    void adopt(ebra_time_ms floor);

 private:
    std::int64_t elapsed_ms() const;

    const ebra_host* host_;
    const ebra_time_ms floor_at_start_;
    const std::uint64_t started_ns_;
    std::atomic<ebra_time_ms> base_;
};

}  // namespace ebra::sqlite
