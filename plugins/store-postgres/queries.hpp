/// @file
/// Reads for people and for look-ups: get, find, list, counts, history, outbox, check. In one
/// snapshot; they lock nothing and wait for nobody.
#pragma once

#include "results.hpp"
#include "rows.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::postgres {

/// The calls that exist, in the order asked.
std::vector<FullCall> get_calls(Session& session, const ebra_str* ids, std::size_t count);
std::vector<FullCall> find_calls(Session& session, const ebra_find_request& request);
std::vector<FullCall> list_calls(Session& session, const ebra_list_request& request);
/// All counts; struct_size is not set.
ebra_counts count_calls(Session& session);

/// A call's entries, oldest first. Throws EBRA_NOT_FOUND.
std::vector<Entry> read_entries(Session& session, std::string_view call_id);
/// A call's placements, first to latest. Throws EBRA_NOT_FOUND.
std::vector<PlacementRecord> read_placements(Session& session, std::string_view call_id);

std::vector<OutboxRow> read_outbox(Session& session, std::uint64_t after, std::size_t limit);
void acknowledge(Session& session, const std::uint64_t* sequences, std::size_t count);

/// One line for each violation of what must hold.
std::vector<std::string> check(Session& session);

/// One call, or nothing.
std::optional<FullCall> find_call(Session& session, std::string_view id);

}  // namespace ebra::postgres
