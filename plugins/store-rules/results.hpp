/// @file
/// What the verbs of a store give, as values, and how each is put into the sink of its verb. Called
/// after the commit, on the caller's thread.
#pragma once

#include "limit_rules.hpp"
#include "outcome_rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ebra::rules {

/// What became of one item of a batch.
struct ItemResult {
    ebra_status status = EBRA_INTERNAL;
    std::optional<FullCall> call;
};

/// What a claim gave; struct_size of the report is not set.
struct ClaimResult {
    std::vector<FullCall> calls;
    ebra_claim_report report{};
    bool leaves_nothing = false;  ///< No call is left that any node could claim now.
    bool is_full = false;  ///< The limit of all calls has no room: more calls change nothing.
};

/// Why a call is not running.
struct Reason {
    std::int32_t why = 0;  ///< EBRA_WHY_*
    std::string subject;
    ebra_time_ms until = 0;
};

/// An event owed to a client.
struct OutboxRow {
    std::uint64_t sequence = 0;
    std::int32_t status = 0;
    ebra_time_ms at = 0;
    std::string call_id;
};

/// Each puts all, in order.
void put_items(const std::vector<ItemResult>& items, const ebra_item_sink& sink);
void put_limits(const std::vector<LimitState>& limits, const ebra_limit_sink& sink);
void put_reasons(const std::vector<Reason>& reasons, const ebra_reason_sink& sink);
void put_entries(const std::vector<Entry>& entries, const ebra_entry_sink& sink);
void put_placements(const std::vector<PlacementRecord>& placements,
                    const ebra_placement_sink& sink);
void put_outbox(const std::vector<OutboxRow>& rows, const ebra_outbox_sink& sink);
void put_lines(const std::vector<std::string>& lines, const ebra_text_sink& sink);

/// Fills in a report, or counts, for a host whose struct may be of another version.
template <typename Struct>
void fill(Struct& out, Struct made) {
    made.struct_size = out.struct_size;
    out = made;
}

}  // namespace ebra::rules
