/// @file
/// Reads and writes the rows of calls and placements. One thread at a time per session.
#pragma once

#include "record.hpp"
#include "transaction.hpp"

#include <optional>
#include <string_view>

namespace ebra::sqlite {

/// The call in the current row of a `SELECT *`.
CallRecord read_call(Session& session, const Statement& row);
/// Notes that the row is now as the record.
void note_stored(CallRecord& call);
/// The placement in the current row of a `SELECT *`.
PlacementRecord read_placement(const Statement& row);

std::optional<CallRecord> find_call(Session& session, std::string_view id);
std::optional<CallRecord> find_call(Session& session, std::int64_t seq);
std::optional<PlacementRecord> find_placement(Session& session, std::int64_t call_seq,
                                              std::uint32_t number);
/// The call with its latest placement; number 0 when it was only mapped by hand.
FullCall with_latest(Session& session, CallRecord call);

/// The call row that has `key` in an open placement; 0 = the number is free.
std::int64_t call_on_number(Session& session, std::string_view key);

/// Writes where the call stands; keeps the statistics, and owes the client an event when the call
/// became terminal.
void save_call(Transaction& transaction, CallRecord& call, ebra_time_ms now);
void save_placement(Transaction& transaction, PlacementRecord& placement);

}  // namespace ebra::sqlite
