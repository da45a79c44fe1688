#include "record.hpp"

#include "ebra/plugin.hpp"

namespace ebra::rules {

using plugin::copy;
using plugin::sized;
using plugin::str;

StepRecord step_from_abi(const ebra_advance& step) {
    StepRecord record;
    record.step = step.step;
    record.call_id = copy(step.call_id);
    record.placement = step.placement;
    record.flags = step.flags;
    record.claim = step.claim;
    record.provider = copy(step.provider);
    record.provider_call_id = copy(step.provider_call_id);
    record.provider_state = copy(step.provider_state);
    record.dedup_key = copy(step.dedup_key);
    record.reason = copy(step.reason);
    record.outcome = step.outcome;
    record.disposition = step.disposition;
    record.error_class = step.error_class;
    record.occurred_at = step.occurred_at;
    record.due_at = step.due_at;
    record.duration_ms = step.duration_ms;
    record.cost_micros = step.cost_micros;
    record.cost_currency = copy(step.cost_currency);
    record.recording_url = copy(step.recording_url);
    record.transcript_url = copy(step.transcript_url);
    return record;
}

ebra_placement to_abi(const PlacementRecord& record) {
    auto placement = sized<ebra_placement>();
    placement.number = record.number;
    placement.state = record.state;
    placement.outcome = record.outcome;
    placement.disposition = record.disposition;
    placement.error_class = record.error_class;
    placement.counted = record.counted ? 1 : 0;
    placement.decision = record.decision;
    placement.asked = record.asked;
    placement.contradictions = record.contradictions;
    placement.claim = record.claim;
    placement.provider = str(record.provider);
    placement.provider_call_id = str(record.provider_call_id);
    placement.provider_state = str(record.provider_state);
    placement.node = str(record.node);
    placement.reason = str(record.reason);
    placement.claimed_at = record.claimed_at;
    placement.accepted_at = record.accepted_at;
    placement.ended_at = record.ended_at;
    placement.evidence_at = record.evidence_at;
    placement.ask_at = record.ask_at;
    placement.duration_ms = record.duration_ms;
    placement.cost_micros = record.cost_micros;
    placement.cost_currency = str(record.cost_currency);
    placement.recording_url = str(record.recording_url);
    placement.transcript_url = str(record.transcript_url);
    return placement;
}

namespace {

ebra_call_spec spec_of(const CallRecord& call, const std::vector<ebra_str>& cap_keys) {
    auto spec = sized<ebra_call_spec>();
    spec.priority = call.priority;
    spec.id = str(call.id);
    spec.tenant = str(call.tenant);
    spec.campaign = str(call.campaign);
    spec.provider = str(call.lane->provider);
    spec.to = str(call.to);
    spec.exclusive_key = str(call.exclusive_key);
    spec.script_id = str(call.script_id);
    spec.metadata_json = str(call.metadata_json);
    spec.idempotency_key = str(call.idempotency_key);
    spec.request_digest = str(call.request_digest);
    spec.not_before = call.not_before;
    spec.not_after = call.not_after;
    spec.cap_keys = cap_keys.data();
    spec.cap_key_count = cap_keys.size();
    return spec;
}

ebra_call_state state_of(const CallRecord& call) {
    auto state = sized<ebra_call_state>();
    state.status = call.status;
    state.attempts = call.attempts;
    state.placements = call.placements;
    state.undecided = call.undecided ? 1 : 0;
    state.fixed_outcome = call.fixed_outcome;
    state.created_at = call.created_at;
    state.updated_at = call.updated_at;
    state.started_at = call.started_at;
    state.ended_at = call.ended_at;
    state.next_run_at = call.due_at;
    state.last_error = str(call.last_error);
    return state;
}

}  // namespace

AbiCall::AbiCall(const FullCall& full)
    : spec_(), state_(state_of(full.call)), placement_(), call_(sized<ebra_call>()) {
    for (const std::string& key : full.call.lane->cap_keys) cap_keys_.push_back(str(key));
    spec_ = spec_of(full.call, cap_keys_);
    call_.spec = &spec_;
    call_.state = &state_;
    if (!full.placement) return;
    placement_ = to_abi(*full.placement);
    call_.placement = &placement_;
}

void put_calls(const std::vector<FullCall>& calls, const ebra_call_sink& sink) {
    for (const FullCall& full : calls) {
        sink.put(sink.context, AbiCall(full).get());
    }
}

}  // namespace ebra::rules
