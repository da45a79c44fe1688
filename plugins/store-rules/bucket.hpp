/// @file
/// The arithmetic of a token bucket, in whole numbers: millionths of a token, milliseconds. Pure.
/// Grants in any window w are at most burst + rate * w.
#pragma once

#include "record.hpp"

namespace ebra::rules {

inline constexpr std::int64_t kTokenMicro = 1'000'000;
/// Largest burst and rate; beyond these the arithmetic would overflow.
inline constexpr std::int64_t kBurstMax = 1'000'000'000;
inline constexpr std::int64_t kGrantsPer1000sMax = 1'000'000'000'000;

/// What the bucket holds at `now`. A `now` before refilled_at sees less: what came later is not
/// there.
std::int64_t level_at(const LimitRecord& limit, ebra_time_ms now);

/// When the bucket holds a whole token; 0 = never.
ebra_time_ms next_token_at(const LimitRecord& limit, ebra_time_ms now);

/// Takes a token at `now`; there must be one.
void take_token(LimitRecord& limit, ebra_time_ms now);

/// Brings the bucket to `now` before its rate changes, so that the new rate does not count
/// backwards.
void refill(LimitRecord& limit, ebra_time_ms now);

}  // namespace ebra::rules
