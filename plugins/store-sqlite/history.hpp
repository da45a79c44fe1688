/// @file
/// The history of a call: what is written to it as things happen, and how it is read.
#pragma once

#include "rows.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::sqlite {

/// One thing that happened to a call.
struct Entry {
    std::int32_t kind = 0;  ///< EBRA_STEP_* or EBRA_ENTRY_*
    std::uint32_t placement = 0;
    std::int32_t status = 0;  ///< Of the call, after it.
    std::int32_t outcome = EBRA_OUTCOME_NONE;
    bool is_applied = true;
    ebra_time_ms at = 0;
    std::string provider_call_id;
    std::string detail;
};

void add_entry(Transaction& transaction, std::int64_t call_seq, const Entry& entry);

/// True when the history says the same already, applied or not; `entry.at` 0 = at whatever time.
bool has_entry(Session& session, std::int64_t call_seq, const Entry& entry);

/// A call's entries, oldest first. Throws EBRA_NOT_FOUND.
std::vector<Entry> read_entries(Session& session, std::string_view call_id);
/// A call's placements, first to latest. Throws EBRA_NOT_FOUND.
std::vector<PlacementRecord> read_placements(Session& session, std::string_view call_id);

}  // namespace ebra::sqlite
