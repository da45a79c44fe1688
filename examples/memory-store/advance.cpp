// advance: finds out which placement a step speaks of, asks the rules what follows, and does it.
#include "memory_store.hpp"
#include "memory_store_plugin.hpp"

#include <algorithm>

namespace ebra::memory {

using plugin::copy;

namespace {

/// Evidence for ids nobody knows, at most; beyond it the sender is told to come again.
constexpr std::size_t kKeptMax = 10'000;

rules::CallFacts facts_of(const CallRecord& call) {
    rules::CallFacts facts;
    facts.status = call.state.status;
    facts.is_undecided = call.state.undecided != 0;
    facts.latest = call.state.placements;
    facts.is_latest_open = call.latest() != nullptr && is_open(*call.latest());
    facts.fixed_outcome = call.state.fixed_outcome;
    return facts;
}

rules::PlacementFacts facts_of(const PlacementRecord& placement) {
    rules::PlacementFacts facts;
    facts.number = placement.fields.number;
    facts.state = placement.fields.state;
    facts.outcome = placement.fields.outcome;
    facts.is_accepted = placement.fields.accepted_at != 0;
    facts.decisions_taken = placement.decisions_taken;
    facts.claim = placement.fields.claim;
    return facts;
}

rules::StepFacts facts_of(const ebra_advance& step) {
    rules::StepFacts facts;
    facts.step = step.step;
    facts.outcome = step.outcome;
    facts.error_class = step.error_class;
    facts.is_retryable = (step.flags & EBRA_ADVANCE_RETRYABLE) != 0;
    facts.claim = step.claim;
    return facts;
}

#ifdef EBRA_MUTANTS
TransitionWitness witness_of_all;
#endif

/// Asks the rules what follows.
rules::Transition ask(const CallRecord& call, const PlacementRecord* placement,
                      const rules::StepFacts& said) {
    const rules::CallFacts facts = facts_of(call);
    rules::PlacementFacts known;
    if (placement != nullptr) known = facts_of(*placement);
    const rules::PlacementFacts* named = placement == nullptr ? nullptr : &known;
    const rules::Transition change = rules::transition(facts, named, said);
#ifdef EBRA_MUTANTS
    if (witness_of_all) witness_of_all(facts, named, said, change);
#endif
    return change;
}

bool take_number(std::int64_t& into, std::int64_t said) {
    if (said < 0 || said == into) return false;
    into = said;
    return true;
}

bool take_text(std::string& into, ebra_str said) {
    if (said.size == 0 || into == plugin::view(said)) return false;
    into = copy(said);
    return true;
}

/// Takes over what the step says; false when all of it was known.
bool take_details(PlacementRecord& placement, const ebra_advance& step) {
    bool is_news = take_number(placement.fields.duration_ms, step.duration_ms);
    is_news |= take_number(placement.fields.cost_micros, step.cost_micros);
    is_news |= take_text(placement.cost_currency, step.cost_currency);
    is_news |= take_text(placement.recording_url, step.recording_url);
    is_news |= take_text(placement.transcript_url, step.transcript_url);
    is_news |= take_text(placement.provider_state, step.provider_state);
    return is_news;
}

bool is_same(const ebra_advance& left, const ebra_advance& right) {
    return left.step == right.step && left.outcome == right.outcome &&
           left.occurred_at == right.occurred_at &&
           plugin::view(left.reason) == plugin::view(right.reason);
}

}  // namespace

#ifdef EBRA_MUTANTS
void watch_transitions(TransitionWitness witness) {
    witness_of_all = std::move(witness);
}
#endif

ebra_status MemoryStore::advance(ebra_time_ms now, std::span<const ebra_advance* const> steps,
                                 const ebra_item_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (std::size_t index = 0; index < steps.size(); ++index) {
        CallRecord* call = nullptr;
        const ebra_status status = advance_one(now, *steps[index], call);
        if (call == nullptr) {
            sink.put(sink.context, index, status, nullptr);
        } else {
            show(*call,
                 [&](const ebra_call* shown) { sink.put(sink.context, index, status, shown); });
        }
    }
    // A planted fault: what is kept is written by a transaction of its own, a moment later.
    constexpr ebra_time_ms kMomentMs = 200;
    while (!to_keep_.empty() && to_keep_.front().at + kMomentMs <= now) {
        kept_[to_keep_.front().key].push_back(std::move(to_keep_.front().kept));
        to_keep_.pop_front();
    }
    changed_.notify_all();
    return EBRA_OK;
}

ebra_status MemoryStore::advance_one(ebra_time_ms now, const ebra_advance& step,
                                     CallRecord*& call) {
    if (step.step == EBRA_STEP_CANCEL) return cancel(now, step, call);
    if (step.step == EBRA_STEP_MAP) return map_by_hand(now, step, call);
    if (rules::is_evidence(step.step)) {
        const ProviderId key{copy(step.provider), copy(step.dedup_key)};
        Target target = resolve(step);
        call = target.call;
        if (!key.second.empty() && dedup_keys_.contains(key)) return EBRA_ALREADY;
        ebra_status status = target.status;
        if (status == EBRA_KEPT) status = keep(now, step);
        if (status == EBRA_OK) status = apply_evidence(now, step, target);
        // Refused evidence changes nothing, so it may come again under the same key.
        const bool was_taken = status == EBRA_OK || status == EBRA_ALREADY || status == EBRA_KEPT;
        const bool forgets = is_planted("forget_dedup");
        if (was_taken && !key.second.empty() && !forgets) dedup_keys_.insert(key);
        return status;
    }
    call = find_call(copy(step.call_id));
    if (call == nullptr) return EBRA_NOT_FOUND;
    PlacementRecord* placement = call->placement(step.placement);
    if (is_planted("no_fence")) placement = call->latest();
    rules::StepFacts said = facts_of(step);
    if (is_planted("no_fence") && placement != nullptr) said.claim = placement->fields.claim;
    const rules::Transition change = ask(*call, placement, said);
    if (placement != nullptr && change.result == EBRA_OK) {
        apply(now, *call, *placement, step, change);
    }
    return change.result;
}

ebra_status MemoryStore::apply_evidence(ebra_time_ms now, const ebra_advance& step, Target target) {
    if (step.step == EBRA_STEP_ENRICH) {
        if (target.placement == nullptr) return EBRA_CONFLICT;
        if (!take_details(*target.placement, step)) return EBRA_ALREADY;
        record(*target.call, step.step, target.placement->fields.number, now);
        return EBRA_OK;
    }
    const rules::Transition change = ask(*target.call, target.placement, facts_of(step));
    if (target.placement == nullptr) return change.result;
    if (is_planted("terminal_overwrite") && step.step == EBRA_STEP_ENDED &&
        is_terminal(*target.call)) {
        target.call->state.status =
            step.outcome == EBRA_OUTCOME_COMPLETED ? EBRA_CALL_COMPLETED : EBRA_CALL_FAILED;
    }
    if (is_planted("ack_evidence_without_storing") && step.step == EBRA_STEP_ENDED &&
        now % 7 == 0) {
        return change.result;
    }
    apply(now, *target.call, *target.placement, step, change);
    if (is_planted("release_slot_on_late_outcome") && change.fixes_outcome) {
        PlacementRecord& latest = *target.call->latest();
        latest.fields.state = EBRA_PLACEMENT_ENDED;
        latest.fields.ended_at = now;
        lines_.free_number(*target.call);
        become_terminal(*target.call, EBRA_CALL_COMPLETED, now);
    }
    return change.result;
}

// ---- which placement
// ------------------------------------------------------------------------------

MemoryStore::Target MemoryStore::resolve(const ebra_advance& step) {
    if (step.call_id.size == 0) {
        if (step.provider_call_id.size == 0) return {EBRA_INVALID_ARGUMENT, nullptr, nullptr};
        return resolve_provider_id(step);
    }
    CallRecord* call = find_call(copy(step.call_id));
    if (call == nullptr) return {EBRA_NOT_FOUND, nullptr, nullptr};
    const std::uint32_t number = step.placement != 0 ? step.placement : call->state.placements;
    PlacementRecord* placement = call->placement(number);
    if (step.placement != 0 && placement == nullptr) return {EBRA_CONFLICT, call, nullptr};
    if (step.provider_call_id.size > 0) {
        const Target other = resolve_provider_id(step);
        if (other.status == EBRA_OK && other.call != call) return {EBRA_CONFLICT, call, nullptr};
        // An id that belongs to an earlier placement speaks of that one.
        if (other.status == EBRA_OK && step.placement == 0) placement = other.placement;
        if (other.status == EBRA_OK && step.placement != 0 && other.placement != placement) {
            return {EBRA_CONFLICT, call, nullptr};
        }
    }
    return {EBRA_OK, call, placement};
}

MemoryStore::Target MemoryStore::resolve_provider_id(const ebra_advance& step) {
    const std::string id = copy(step.provider_call_id);
    Target found{EBRA_KEPT, nullptr, nullptr};
    const auto take = [&](const std::pair<CallRecord*, std::uint32_t>& owner) {
        if (found.call != nullptr && found.call != owner.first) found.status = EBRA_CONFLICT;
        if (found.call != nullptr) return;
        found = {EBRA_OK, owner.first, owner.first->placement(owner.second)};
    };
    if (step.provider.size > 0) {
        const auto exact = by_provider_id_.find({copy(step.provider), id});
        if (exact != by_provider_id_.end()) take(exact->second);
        return found;
    }
    for (const auto& [key, owner] : by_provider_id_) {
        if (key.second == id) take(owner);
    }
    return found;
}

ebra_status MemoryStore::keep(ebra_time_ms now, const ebra_advance& step) {
    const ProviderId key{copy(step.provider), copy(step.provider_call_id)};
    const auto waiting = kept_.find(key);
    const bool is_known = waiting != kept_.end() &&
                          std::any_of(waiting->second.begin(), waiting->second.end(),
                                      [&](const Kept& other) { return is_same(other.step, step); });
    if (is_known) return EBRA_ALREADY;
    if (kept_count_ >= kKeptMax) return EBRA_UNAVAILABLE;
    Kept kept;
    kept.step = step;
    kept.told_at = now;
    ebra_str* const texts[] = {
        &kept.step.call_id,        &kept.step.provider,      &kept.step.provider_call_id,
        &kept.step.provider_state, &kept.step.dedup_key,     &kept.step.reason,
        &kept.step.cost_currency,  &kept.step.recording_url, &kept.step.transcript_url};
    kept.text.reserve(std::size(texts));
    for (ebra_str* text : texts) *text = plugin::str(kept.text.emplace_back(copy(*text)));
    ++kept_count_;
    if (is_planted("two_step_inbox")) {
        to_keep_.push_back({now, key, std::move(kept)});
    } else {
        kept_[key].push_back(std::move(kept));
    }
    return EBRA_KEPT;
}

/// The placement's id at its provider is known now; evidence that waited for it is applied.
void MemoryStore::learn_id(CallRecord& call, PlacementRecord& placement, const std::string& id,
                           ebra_time_ms now) {
    if (id.empty()) return;
    const auto [owner, is_new] =
        by_provider_id_.try_emplace({placement.provider, id}, &call, placement.fields.number);
    if (!is_new) return;
    if (placement.provider_call_id.empty()) placement.provider_call_id = id;
    for (const ProviderId& key : {ProviderId{placement.provider, id}, ProviderId{"", id}}) {
        auto waiting = kept_.extract(key);
        if (waiting.empty()) continue;
        kept_count_ -= waiting.mapped().size();
        for (const Kept& kept : waiting.mapped()) {
            // A step that was long on its way may take up news that came after it set out.
            (void)apply_evidence(std::max(now, kept.told_at), kept.step,
                                 {EBRA_OK, &call, call.placement(owner->second.second)});
        }
    }
}

// ---- what follows
// ---------------------------------------------------------------------------------

/// True when the history says the same already: said again, it changes nothing.
bool MemoryStore::has_said(const CallRecord& call, std::uint32_t placement,
                           const ebra_advance& step) const {
    // Who forgets what was delivered looks nowhere else either.
    if (is_planted("forget_dedup")) return false;
    return std::any_of(call.entries.begin(), call.entries.end(), [&](const EntryRecord& entry) {
        return entry.fields.kind == step.step && entry.fields.placement == placement &&
               entry.fields.outcome == step.outcome &&
               entry.provider_call_id == plugin::view(step.provider_call_id) &&
               entry.detail == plugin::view(step.reason);
    });
}

void MemoryStore::apply(ebra_time_ms now, CallRecord& call, PlacementRecord& placement,
                        const ebra_advance& step, const rules::Transition& change) {
    const std::uint32_t number = placement.fields.number;
    if (change.outcome != EBRA_OUTCOME_NONE) {
        placement.fields.outcome = change.outcome;
        placement.fields.disposition = step.disposition;
        take_details(placement, step);
    }
    if (change.is_applied) take_text(placement.provider_state, step.provider_state);
    const bool is_said_again = !change.is_applied && has_said(call, number, step);
    if (change.is_contradiction && !is_said_again)
        ++placement.fields.contradictions, ++contradictions_;
    if (change.is_acceptance && placement.fields.accepted_at == 0)
        placement.fields.accepted_at = now;
    if (change.is_sign_of_life) placement.fields.evidence_at = now;
    const bool sets_question = step.step == EBRA_STEP_ACCEPTED || step.step == EBRA_STEP_LOST ||
                               step.step == EBRA_STEP_PROGRESS;
    if (sets_question && change.is_applied) {
        placement.fields.ask_at = step.due_at;
        placement.fields.asked = 0;
    }
    if (step.step == EBRA_STEP_REFUSED || step.step == EBRA_STEP_NOT_SENT) {
        placement.fields.error_class = step.error_class;
    }
    if (step.reason.size > 0 && change.is_applied) placement.reason = copy(step.reason);
    if (change.decision != 0) {
        placement.fields.decision = change.decision;
        placement.decisions_taken |= rules::decision_bit(change.decision);
    }
    if (change.gives_attempt_back && placement.fields.counted != 0 &&
        !is_planted("keep_attempts")) {
        placement.fields.counted = 0;
        --call.state.attempts;
    }
    if (change.fixes_outcome) call.state.fixed_outcome = EBRA_OUTCOME_COMPLETED;
    const bool closes = change.placement_state >= EBRA_PLACEMENT_RELEASED && is_open(placement);
    if (change.placement_state != 0) placement.fields.state = change.placement_state;
    if (closes) {
        placement.fields.ended_at = now;
        if (step.step == EBRA_STEP_GIVE_UP)
            placement.fields.disposition = EBRA_DISPOSITION_GIVEN_UP;
        if (step.step == EBRA_STEP_NOT_SENT)
            placement.fields.disposition = EBRA_DISPOSITION_NOT_SENT;
        rest_after(now, call, placement, change, true);
        lines_.free_number(call);
    }
    change_call(now, call, placement, step, change);
    if (!closes) rest_after(now, call, placement, change, false);
    if (change.is_recorded && !is_said_again) {
        EntryRecord& entry = record(call, step.step, number, now);
        entry.fields.outcome = step.outcome;
        entry.fields.applied = change.is_applied ? 1 : 0;
        entry.provider_call_id = copy(step.provider_call_id);
        entry.detail = copy(step.reason);
    }
    if (rules::is_evidence(step.step)) learn_id(call, placement, copy(step.provider_call_id), now);
}

/// A number whose phone may have rung is left alone for a while: from when its placement closes, or
/// from late news of how it ended.
void MemoryStore::rest_after(ebra_time_ms now, const CallRecord& call,
                             const PlacementRecord& placement, const rules::Transition& change,
                             bool closes) {
    if (min_gap_ms_ == 0 || is_planted("forget_gap")) return;
    const bool is_late_news =
        change.outcome != EBRA_OUTCOME_NONE && placement.exclusive_key == call.exclusive_key;
    const bool may_have_rung =
        closes ? placement.fields.state == EBRA_PLACEMENT_ENDED : is_late_news;
    if (may_have_rung) lines_.rest(call.exclusive_key, now + min_gap_ms_);
}

void MemoryStore::change_call(ebra_time_ms now, CallRecord& call, PlacementRecord& placement,
                              const ebra_advance& step, const rules::Transition& change) {
    using rules::CallChange;
    if (change.is_applied) call.state.updated_at = now;
    if (change.call == CallChange::kNone) return;
    if (change.call != CallChange::kCompleted && step.reason.size > 0)
        call.last_error = copy(step.reason);
    if (change.call == CallChange::kUndecided) {
        call.state.undecided = 1;
        placement.undecided_since = now;
        return;
    }
    if (change.call == CallChange::kPending) {
        call.state.status = EBRA_CALL_PENDING;
        call.state.undecided = 0;
        call.state.next_run_at = std::max(step.due_at, now);
        in_progress_.erase(&call);
        lines_.join(call, now);
        return;
    }
    if (call.state.status == EBRA_CALL_PENDING) lines_.leave(call);
    if (change.call == CallChange::kCompleted) call.last_error.clear();
    const bool is_plausible = step.step == EBRA_STEP_ENDED &&
                              step.occurred_at >= call.state.started_at && step.occurred_at <= now;
    call.state.ended_at = is_plausible ? step.occurred_at : now;
    become_terminal(call,
                    change.call == CallChange::kCompleted ? EBRA_CALL_COMPLETED
                    : change.call == CallChange::kFailed  ? EBRA_CALL_FAILED
                                                          : EBRA_CALL_CANCELED,
                    now);
}

ebra_status MemoryStore::cancel(ebra_time_ms now, const ebra_advance& step, CallRecord*& call) {
    call = find_call(copy(step.call_id));
    if (call == nullptr) return EBRA_NOT_FOUND;
    const rules::Transition change = rules::cancel_transition(facts_of(*call));
    if (change.result != EBRA_OK) return change.result;
    lines_.leave(*call);
    call->state.updated_at = now;
    become_terminal(*call, EBRA_CALL_CANCELED, now);
    record(*call, EBRA_STEP_CANCEL, 0, now).detail = copy(step.reason);
    return EBRA_OK;
}

ebra_status MemoryStore::map_by_hand(ebra_time_ms now, const ebra_advance& step,
                                     CallRecord*& call) {
    call = find_call(copy(step.call_id));
    if (call == nullptr) return EBRA_NOT_FOUND;
    const auto owner = by_provider_id_.find({copy(step.provider), copy(step.provider_call_id)});
    if (owner != by_provider_id_.end()) {
        return owner->second.first == call ? EBRA_ALREADY : EBRA_CONFLICT;
    }
    PlacementRecord* placement = call->latest();
    if (placement == nullptr) {
        call->mapped_by_hand.emplace();
        placement = &*call->mapped_by_hand;
        placement->fields.state = EBRA_PLACEMENT_RELEASED;
        placement->fields.duration_ms = placement->fields.cost_micros = -1;
        placement->provider = copy(step.provider);
        placement->exclusive_key = call->exclusive_key;
    }
    const std::uint32_t number = placement->fields.number;
    record(*call, EBRA_STEP_MAP, number, now).provider_call_id = copy(step.provider_call_id);
    by_provider_id_.try_emplace({copy(step.provider), copy(step.provider_call_id)}, call, number);
    if (placement->provider_call_id.empty())
        placement->provider_call_id = copy(step.provider_call_id);
    for (const ProviderId& key : {ProviderId{copy(step.provider), copy(step.provider_call_id)},
                                  ProviderId{"", copy(step.provider_call_id)}}) {
        auto waiting = kept_.extract(key);
        if (waiting.empty()) continue;
        kept_count_ -= waiting.mapped().size();
        for (const Kept& kept : waiting.mapped()) {
            (void)apply_evidence(now, kept.step, {EBRA_OK, call, call->placement(number)});
        }
    }
    return EBRA_OK;
}

}  // namespace ebra::memory
