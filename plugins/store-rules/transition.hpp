/// @file
/// What a step does to a call and its placement: the rules of evidence and decisions, as a pure
/// function of facts. No SQL, no clock, no text. Every other file asks this one.
#pragma once

#include "ebra/abi/store.h"

#include <cstdint>

namespace ebra::rules {

/// What is known of the call.
struct CallFacts {
    std::int32_t status = EBRA_CALL_PENDING;
    bool is_undecided = false;
    std::uint32_t latest = 0;  ///< Number of the latest placement.
    bool is_latest_open = false;
    std::int32_t fixed_outcome = EBRA_OUTCOME_NONE;
};

/// What is known of the placement that the step names.
struct PlacementFacts {
    std::uint32_t number = 0;
    std::int32_t state = EBRA_PLACEMENT_CLAIMED;
    std::int32_t outcome = EBRA_OUTCOME_NONE;
    bool is_accepted = false;
    std::uint32_t decisions_taken = 0;
    std::uint64_t claim = 0;
};

/// What the step says.
struct StepFacts {
    std::int32_t step = 0;
    std::int32_t outcome = EBRA_OUTCOME_NONE;
    std::int32_t error_class = EBRA_CLASS_NONE;
    bool is_retryable = false;
    std::uint64_t claim = 0;
};

enum class CallChange { kNone, kPending, kUndecided, kCompleted, kFailed, kCanceled };

/// What follows.
struct Transition {
    ebra_status result = EBRA_OK;
    bool is_recorded = false;                  ///< Goes into the history ...
    bool is_applied = false;                   ///< ... as something that changed a state.
    std::int32_t placement_state = 0;          ///< EBRA_PLACEMENT_*; 0 = stays.
    std::int32_t outcome = EBRA_OUTCOME_NONE;  ///< NONE = stays.
    bool gives_attempt_back = false;
    bool is_contradiction = false;
    bool is_sign_of_life = false;
    bool is_acceptance = false;  ///< accepted_at is to be set.
    std::int32_t decision = 0;   ///< EBRA_STEP_*; 0 = none was taken.
    bool fixes_outcome = false;  ///< The call completes when its open placement closes.
    CallChange call = CallChange::kNone;
};

/// Evidence and decisions about a placement; `placement` is null when the call was never placed nor
/// mapped. ENRICH and MAP change no state and are not asked about here.
Transition transition(const CallFacts& call, const PlacementFacts* placement,
                      const StepFacts& step);

/// CANCEL, which speaks of the call alone.
Transition cancel_transition(const CallFacts& call);

bool is_evidence(std::int32_t step);
bool is_decision(std::int32_t step);

/// The bit of a decision in `decisions_taken`.
std::uint32_t decision_bit(std::int32_t step);

}  // namespace ebra::rules
