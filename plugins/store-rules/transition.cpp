#include "transition.hpp"

namespace ebra::rules {

namespace {

Transition refused(ebra_status status) {
    Transition made;
    made.result = status;
    return made;
}

/// Said before: nothing is written.
Transition known() {
    return refused(EBRA_ALREADY);
}

/// Too late to change a state, but it happened: it goes into the history.
Transition late() {
    Transition made = refused(EBRA_ALREADY);
    made.is_recorded = true;
    return made;
}

/// Disagrees with what came first.
Transition contradiction() {
    Transition made = late();
    made.is_contradiction = true;
    return made;
}

Transition recorded() {
    Transition made;
    made.is_recorded = true;
    return made;
}

Transition applied() {
    Transition made = recorded();
    made.is_applied = true;
    return made;
}

bool is_terminal(const CallFacts& call) {
    return call.status >= EBRA_CALL_COMPLETED;
}

bool is_open(const PlacementFacts& placement) {
    return placement.state <= EBRA_PLACEMENT_UNKNOWN;
}

/// Closes the open placement. Whatever would follow, an earlier placement's COMPLETED goes first.
Transition closed(const CallFacts& call, std::int32_t state, CallChange change) {
    Transition made = applied();
    made.placement_state = state;
    const bool is_fixed = call.fixed_outcome == EBRA_OUTCOME_COMPLETED;
    made.call = is_fixed ? CallChange::kCompleted : change;
    return made;
}

CallChange change_by(const StepFacts& step) {
    if (step.outcome == EBRA_OUTCOME_COMPLETED) return CallChange::kCompleted;
    return step.is_retryable ? CallChange::kUndecided : CallChange::kFailed;
}

/// A try that failed is no news to a call that is over; one that did not is, to those who were told
/// otherwise.
bool agrees(const CallFacts& call, std::int32_t outcome) {
    return outcome == EBRA_OUTCOME_FAILED || call.status == EBRA_CALL_COMPLETED;
}

Transition accepted(const PlacementFacts& placement) {
    const bool moves =
        placement.state == EBRA_PLACEMENT_CLAIMED || placement.state == EBRA_PLACEMENT_UNKNOWN;
    if (!moves && placement.is_accepted) return known();
    Transition made = moves ? applied() : recorded();
    made.is_acceptance = true;
    made.is_sign_of_life = moves;
    if (moves) made.placement_state = EBRA_PLACEMENT_PLACED;
    return made;
}

Transition lost(const PlacementFacts& placement) {
    if (placement.state != EBRA_PLACEMENT_CLAIMED) return known();
    Transition made = applied();
    made.placement_state = EBRA_PLACEMENT_UNKNOWN;
    return made;
}

Transition not_dialed(const CallFacts& call, const PlacementFacts& placement,
                      const StepFacts& step) {
    if (placement.state == EBRA_PLACEMENT_REFUSED) return known();
    if (placement.state == EBRA_PLACEMENT_PLACED) return contradiction();
    if (!is_open(placement)) return late();
    Transition made = closed(call, EBRA_PLACEMENT_REFUSED, CallChange::kUndecided);
    made.gives_attempt_back =
        step.step == EBRA_STEP_REFUSED && step.error_class == EBRA_CLASS_CAPACITY;
    return made;
}

/// ENDED for the latest placement, closed without anybody knowing how it ended.
Transition settled(const CallFacts& call, const StepFacts& step) {
    Transition made = applied();
    made.placement_state = EBRA_PLACEMENT_ENDED;
    made.call = change_by(step);
    // It waits for a decision or for its next run already.
    if (made.call == CallChange::kUndecided) made.call = CallChange::kNone;
    made.is_applied = made.call != CallChange::kNone || call.is_undecided;
    return made;
}

/// ENDED for a placement that a later one has followed.
Transition ended_earlier(const CallFacts& call, const StepFacts& step) {
    if (step.outcome != EBRA_OUTCOME_COMPLETED) return recorded();
    Transition made = applied();
    if (call.is_latest_open) {
        made.fixes_outcome = true;
    } else {
        made.call = CallChange::kCompleted;
    }
    return made;
}

Transition ended(const CallFacts& call, const PlacementFacts& placement, const StepFacts& step) {
    if (step.outcome != EBRA_OUTCOME_COMPLETED && step.outcome != EBRA_OUTCOME_FAILED) {
        return refused(EBRA_INVALID_ARGUMENT);
    }
    if (placement.outcome == step.outcome) return known();
    if (placement.outcome != EBRA_OUTCOME_NONE) return contradiction();
    Transition made;
    if (is_terminal(call)) {
        made = agrees(call, step.outcome) ? late() : contradiction();
    } else if (is_open(placement)) {
        made = closed(call, EBRA_PLACEMENT_ENDED, change_by(step));
    } else if (placement.number == call.latest) {
        made = settled(call, step);
    } else {
        made = ended_earlier(call, step);
    }
    made.outcome = step.outcome;
    return made;
}

Transition progressed(const PlacementFacts& placement) {
    if (!is_open(placement)) return late();
    Transition made = applied();
    made.is_sign_of_life = true;
    return made;
}

Transition evidence(const CallFacts& call, const PlacementFacts& placement, const StepFacts& step) {
    switch (step.step) {
        case EBRA_STEP_ACCEPTED:
            return accepted(placement);
        case EBRA_STEP_LOST:
            return lost(placement);
        case EBRA_STEP_NOT_SENT:
        case EBRA_STEP_REFUSED:
            return not_dialed(call, placement, step);
        case EBRA_STEP_ENDED:
            return ended(call, placement, step);
        case EBRA_STEP_PROGRESS:
            return progressed(placement);
        default:
            return refused(EBRA_INVALID_ARGUMENT);
    }
}

Transition released(const CallFacts& call, const PlacementFacts& placement) {
    if (placement.state != EBRA_PLACEMENT_CLAIMED) return refused(EBRA_CONFLICT);
    Transition made = closed(call, EBRA_PLACEMENT_RELEASED, CallChange::kPending);
    made.gives_attempt_back = true;
    return made;
}

Transition given_up(const CallFacts& call, const PlacementFacts& placement) {
    const bool is_silent =
        placement.state == EBRA_PLACEMENT_PLACED || placement.state == EBRA_PLACEMENT_UNKNOWN;
    if (!is_silent) return refused(EBRA_CONFLICT);
    return closed(call, EBRA_PLACEMENT_ENDED, CallChange::kUndecided);
}

Transition decided(const CallFacts& call, CallChange change) {
    if (!call.is_undecided) return refused(EBRA_CONFLICT);
    Transition made = applied();
    made.call = change;
    return made;
}

Transition decision(const CallFacts& call, const PlacementFacts& placement, const StepFacts& step) {
    const bool is_holder = placement.claim == step.claim;
    if (is_holder && (placement.decisions_taken & decision_bit(step.step)) != 0) return known();
    if (!is_holder || placement.number != call.latest) return refused(EBRA_STALE);
    if (is_terminal(call)) return known();
    Transition made;
    switch (step.step) {
        case EBRA_STEP_RELEASE:
            made = released(call, placement);
            break;
        case EBRA_STEP_RETRY:
            made = decided(call, CallChange::kPending);
            break;
        case EBRA_STEP_FAIL:
            made = decided(call, CallChange::kFailed);
            break;
        case EBRA_STEP_GIVE_UP:
            made = given_up(call, placement);
            break;
        default:
            return refused(EBRA_INVALID_ARGUMENT);
    }
    if (made.result == EBRA_OK) made.decision = step.step;
    return made;
}

}  // namespace

Transition transition(const CallFacts& call, const PlacementFacts* placement,
                      const StepFacts& step) {
    if (is_decision(step.step)) {
        if (placement == nullptr) return refused(EBRA_STALE);
        return decision(call, *placement, step);
    }
    if (placement == nullptr) return refused(EBRA_CONFLICT);
    return evidence(call, *placement, step);
}

Transition cancel_transition(const CallFacts& call) {
    if (call.status == EBRA_CALL_CANCELED) return known();
    if (call.status != EBRA_CALL_PENDING) return refused(EBRA_CONFLICT);
    Transition made = applied();
    made.call = CallChange::kCanceled;
    return made;
}

bool is_evidence(std::int32_t step) {
    return step >= EBRA_STEP_ACCEPTED && step <= EBRA_STEP_PROGRESS;
}

bool is_decision(std::int32_t step) {
    return step >= EBRA_STEP_RELEASE && step <= EBRA_STEP_GIVE_UP;
}

std::uint32_t decision_bit(std::int32_t step) {
    return 1u << static_cast<std::uint32_t>(step - EBRA_STEP_RELEASE);
}

}  // namespace ebra::rules
