/// @file
/// A limit and whether it has room; what a change of a limit makes of its record. Pure.
#pragma once

#include "bucket.hpp"
#include "record.hpp"

namespace ebra::rules {

enum class Room { kYes, kFull, kPaused, kBlocked, kNoToken };

/// A limit and what counts against it now.
struct LimitState {
    LimitRecord limit;
    std::int64_t in_flight = 0;

    Room room(ebra_time_ms now) const;
    /// When room comes by time alone; 0 = not by time.
    ebra_time_ms room_at(ebra_time_ms now) const;
};

/// Sets what `limit` names in its mask. Throws StoreError when a value cannot be.
void change_limit(LimitRecord& record, const ebra_limit& limit, ebra_time_ms now);

}  // namespace ebra::rules
