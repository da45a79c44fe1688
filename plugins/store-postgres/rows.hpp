/// @file
/// Rows of calls, placements, steps and limits, from results and as parameters. Pure but for the
/// lane that a call names.
#pragma once

#include "array_literal.hpp"
#include "lanes.hpp"
#include "outcome_rules.hpp"

#include <optional>
#include <vector>

namespace ebra::postgres {

/// Columns of the tables that are read side by side.
inline constexpr int kCallColumns = 26;

CallRecord read_call(Session& session, const Row& row);
/// The placement whose columns start at `first`.
PlacementRecord read_placement(const Row& row, int first);
/// A call and, behind its columns, its latest placement or nothing.
FullCall read_full_call(Session& session, const Row& row);
std::vector<FullCall> read_full_calls(Session& session, const Rows& rows);
StepRecord read_kept_step(const Row& row);
Entry read_entry(const Row& row);

/// A call as a parameter of type calls: what was asked for, or where it stands.
RowLiteral spec_literal(const CallRecord& call);
RowLiteral state_literal(const CallRecord& call);
/// A placement as a parameter of type placements. `tells_acceptance`: its row is the history's
/// entry of its acceptance.
RowLiteral to_literal(const PlacementRecord& placement, bool tells_acceptance);
RowLiteral to_literal(std::int64_t call_seq, const Entry& entry);
RowLiteral kept_literal(const StepRecord& step, ebra_time_ms now);
RowLiteral to_literal(const LimitRecord& limit);
/// A PENDING call as a parameter of type waiting.
RowLiteral waiting_literal(const CallRecord& call);

}  // namespace ebra::postgres
