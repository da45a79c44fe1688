/// @file
/// Outcome: writes what a transition says into the rows of the call and its placement, and lets the
/// line at the number follow. The second half of advance.
#pragma once

#include "rows.hpp"
#include "transition.hpp"

namespace ebra::sqlite {

/// Applies `change` to both records and saves them. `placement` is null for CANCEL. Returns the
/// step's status.
ebra_status apply(Transaction& transaction, CallRecord& call, PlacementRecord* placement,
                  const StepRecord& step, const Transition& change, ebra_time_ms now);

/// Takes the details a step brings. Those said before stay unless `overwrites`. True when one
/// changed.
bool merge_details(PlacementRecord& placement, const StepRecord& step, bool overwrites);

/// The step as an entry of the history.
void record_step(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                 const StepRecord& step, bool is_applied, ebra_time_ms now);

}  // namespace ebra::sqlite
