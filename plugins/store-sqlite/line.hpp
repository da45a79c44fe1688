/// @file
/// The line at a number: who is claimable, who is parked. One call per number and lane is READY,
/// the head; the others are PARKED, so a claim never meets them. While the number is in a call, or
/// rests after one, all are parked. Called inside the writing transaction, which makes every move
/// one with its cause.
#pragma once

#include "rows.hpp"

#include <string_view>

namespace ebra::sqlite {

/// Where a call belongs, and the head that it would park by going before it.
struct Place {
    Hold hold = Hold::kParked;
    std::int64_t displaced = 0;  ///< Row of the head; 0 = none.
};

/// The place of a PENDING call that waits in no line. Changes nothing.
Place find_place(Transaction& transaction, const CallRecord& call, ebra_time_ms now);

/// Gives the call that place: sets `call.hold` for the caller to save, and parks the head.
void take_place(Transaction& transaction, CallRecord& call, const Place& place);

/// Both.
void join_line(Transaction& transaction, CallRecord& call, ebra_time_ms now);

/// After a READY call has left: its line gets its next head, when the number is free.
void pass_head_on(Transaction& transaction, std::string_view key, std::int64_t lane);

/// After an open placement took the number, or it rests: its heads are parked.
void close_number(Transaction& transaction, std::string_view key);

/// After the number became free, unless it rests now: each lane with parked calls gets its head.
void open_number(Transaction& transaction, std::string_view key);

/// Moves scheduled calls whose time has come into their lines, at most `limit`; returns how many.
std::size_t promote_due(Transaction& transaction, ebra_time_ms now, std::size_t limit);

}  // namespace ebra::sqlite
