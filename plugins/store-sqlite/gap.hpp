/// @file
/// Gap: the time for which a number is left alone after a call that may have rung it. While it
/// rests its calls are parked. One thread at a time per session.
#pragma once

#include "rows.hpp"

#include <cstddef>
#include <string_view>

namespace ebra::sqlite {

/// How long a rest that begins now lasts; 0 = there is none.
std::int64_t read_gap(Session& session);
/// For the rests that begin from now on. Throws EBRA_INVALID_ARGUMENT when negative.
void set_gap(Transaction& transaction, std::int64_t min_gap_ms);

/// Until when a number rests; 0 = it does not.
ebra_time_ms rests_until(Session& session, std::string_view key);

/// A number that has just become free rests first, when there is a gap.
void begin_rest(Transaction& transaction, std::string_view key, ebra_time_ms now);

/// Late news of the end of a placement: the number of `call` rests, whoever waits there.
void begin_late_rest(Transaction& transaction, CallRecord& call, ebra_time_ms now);

/// Opens numbers whose rest is over, at most `limit`; returns how many.
std::size_t end_rests(Transaction& transaction, ebra_time_ms now, std::size_t limit);

/// When the next rest is over; 0 = no number rests.
ebra_time_ms next_rest_over(Session& session);

}  // namespace ebra::sqlite
