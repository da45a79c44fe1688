/// @file
/// Outcome: writes what a transition says into the rows of the call and its placement, and lets the
/// line at the number follow. The second half of advance.
#pragma once

#include "outcome_rules.hpp"
#include "rows.hpp"

namespace ebra::sqlite {

/// Applies `change` to both records and saves them. `placement` is null for CANCEL. Returns the
/// step's status.
ebra_status apply(Transaction& transaction, CallRecord& call, PlacementRecord* placement,
                  const StepRecord& step, const Transition& change, ebra_time_ms now);

/// The step as an entry of the history.
void record_step(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                 const StepRecord& step, bool is_applied, ebra_time_ms now);

}  // namespace ebra::sqlite
