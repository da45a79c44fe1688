/// @file
/// What a transition makes of the records of a call and its placement: the second half of the
/// rules, as functions of records. No SQL, no clock. A store asks `ask` what follows, applies it
/// here, and writes the records down.
#pragma once

#include "record.hpp"
#include "transition.hpp"

#include <optional>

namespace ebra::rules {

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

/// What follows from `step`. `placement` is empty when the call was never placed nor mapped.
Transition ask(const CallRecord& call, const std::optional<PlacementRecord>& placement,
               const StepRecord& step);

/// What follows from CANCEL.
Transition ask_cancel(const CallRecord& call);

/// Applies `change` to the placement and to the call's attempts. True when it closed the placement:
/// its slot, its limits and its number are free.
bool change_placement(CallRecord& call, PlacementRecord& placement, const StepRecord& step,
                      const Transition& change, ebra_time_ms now);

/// True when the number is to be left alone for a while: the placement is over in a way that may
/// have rung it, or late news says how it ended. For after change_placement(), which said
/// `is_closed_now`. False when the call is for another number by now: its line is not held.
bool begins_rest(const CallRecord& call, const PlacementRecord& placement, const Transition& change,
                 bool is_closed_now);

/// From when: a step that was long on its way may take up news that was kept after it set out.
ebra_time_ms rests_from(const StepRecord& step, ebra_time_ms now);

/// Applies `change` to the call's status and times; a call that is PENDING again waits in no line
/// yet: its hold is kNone.
void change_call(CallRecord& call, const StepRecord& step, const Transition& change,
                 ebra_time_ms now);

/// Takes the details a step brings. Those said before stay unless `overwrites`. True when one
/// changed.
bool merge_details(PlacementRecord& placement, const StepRecord& step, bool overwrites);

/// The step as an entry of the history.
Entry entry_of(const CallRecord& call, std::uint32_t placement, const StepRecord& step,
               bool is_applied, ebra_time_ms now);

/// True for evidence that moves no state and is known again by its entry: by what it says, or, as a
/// sign of life may come again and again, by what it says and when.
bool is_known_by_entry(const StepRecord& step, const Transition& change);

/// An id that came with nothing but "the latest placement" is believed only while that one is open:
/// it may belong to an earlier one.
bool may_learn_id(const PlacementRecord& placement, const StepRecord& step);

/// True when the step names another provider than the placement's.
bool is_other_provider(const StepRecord& step, const PlacementRecord& placement);

/// False when ENDED does not say how.
bool has_sound_outcome(const StepRecord& step);

/// When a silent placement is asked about next: later each time, but not past the moment at which
/// the silence becomes too long.
ebra_time_ms next_ask(const PlacementRecord& placement, const ebra_reclaim_request& request);

}  // namespace ebra::rules
