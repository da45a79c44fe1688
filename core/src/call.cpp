#include "call.hpp"

#include <charconv>

namespace ebra {

namespace {

ebra_placement to_abi(const Placement& placement) {
    ebra_placement made{};
    made.struct_size = sizeof made;
    made.number = placement.number;
    made.state = static_cast<std::int32_t>(placement.state);
    made.outcome = static_cast<std::int32_t>(placement.outcome);
    made.disposition = static_cast<std::int32_t>(placement.disposition);
    made.error_class = static_cast<std::int32_t>(placement.error_class);
    made.counted = placement.is_counted ? 1 : 0;
    made.asked = placement.asked;
    made.contradictions = placement.contradictions;
    made.claim = placement.claim;
    made.provider = abi_str(placement.provider);
    made.provider_call_id = abi_str(placement.provider_call_id);
    made.provider_state = abi_str(placement.provider_state);
    made.node = abi_str(placement.node);
    made.reason = abi_str(placement.reason);
    made.claimed_at = placement.claimed_at;
    made.accepted_at = placement.accepted_at;
    made.ended_at = placement.ended_at;
    made.evidence_at = placement.evidence_at;
    made.ask_at = placement.ask_at;
    made.duration_ms = placement.details.duration_ms;
    made.cost_micros = placement.details.cost_micros;
    made.cost_currency = abi_str(placement.details.cost_currency);
    made.recording_url = abi_str(placement.details.recording_url);
    made.transcript_url = abi_str(placement.details.transcript_url);
    return made;
}

ebra_call_state state_of(const Call& call) {
    ebra_call_state made{};
    made.struct_size = sizeof made;
    made.status = static_cast<std::int32_t>(call.status);
    made.attempts = call.attempts;
    made.placements = call.placement ? call.placement->number : 0;
    made.undecided = call.is_undecided ? 1 : 0;
    made.fixed_outcome = static_cast<std::int32_t>(call.fixed_outcome);
    made.created_at = call.created_at;
    made.updated_at = call.updated_at;
    made.started_at = call.started_at;
    made.ended_at = call.ended_at;
    made.next_run_at = call.next_run_at;
    made.last_error = abi_str(call.last_error);
    return made;
}

ebra_call_spec spec_of(const Call& call) {
    ebra_call_spec made{};
    made.struct_size = sizeof made;
    made.priority = call.priority;
    made.id = abi_str(call.id);
    made.tenant = abi_str(call.tenant);
    made.campaign = abi_str(call.campaign);
    made.provider = abi_str(call.provider);
    made.to = abi_str(call.to);
    made.exclusive_key = abi_str(call.to);
    made.script_id = abi_str(call.script_id);
    made.metadata_json = abi_str(call.metadata_json);
    made.not_before = call.not_before;
    made.not_after = call.not_after;
    return made;
}

}  // namespace

ebra_call_spec to_abi(const NewCall& call) {
    ebra_call_spec made{};
    made.struct_size = sizeof made;
    made.priority = call.priority;
    made.id = abi_str(call.id);
    made.tenant = abi_str(call.tenant);
    made.campaign = abi_str(call.campaign);
    made.provider = abi_str(call.provider);
    made.to = abi_str(call.to);
    made.exclusive_key = abi_str(call.to);
    made.script_id = abi_str(call.script_id);
    made.metadata_json = abi_str(call.metadata_json);
    made.idempotency_key = abi_str(call.idempotency_key);
    made.request_digest = abi_str(call.request_digest);
    made.not_before = call.not_before;
    made.not_after = call.not_after;
    return made;
}

Placement from_abi(const ebra_placement& placement) {
    Placement made;
    made.number = placement.number;
    made.state = static_cast<PlacementState>(placement.state);
    made.outcome = static_cast<Outcome>(placement.outcome);
    made.disposition = static_cast<Disposition>(placement.disposition);
    made.error_class = static_cast<ErrorClass>(placement.error_class);
    made.is_counted = placement.counted != 0;
    made.asked = placement.asked;
    made.contradictions = placement.contradictions;
    made.claim = placement.claim;
    made.provider = from_abi(placement.provider);
    made.provider_call_id = from_abi(placement.provider_call_id);
    made.provider_state = from_abi(placement.provider_state);
    made.node = from_abi(placement.node);
    made.reason = from_abi(placement.reason);
    made.claimed_at = placement.claimed_at;
    made.accepted_at = placement.accepted_at;
    made.ended_at = placement.ended_at;
    made.evidence_at = placement.evidence_at;
    made.ask_at = placement.ask_at;
    made.details.duration_ms = placement.duration_ms;
    made.details.cost_micros = placement.cost_micros;
    made.details.cost_currency = from_abi(placement.cost_currency);
    made.details.recording_url = from_abi(placement.recording_url);
    made.details.transcript_url = from_abi(placement.transcript_url);
    return made;
}

Call from_abi(const ebra_call& call) {
    Call made;
    const ebra_call_spec& spec = *call.spec;
    made.id = from_abi(spec.id);
    made.tenant = from_abi(spec.tenant);
    made.campaign = from_abi(spec.campaign);
    made.provider = from_abi(spec.provider);
    made.to = from_abi(spec.to);
    made.script_id = from_abi(spec.script_id);
    made.metadata_json = from_abi(spec.metadata_json);
    made.priority = spec.priority;
    made.not_before = spec.not_before;
    made.not_after = spec.not_after;

    const ebra_call_state& state = *call.state;
    made.status = static_cast<CallStatus>(state.status);
    made.attempts = state.attempts;
    made.is_undecided = state.undecided != 0;
    made.fixed_outcome = static_cast<Outcome>(state.fixed_outcome);
    made.last_error = from_abi(state.last_error);
    made.created_at = state.created_at;
    made.updated_at = state.updated_at;
    made.started_at = state.started_at;
    made.ended_at = state.ended_at;
    made.next_run_at = state.next_run_at;

    if (call.placement != nullptr) made.placement = from_abi(*call.placement);
    return made;
}

Counts from_abi(const ebra_counts& counts) {
    return Counts{
        .pending = counts.pending,
        .in_progress = counts.in_progress,
        .completed = counts.completed,
        .failed = counts.failed,
        .canceled = counts.canceled,
        .expired = counts.expired,
        .claimed = counts.claimed,
        .placed = counts.placed,
        .unknown = counts.unknown,
        .undecided = counts.undecided,
        .parked = counts.parked,
        .kept = counts.kept,
        .owed = counts.owed,
        .contradictions = counts.contradictions,
        .oldest_due_at = counts.oldest_due_at,
    };
}

AbiCallView::AbiCallView(const Call& call) : spec_(spec_of(call)), state_(state_of(call)) {
    call_.struct_size = sizeof call_;
    call_.spec = &spec_;
    call_.state = &state_;
    if (call.placement) {
        placement_ = to_abi(*call.placement);
        call_.placement = &placement_;
    }
}

std::string to_string(const Reference& reference) {
    return reference.call_id + "." + std::to_string(reference.placement);
}

std::optional<Reference> parse_reference(std::string_view text) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    Reference made{.call_id = std::string(text.substr(0, dot))};
    const char* first = text.data() + dot + 1;
    const char* last = text.data() + text.size();
    const auto parsed = std::from_chars(first, last, made.placement);
    if (parsed.ec != std::errc() || parsed.ptr != last || first == last) return std::nullopt;
    return made;
}

}  // namespace ebra
