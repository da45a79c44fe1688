#include "outcome_rules.hpp"

#include <algorithm>

namespace ebra::rules {

namespace {

constexpr std::uint32_t kDoublingsMax = 20;

CallFacts facts_of(const CallRecord& call, bool is_latest_open) {
    CallFacts facts;
    facts.status = call.status;
    facts.is_undecided = call.undecided;
    facts.latest = call.placements;
    facts.is_latest_open = is_latest_open;
    facts.fixed_outcome = call.fixed_outcome;
    return facts;
}

/// An open placement is the latest of a call that is IN_PROGRESS and decided.
CallFacts facts_of(const CallRecord& call) {
    return facts_of(call, call.status == EBRA_CALL_IN_PROGRESS && !call.undecided);
}

PlacementFacts facts_of(const PlacementRecord& placement) {
    PlacementFacts facts;
    facts.number = placement.number;
    facts.state = placement.state;
    facts.outcome = placement.outcome;
    facts.is_accepted = placement.accepted_at != 0;
    facts.decisions_taken = placement.decisions_taken;
    facts.claim = placement.claim;
    return facts;
}

StepFacts facts_of(const StepRecord& step) {
    StepFacts facts;
    facts.step = step.step;
    facts.outcome = step.outcome;
    facts.error_class = step.error_class;
    facts.is_retryable = (step.flags & EBRA_ADVANCE_RETRYABLE) != 0;
    facts.claim = step.claim;
    return facts;
}

/// When it ended: what the step says when that can be, else now.
ebra_time_ms end_of(const StepRecord& step, ebra_time_ms started_at, ebra_time_ms now) {
    const bool can_be = step.step == EBRA_STEP_ENDED && step.occurred_at > 0 &&
                        step.occurred_at >= started_at && step.occurred_at <= now;
    return can_be ? step.occurred_at : now;
}

std::int32_t disposition_of(const StepRecord& step) {
    switch (step.step) {
        case EBRA_STEP_NOT_SENT:
            return EBRA_DISPOSITION_NOT_SENT;
        case EBRA_STEP_GIVE_UP:
            return EBRA_DISPOSITION_GIVEN_UP;
        case EBRA_STEP_REFUSED:
            if (step.error_class == EBRA_CLASS_CAPACITY) return EBRA_DISPOSITION_CAPACITY;
            return step.disposition;
        default:
            return step.disposition;
    }
}

void set_reason(PlacementRecord& placement, const StepRecord& step, const Transition& change) {
    const bool has_failed =
        change.outcome == EBRA_OUTCOME_FAILED || placement.state == EBRA_PLACEMENT_REFUSED ||
        placement.state == EBRA_PLACEMENT_UNKNOWN || step.step == EBRA_STEP_GIVE_UP;
    if (has_failed && !step.reason.empty()) placement.reason = step.reason;
}

void note_evidence(PlacementRecord& placement, const StepRecord& step, const Transition& change,
                   ebra_time_ms now) {
    if (change.is_acceptance) placement.accepted_at = now;
    if (change.is_sign_of_life) {
        placement.evidence_at = now;
        // The silence is over: the next one is asked about as the first was.
        placement.asked = 0;
    }
    const bool is_lost = change.placement_state == EBRA_PLACEMENT_UNKNOWN;
    if (change.is_sign_of_life || is_lost) placement.ask_at = step.due_at;
    if (!step.provider_state.empty()) placement.provider_state = step.provider_state;
    if (change.outcome != EBRA_OUTCOME_NONE) placement.outcome = change.outcome;
    const bool has_ended =
        change.outcome != EBRA_OUTCOME_NONE || change.placement_state > EBRA_PLACEMENT_RELEASED;
    const std::int32_t disposition = disposition_of(step);
    if (has_ended && disposition != EBRA_DISPOSITION_NONE) placement.disposition = disposition;
    if (has_ended && step.error_class != EBRA_CLASS_NONE) placement.error_class = step.error_class;
    set_reason(placement, step, change);
    merge_details(placement, step, false);
}

void note_decision(PlacementRecord& placement, const Transition& change) {
    if (change.decision == 0) return;
    placement.decision = change.decision;
    placement.decisions_taken |= decision_bit(change.decision);
}

std::int32_t status_after(CallChange change, std::int32_t status) {
    switch (change) {
        case CallChange::kNone:
            return status;
        case CallChange::kPending:
            return EBRA_CALL_PENDING;
        case CallChange::kUndecided:
            return EBRA_CALL_IN_PROGRESS;
        case CallChange::kCompleted:
            return EBRA_CALL_COMPLETED;
        case CallChange::kFailed:
            return EBRA_CALL_FAILED;
        case CallChange::kCanceled:
            return EBRA_CALL_CANCELED;
    }
    return status;
}

void set_last_error(CallRecord& call, const StepRecord& step, CallChange change) {
    if (change == CallChange::kCompleted) {
        call.last_error.clear();
        return;
    }
    const bool says_why = change == CallChange::kFailed || change == CallChange::kUndecided ||
                          step.step == EBRA_STEP_RETRY;
    if (says_why && !step.reason.empty()) call.last_error = step.reason;
}

void set_state(CallRecord& call, const StepRecord& step, const Transition& change,
               ebra_time_ms now) {
    call.status = status_after(change.call, call.status);
    call.hold = Hold::kNone;
    call.undecided = change.call == CallChange::kUndecided;
    call.undecided_at = call.undecided ? now : 0;
    call.due_at = 0;
    if (change.call == CallChange::kPending) call.due_at = step.due_at > 0 ? step.due_at : now;
    if (call.is_terminal()) {
        call.ended_at = end_of(step, call.started_at, now);
        call.fixed_outcome = EBRA_OUTCOME_NONE;
    }
    set_last_error(call, step, change.call);
}

}  // namespace

Transition ask(const CallRecord& call, const std::optional<PlacementRecord>& placement,
               const StepRecord& step) {
    if (!placement) return transition(facts_of(call), nullptr, facts_of(step));
    const PlacementFacts facts = facts_of(*placement);
    return transition(facts_of(call), &facts, facts_of(step));
}

Transition ask_cancel(const CallRecord& call) {
    return cancel_transition(facts_of(call));
}

bool change_placement(CallRecord& call, PlacementRecord& placement, const StepRecord& step,
                      const Transition& change, ebra_time_ms now) {
    const bool was_open = placement.is_open();
    if (change.placement_state != 0) placement.state = change.placement_state;
    note_evidence(placement, step, change, now);
    note_decision(placement, change);
    if (change.is_contradiction) placement.contradictions += 1;
    if (change.gives_attempt_back && placement.counted) {
        placement.counted = false;
        call.attempts -= 1;
    }
    if (!was_open || placement.is_open()) return false;
    placement.ended_at = end_of(step, placement.claimed_at, now);
    placement.ask_at = 0;
    return true;
}

bool begins_rest(const CallRecord& call, const PlacementRecord& placement, const Transition& change,
                 bool is_closed_now) {
    if (is_closed_now) return placement.state == EBRA_PLACEMENT_ENDED;
    return change.outcome != EBRA_OUTCOME_NONE && placement.exclusive_key == call.exclusive_key;
}

ebra_time_ms rests_from(const StepRecord& step, ebra_time_ms now) {
    return std::max(now, step.told_at);
}

void change_call(CallRecord& call, const StepRecord& step, const Transition& change,
                 ebra_time_ms now) {
    if (change.fixes_outcome) call.fixed_outcome = EBRA_OUTCOME_COMPLETED;
    if (change.call != CallChange::kNone) set_state(call, step, change, now);
}

bool merge_details(PlacementRecord& placement, const StepRecord& step, bool overwrites) {
    bool has_changed = false;
    const auto merge = [&](auto& known, const auto& said, const auto& unsaid) {
        if (said == unsaid || known == said || (known != unsaid && !overwrites)) return;
        known = said;
        has_changed = true;
    };
    merge(placement.duration_ms, step.duration_ms, std::int64_t{-1});
    merge(placement.cost_micros, step.cost_micros, std::int64_t{-1});
    merge(placement.cost_currency, step.cost_currency, std::string());
    merge(placement.recording_url, step.recording_url, std::string());
    merge(placement.transcript_url, step.transcript_url, std::string());
    return has_changed;
}

Entry entry_of(const CallRecord& call, std::uint32_t placement, const StepRecord& step,
               bool is_applied, ebra_time_ms now) {
    Entry entry;
    entry.kind = step.step;
    entry.placement = placement;
    entry.status = call.status;
    entry.outcome = step.outcome;
    entry.is_applied = is_applied;
    entry.at = now;
    entry.provider_call_id = step.provider_call_id;
    entry.detail = step.reason;
    return entry;
}

bool is_known_by_entry(const StepRecord& step, const Transition& change) {
    return change.result == EBRA_ALREADY || step.step == EBRA_STEP_PROGRESS;
}

bool may_learn_id(const PlacementRecord& placement, const StepRecord& step) {
    return step.step == EBRA_STEP_ACCEPTED || step.placement != 0 || placement.is_open();
}

bool is_other_provider(const StepRecord& step, const PlacementRecord& placement) {
    return !step.provider.empty() && !placement.provider.empty() &&
           step.provider != placement.provider;
}

bool has_sound_outcome(const StepRecord& step) {
    return step.step != EBRA_STEP_ENDED || step.outcome == EBRA_OUTCOME_COMPLETED ||
           step.outcome == EBRA_OUTCOME_FAILED;
}

ebra_time_ms next_ask(const PlacementRecord& placement, const ebra_reclaim_request& request) {
    const std::int64_t step = std::max<std::int64_t>(request.ask_after_ms, 1);
    const ebra_time_ms stale_at = placement.evidence_at + request.stale_after_ms;
    // Handed out as stale and still here: whoever had it is gone, so doubling would only cost time.
    if (stale_at <= request.now) return request.now + step;
    const std::uint32_t doublings = std::min(placement.asked - 1, kDoublingsMax);
    return std::min(request.now + step * (std::int64_t{1} << doublings), stale_at);
}

}  // namespace ebra::rules
