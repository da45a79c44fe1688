#include "store_values.hpp"

#include "ebra/plugin.hpp"

namespace ebra::conformance {

using plugin::copy;
using plugin::sized;
using plugin::str;

namespace {

void add_placement(const ebra_placement& placement, SeenCall& into) {
    into.has_placement = true;
    into.number = placement.number;
    into.state = placement.state;
    into.outcome = placement.outcome;
    into.disposition = placement.disposition;
    into.error_class = placement.error_class;
    into.decision = placement.decision;
    into.asked = placement.asked;
    into.contradictions = placement.contradictions;
    into.claim = placement.claim;
    into.provider = copy(placement.provider);
    into.provider_call_id = copy(placement.provider_call_id);
    into.provider_state = copy(placement.provider_state);
    into.node = copy(placement.node);
    into.reason = copy(placement.reason);
    into.claimed_at = placement.claimed_at;
    into.accepted_at = placement.accepted_at;
    into.ask_at = placement.ask_at;
    into.duration_ms = placement.duration_ms;
    into.cost_micros = placement.cost_micros;
    into.cost_currency = copy(placement.cost_currency);
    into.recording_url = copy(placement.recording_url);
    into.transcript_url = copy(placement.transcript_url);
}

}  // namespace

SeenCall seen(const ebra_placement& placement) {
    SeenCall made;
    add_placement(placement, made);
    return made;
}

SeenCall seen(const ebra_call& call) {
    SeenCall made;
    made.id = copy(call.spec->id);
    made.tenant = copy(call.spec->tenant);
    made.to = copy(call.spec->to);
    made.exclusive_key = copy(call.spec->exclusive_key);
    made.script_id = copy(call.spec->script_id);
    made.metadata_json = copy(call.spec->metadata_json);
    for (std::size_t i = 0; i < call.spec->cap_key_count; ++i) {
        made.cap_keys.push_back(copy(call.spec->cap_keys[i]));
    }
    made.priority = call.spec->priority;
    made.last_error = copy(call.state->last_error);
    made.status = call.state->status;
    made.attempts = call.state->attempts;
    made.placements = call.state->placements;
    made.undecided = call.state->undecided != 0;
    made.fixed_outcome = call.state->fixed_outcome;
    made.created_at = call.state->created_at;
    made.updated_at = call.state->updated_at;
    made.started_at = call.state->started_at;
    made.ended_at = call.state->ended_at;
    made.next_run_at = call.state->next_run_at;
    if (call.placement != nullptr) add_placement(*call.placement, made);
    return made;
}

ebra_advance step_of(std::int32_t step) {
    auto made = sized<ebra_advance>();
    made.step = step;
    made.duration_ms = -1;
    made.cost_micros = -1;
    return made;
}

ebra_advance abi_of(const NewStep& step) {
    ebra_advance made = step_of(step.step);
    made.call_id = str(step.call_id);
    made.placement = step.placement;
    made.flags = step.flags;
    made.claim = step.claim;
    made.provider = str(step.provider);
    made.provider_call_id = str(step.provider_call_id);
    made.provider_state = str(step.provider_state);
    made.dedup_key = str(step.dedup_key);
    made.reason = str(step.reason);
    made.outcome = step.outcome;
    made.disposition = step.disposition;
    made.error_class = step.error_class;
    made.occurred_at = step.occurred_at;
    made.due_at = step.due_at;
    made.duration_ms = step.duration_ms;
    made.cost_micros = step.cost_micros;
    made.cost_currency = str(step.cost_currency);
    made.recording_url = str(step.recording_url);
    made.transcript_url = str(step.transcript_url);
    return made;
}

ebra_call_spec abi_of(const NewCall& call, std::vector<ebra_str>& cap_keys) {
    for (const std::string& key : call.cap_keys) cap_keys.push_back(str(key));
    auto spec = sized<ebra_call_spec>();
    spec.id = str(call.id);
    spec.to = str(call.to);
    spec.exclusive_key = str(call.exclusive_key.empty() ? call.to : call.exclusive_key);
    spec.tenant = str(call.tenant);
    spec.script_id = str(call.script_id);
    spec.campaign = str(call.campaign);
    spec.priority = call.priority;
    spec.provider = str(call.provider);
    spec.not_before = call.not_before;
    spec.not_after = call.not_after;
    spec.idempotency_key = str(call.idempotency_key);
    spec.request_digest = str(call.request_digest);
    spec.metadata_json = str(call.metadata_json);
    spec.cap_keys = cap_keys.data();
    spec.cap_key_count = cap_keys.size();
    return spec;
}

}  // namespace ebra::conformance
