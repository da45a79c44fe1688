#include "advance.hpp"

#include "resolve.hpp"

#include <algorithm>
#include <array>

namespace ebra::postgres {

namespace {

ItemResult answer(ebra_status status, const LoadedCall* call) {
    if (call == nullptr) return {status, std::nullopt};
    return {status, call->with_latest()};
}

void record_step(Batch& batch, const CallRecord& call, std::uint32_t placement,
                 const StepRecord& step, bool is_applied) {
    batch.add_entry(call.seq, entry_of(call, placement, step, is_applied, batch.now()));
}

bool is_told_again(Batch& batch, const CallRecord& call, std::uint32_t placement,
                   const StepRecord& step, const Transition& change) {
    if (!is_known_by_entry(step, change)) return false;
    const bool is_late = change.result == EBRA_ALREADY;
    return batch.has_entry(
        call.seq, entry_of(call, placement, step, change.is_applied, is_late ? 0 : batch.now()));
}

/// True when the step closed the placement.
bool save_changed_placement(Batch& batch, LoadedCall& loaded, PlacementRecord& placement,
                            const StepRecord& step, const Transition& change) {
    const bool is_closed_now = change_placement(loaded.call, placement, step, change, batch.now());
    if (change.is_contradiction) batch.count(Tally::kContradictions, 1);
    if (is_closed_now) batch.freed(loaded);
    if (change.gives_attempt_back) batch.save(loaded);
    batch.save(loaded, placement);
    return is_closed_now;
}

/// Applies `change` to the rows. `placement` is null for CANCEL. Returns the step's status.
ebra_status apply(Batch& batch, LoadedCall& loaded, PlacementRecord* placement,
                  const StepRecord& step, const Transition& change) {
    if (!change.is_recorded) return change.result;
    const std::uint32_t number = placement != nullptr ? placement->number : 0;
    if (is_told_again(batch, loaded.call, number, step, change)) return EBRA_ALREADY;
    const bool is_closed_now =
        placement != nullptr && save_changed_placement(batch, loaded, *placement, step, change);
    if (placement != nullptr && begins_rest(loaded.call, *placement, change, is_closed_now)) {
        batch.rest(loaded, rests_from(step, batch.now()));
    }
    if (change.call != CallChange::kNone || change.fixes_outcome) {
        change_call(loaded.call, step, change, batch.now());
        batch.save(loaded);
    }
    record_step(batch, loaded.call, number, step, change.is_applied);
    if (is_closed_now || change.call != CallChange::kNone) batch.announce_work();
    return change.result;
}

std::optional<PlacementRecord> optional_of(const PlacementRecord* placement) {
    if (placement == nullptr) return std::nullopt;
    return *placement;
}

ebra_status enrich(Batch& batch, LoadedCall& loaded, PlacementRecord& placement,
                   const StepRecord& step) {
    bool has_changed = merge_details(placement, step, true);
    if (!step.provider_state.empty() && step.provider_state != placement.provider_state) {
        placement.provider_state = step.provider_state;
        has_changed = true;
    }
    if (!has_changed) return EBRA_ALREADY;
    batch.save(loaded, placement);
    record_step(batch, loaded.call, placement.number, step, true);
    return EBRA_OK;
}

ebra_status apply_evidence(Batch& batch, LoadedCall& loaded, PlacementRecord* placement,
                           const StepRecord& step) {
    if (step.step == EBRA_STEP_ENRICH) {
        if (placement == nullptr) return EBRA_CONFLICT;
        return enrich(batch, loaded, *placement, step);
    }
    const Transition change = ask(loaded.call, optional_of(placement), step);
    if (placement == nullptr) return change.result;
    const ebra_status status = apply(batch, loaded, placement, step, change);
    // The same outcome again may still bring details that were not said.
    if (change.result == EBRA_ALREADY && merge_details(*placement, step, false)) {
        batch.save(loaded, *placement);
    }
    return status;
}

/// Makes an id known and applies what waited for it.
void learn_id(Batch& batch, LoadedCall& loaded, PlacementRecord& placement,
              const std::string& provider, const std::string& provider_call_id) {
    batch.map(provider_call_id, {provider, loaded.call.seq, placement.number});
    if (placement.provider_call_id.empty()) {
        placement.provider_call_id = provider_call_id;
        batch.save(loaded, placement);
    }
    for (const StepRecord& waiting : batch.take_kept(provider, provider_call_id)) {
        apply_evidence(batch, loaded, &placement, waiting);
    }
}

ItemResult take_evidence(Batch& batch, const StepRecord& step) {
    const Target target = resolve(batch, step);
    if (target.status == EBRA_KEPT) return {batch.keep(step), std::nullopt};
    if (target.status != EBRA_OK) return answer(target.status, target.call);
    const bool learns =
        target.is_new_id && target.placement != nullptr && may_learn_id(*target.placement, step);
    ebra_status status = apply_evidence(batch, *target.call, target.placement, step);
    if (learns && (status == EBRA_OK || status == EBRA_ALREADY)) {
        learn_id(batch, *target.call, *target.placement, target.placement->provider,
                 step.provider_call_id);
        status = EBRA_OK;
    }
    return answer(status, target.call);
}

ItemResult evidence(Batch& batch, const StepRecord& step) {
    if (!has_sound_outcome(step)) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    if (batch.is_seen(step)) return answer(EBRA_ALREADY, resolve(batch, step).call);
    ItemResult item = take_evidence(batch, step);
    const bool was_taken =
        item.status == EBRA_OK || item.status == EBRA_ALREADY || item.status == EBRA_KEPT;
    if (was_taken && !step.dedup_key.empty()) batch.remember(step);
    return item;
}

ItemResult decide(Batch& batch, const StepRecord& step) {
    LoadedCall* named = batch.find(step.call_id);
    if (named == nullptr) return {EBRA_NOT_FOUND, std::nullopt};
    const std::uint32_t number = step.placement != 0 ? step.placement : named->call.placements;
    PlacementRecord* placement = named->placement(number);
    const Transition change = ask(named->call, optional_of(placement), step);
    return answer(apply(batch, *named, placement, step, change), named);
}

ItemResult cancel(Batch& batch, const StepRecord& step) {
    LoadedCall* named = batch.find(step.call_id);
    if (named == nullptr) return {EBRA_NOT_FOUND, std::nullopt};
    return answer(apply(batch, *named, nullptr, step, ask_cancel(named->call)), named);
}

/// What a mapping by hand belongs to: the latest placement, or number 0 when there is none.
PlacementRecord* placement_to_map(Batch& batch, LoadedCall& loaded, const StepRecord& step) {
    const CallRecord& call = loaded.call;
    if (call.placements == 0 && loaded.placement(0) == nullptr) {
        PlacementRecord mapped;
        mapped.call_seq = call.seq;
        mapped.exclusive_key = call.exclusive_key;
        mapped.state = EBRA_PLACEMENT_ENDED;
        mapped.counted = false;
        mapped.provider = step.provider;
        mapped.provider_call_id = step.provider_call_id;
        mapped.claimed_at = batch.now();
        mapped.ended_at = batch.now();
        mapped.evidence_at = batch.now();
        loaded.placements[0] = std::move(mapped);
        loaded.made.insert(0);
    }
    return loaded.placement(call.placements);
}

ItemResult map_by_hand(Batch& batch, const StepRecord& step) {
    if (step.provider_call_id.empty()) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    LoadedCall* named = batch.find(step.call_id);
    if (named == nullptr) return {EBRA_NOT_FOUND, std::nullopt};
    const auto known = batch.mappings(step.provider, step.provider_call_id);
    if (!known.empty()) {
        const bool is_same = known.size() == 1 && known.front().call_seq == named->call.seq;
        return answer(is_same ? EBRA_ALREADY : EBRA_CONFLICT, named);
    }
    PlacementRecord* placement = placement_to_map(batch, *named, step);
    if (placement == nullptr || is_other_provider(step, *placement)) {
        return answer(EBRA_CONFLICT, named);
    }
    const std::string provider = step.provider.empty() ? placement->provider : step.provider;
    record_step(batch, named->call, placement->number, step, true);
    learn_id(batch, *named, *placement, provider, step.provider_call_id);
    return answer(EBRA_OK, named);
}

}  // namespace

bool is_storable(const StepRecord& step) {
    const std::array names = {&step.call_id, &step.provider, &step.provider_call_id,
                              &step.dedup_key};
    const std::array texts = {&step.provider_state, &step.reason, &step.cost_currency,
                              &step.recording_url, &step.transcript_url};
    const auto is_name = [](const std::string* name) { return is_storable_name(*name); };
    const auto is_text = [](const std::string* text) { return is_storable(*text); };
    return std::all_of(names.begin(), names.end(), is_name) &&
           std::all_of(texts.begin(), texts.end(), is_text);
}

ItemResult advance(Batch& batch, const StepRecord& step) {
    if (!is_storable(step)) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    if (is_evidence(step.step)) return evidence(batch, step);
    if (is_decision(step.step)) return decide(batch, step);
    if (step.step == EBRA_STEP_CANCEL) return cancel(batch, step);
    if (step.step == EBRA_STEP_MAP) return map_by_hand(batch, step);
    return {EBRA_INVALID_ARGUMENT, std::nullopt};
}

}  // namespace ebra::postgres
