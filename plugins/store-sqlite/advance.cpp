#include "advance.hpp"

#include "kept.hpp"
#include "outcome.hpp"
#include "resolve.hpp"
#include "transition.hpp"

namespace ebra::sqlite {

namespace {

bool is_seen(Transaction& transaction, const StepRecord& step) {
    if (step.dedup_key.empty()) return false;
    Statement row = transaction.db().query(Sql::kEvidenceSeen, step.dedup_key, step.provider);
    return row.step();
}

void remember(Transaction& transaction, const StepRecord& step, ebra_status status,
              ebra_time_ms now) {
    const bool was_taken = status == EBRA_OK || status == EBRA_ALREADY || status == EBRA_KEPT;
    if (!was_taken || step.dedup_key.empty()) return;
    transaction.db().run(Sql::kEvidenceRemember, step.dedup_key, step.provider, now);
}

ebra_status enrich(Transaction& transaction, const CallRecord& call, PlacementRecord& placement,
                   const StepRecord& step, ebra_time_ms now) {
    bool has_changed = merge_details(placement, step, true);
    if (!step.provider_state.empty() && step.provider_state != placement.provider_state) {
        placement.provider_state = step.provider_state;
        has_changed = true;
    }
    if (!has_changed) return EBRA_ALREADY;
    save_placement(transaction, placement);
    record_step(transaction, call, placement.number, step, true, now);
    return EBRA_OK;
}

/// The same outcome again may still bring details that were not said.
void fill_in_details(Transaction& transaction, PlacementRecord& placement, const StepRecord& step) {
    if (merge_details(placement, step, false)) save_placement(transaction, placement);
}

ebra_status apply_evidence(Transaction& transaction, CallRecord& call,
                           std::optional<PlacementRecord>& placement, const StepRecord& step,
                           ebra_time_ms now) {
    if (step.step == EBRA_STEP_ENRICH) {
        if (!placement) return EBRA_CONFLICT;
        return enrich(transaction, call, *placement, step, now);
    }
    const Transition change = ask(call, placement, step);
    if (!placement) return change.result;
    const ebra_status status = apply(transaction, call, &*placement, step, change, now);
    if (change.result == EBRA_ALREADY) fill_in_details(transaction, *placement, step);
    return status;
}

/// Makes an id known and applies what waited for it.
void learn_id(Transaction& transaction, CallRecord& call, std::optional<PlacementRecord>& placement,
              const std::string& provider, const std::string& provider_call_id, ebra_time_ms now) {
    transaction.db().run(Sql::kMappingInsert, provider_call_id, provider, call.seq,
                         placement->number);
    if (placement->provider_call_id.empty()) placement->provider_call_id = provider_call_id;
    if (placement->provider_call_id != placement->stored_provider_call_id) {
        save_placement(transaction, *placement);
    }
    for (const StepRecord& waiting : take_kept(transaction, provider, provider_call_id)) {
        apply_evidence(transaction, call, placement, waiting, now);
    }
}

/// `placement`, one of the call's, is not read again when it is the latest.
ItemResult answer(Transaction& transaction, ebra_status status, std::optional<CallRecord> call,
                  std::optional<PlacementRecord> placement = std::nullopt) {
    if (!call) return {status, std::nullopt};
    if (placement && placement->number == call->placements) {
        return {status, FullCall{*std::move(call), std::move(placement)}};
    }
    return {status, with_latest(transaction.session(), *std::move(call))};
}

ItemResult take_evidence(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    Target target = resolve(transaction.session(), step);
    if (target.status == EBRA_KEPT) {
        return {keep(transaction, step, now), std::nullopt};
    }
    if (target.status != EBRA_OK) {
        return answer(transaction, target.status, std::move(target.call));
    }
    const bool learns =
        target.is_new_id && target.placement && may_learn_id(*target.placement, step);
    // Set before, so that it is written with what else the step changes.
    const bool names = learns && target.placement->provider_call_id.empty();
    if (names) target.placement->provider_call_id = step.provider_call_id;
    ebra_status status = apply_evidence(transaction, *target.call, target.placement, step, now);
    const bool is_taken = status == EBRA_OK || status == EBRA_ALREADY;
    if (learns && is_taken) {
        learn_id(transaction, *target.call, target.placement, target.placement->provider,
                 step.provider_call_id, now);
        status = EBRA_OK;
    } else if (names) {
        target.placement->provider_call_id.clear();
    }
    return answer(transaction, status, std::move(target.call), std::move(target.placement));
}

ItemResult evidence(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    if (!has_sound_outcome(step)) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    if (is_seen(transaction, step)) {
        return answer(transaction, EBRA_ALREADY, resolve(transaction.session(), step).call);
    }
    ItemResult item = take_evidence(transaction, step, now);
    remember(transaction, step, item.status, now);
    return item;
}

ItemResult decide(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    Session& session = transaction.session();
    std::optional<CallRecord> call = find_call(session, step.call_id);
    if (!call) return {EBRA_NOT_FOUND, std::nullopt};
    const std::uint32_t number = step.placement != 0 ? step.placement : call->placements;
    std::optional<PlacementRecord> placement = find_placement(session, call->seq, number);
    const Transition change = ask(*call, placement, step);
    PlacementRecord* named = placement ? &*placement : nullptr;
    const ebra_status status = apply(transaction, *call, named, step, change, now);
    return answer(transaction, status, std::move(call), std::move(placement));
}

ItemResult cancel(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    std::optional<CallRecord> call = find_call(transaction.session(), step.call_id);
    if (!call) return {EBRA_NOT_FOUND, std::nullopt};
    const Transition change = ask_cancel(*call);
    const ebra_status status = apply(transaction, *call, nullptr, step, change, now);
    return answer(transaction, status, std::move(call));
}

/// What a mapping by hand belongs to: the latest placement, or number 0 when there is none.
std::optional<PlacementRecord> placement_to_map(Transaction& transaction, const CallRecord& call,
                                                const StepRecord& step, ebra_time_ms now) {
    if (call.placements == 0) {
        transaction.db().run(Sql::kPlacementInsertMapped, call.seq, call.exclusive_key,
                             step.provider, step.provider_call_id, now);
    }
    return find_placement(transaction.session(), call.seq, call.placements);
}

ItemResult map_by_hand(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    Session& session = transaction.session();
    if (step.provider_call_id.empty()) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    std::optional<CallRecord> call = find_call(session, step.call_id);
    if (!call) return {EBRA_NOT_FOUND, std::nullopt};
    const auto known = find_mappings(session, step.provider, step.provider_call_id);
    if (!known.empty()) {
        const bool is_same = known.size() == 1 && known.front().call_seq == call->seq;
        return answer(transaction, is_same ? EBRA_ALREADY : EBRA_CONFLICT, std::move(call));
    }
    std::optional<PlacementRecord> placement = placement_to_map(transaction, *call, step, now);
    if (!placement || is_other_provider(step, *placement)) {
        return answer(transaction, EBRA_CONFLICT, std::move(call));
    }
    const std::string provider = step.provider.empty() ? placement->provider : step.provider;
    record_step(transaction, *call, placement->number, step, true, now);
    learn_id(transaction, *call, placement, provider, step.provider_call_id, now);
    return answer(transaction, EBRA_OK, std::move(call), std::move(placement));
}

}  // namespace

ItemResult advance(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    if (is_evidence(step.step)) return evidence(transaction, step, now);
    if (is_decision(step.step)) return decide(transaction, step, now);
    if (step.step == EBRA_STEP_CANCEL) return cancel(transaction, step, now);
    if (step.step == EBRA_STEP_MAP) return map_by_hand(transaction, step, now);
    return {EBRA_INVALID_ARGUMENT, std::nullopt};
}

}  // namespace ebra::sqlite
