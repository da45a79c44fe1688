#include "outcome.hpp"

#include "history.hpp"
#include "line.hpp"

namespace ebra::sqlite {

namespace {

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

/// Slot, limits and token of what is closed are free; the number is told separately.
void close_placement(Transaction& transaction, const CallRecord& call, PlacementRecord& placement,
                     const StepRecord& step, ebra_time_ms now) {
    placement.ended_at = end_of(step, placement.claimed_at, now);
    placement.ask_at = 0;
    for (const std::string& key : call.lane->cap_keys) {
        transaction.db().run(Sql::kCapDelete, key, call.seq);
    }
}

/// True when the step closed the placement.
bool change_placement(Transaction& transaction, CallRecord& call, PlacementRecord& placement,
                      const StepRecord& step, const Transition& change, ebra_time_ms now) {
    const bool was_open = placement.is_open();
    if (change.placement_state != 0) placement.state = change.placement_state;
    note_evidence(placement, step, change, now);
    note_decision(placement, change);
    if (change.is_contradiction) {
        placement.contradictions += 1;
        transaction.count(Tally::kContradictions, 1);
    }
    if (change.gives_attempt_back && placement.counted) {
        placement.counted = false;
        call.attempts -= 1;
    }
    const bool is_closed_now = was_open && !placement.is_open();
    if (is_closed_now) close_placement(transaction, call, placement, step, now);
    save_placement(transaction, placement);
    return is_closed_now;
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

void change_call(Transaction& transaction, CallRecord& call, const StepRecord& step,
                 const Transition& change, ebra_time_ms now) {
    if (change.fixes_outcome) call.fixed_outcome = EBRA_OUTCOME_COMPLETED;
    const Hold left = call.stored_hold;
    if (change.call != CallChange::kNone) {
        set_state(call, step, change, now);
        if (change.call == CallChange::kPending) join_line(transaction, call, now);
    }
    save_call(transaction, call, now);
    if (left == Hold::kReady && call.hold != Hold::kReady) {
        pass_head_on(transaction, call.exclusive_key, call.lane->number);
    }
}

/// Evidence that moves no state is known again by its entry: by what it says, or, as a sign of life
/// may come again and again, by what it says and when.
bool is_told_again(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                   const StepRecord& step, const Transition& change, ebra_time_ms now) {
    const bool is_late = change.result == EBRA_ALREADY;
    if (!is_late && step.step != EBRA_STEP_PROGRESS) return false;
    return has_entry(transaction.session(), call.seq,
                     entry_of(call, placement, step, change.is_applied, is_late ? 0 : now));
}

}  // namespace

ebra_status apply(Transaction& transaction, CallRecord& call, PlacementRecord* placement,
                  const StepRecord& step, const Transition& change, ebra_time_ms now) {
    if (!change.is_recorded) return change.result;
    const std::uint32_t number = placement != nullptr ? placement->number : 0;
    if (is_told_again(transaction, call, number, step, change, now)) return EBRA_ALREADY;
    const bool is_closed_now =
        placement != nullptr && change_placement(transaction, call, *placement, step, change, now);
    // The line moves up before this call joins it again: it may have to stand behind.
    if (is_closed_now) open_number(transaction, call.exclusive_key);
    if (change.call != CallChange::kNone || change.fixes_outcome) {
        change_call(transaction, call, step, change, now);
    }
    record_step(transaction, call, number, step, change.is_applied, now);
    if (is_closed_now || change.call != CallChange::kNone) transaction.announce_work();
    return change.result;
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

void record_step(Transaction& transaction, const CallRecord& call, std::uint32_t placement,
                 const StepRecord& step, bool is_applied, ebra_time_ms now) {
    add_entry(transaction, call.seq, entry_of(call, placement, step, is_applied, now));
}

}  // namespace ebra::sqlite
