/// @file
/// The history of a call: what is written to it as things happen, and how it is read.
#pragma once

#include "outcome_rules.hpp"
#include "rows.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::sqlite {

void add_entry(Transaction& transaction, std::int64_t call_seq, const Entry& entry);

/// True when the history says the same already, applied or not; `entry.at` 0 = at whatever time.
bool has_entry(Session& session, std::int64_t call_seq, const Entry& entry);

/// A call's entries, oldest first. Throws EBRA_NOT_FOUND.
std::vector<Entry> read_entries(Session& session, std::string_view call_id);
/// A call's placements, first to latest. Throws EBRA_NOT_FOUND.
std::vector<PlacementRecord> read_placements(Session& session, std::string_view call_id);

}  // namespace ebra::sqlite
