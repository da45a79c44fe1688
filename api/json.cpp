#include "json.hpp"

#include "json_writer.hpp"

namespace ebra {

namespace {

/// What the call's latest placement knows, beside the call itself.
void write_placement_of_call(JsonWriter& json, const Call& call) {
    static const Placement kNoPlacement;
    const bool is_placed = call.placement.has_value();
    const Placement& latest = is_placed ? *call.placement : kNoPlacement;
    const CallDetails& details = latest.details;
    json.name("provider").text_or_null(is_placed ? latest.provider : call.provider);
    json.name("providerCallId").text_or_null(latest.provider_call_id);
    json.name("attemptState").text_or_null(is_placed ? name_of(latest.state) : "");
    json.name("disposition").text_or_null(name_of(latest.disposition));
    json.name("durationMs").number_or_null(details.duration_ms);
    json.name("costMicros").number_or_null(details.cost_micros);
    json.name("costCurrency").text_or_null(details.cost_currency);
    json.name("recordingUrl").text_or_null(details.recording_url);
    json.name("transcriptUrl").text_or_null(details.transcript_url);
}

void write_call(JsonWriter& json, const Call& call) {
    json.begin_object();
    json.name("id").text(call.id);
    json.name("to").text(call.to);
    json.name("scriptId").text(call.script_id);
    json.name("metadata").raw(call.metadata_json.empty() ? "{}" : call.metadata_json);
    json.name("status").text(name_of(call.status));
    json.name("attempts").number(call.attempts);
    json.name("lastError").text_or_null(call.last_error);
    json.name("createdAt").time(call.created_at);
    json.name("updatedAt").time(call.updated_at);
    json.name("startedAt").time(call.started_at);
    json.name("endedAt").time(call.ended_at);
    json.name("nextRunAt").time(call.next_run_at);
    write_placement_of_call(json, call);
    json.end_object();
}

void write_placement(JsonWriter& json, const Placement& placement) {
    json.begin_object();
    json.name("placement").number(placement.number);
    json.name("state").text(name_of(placement.state));
    json.name("outcome").text_or_null(name_of(placement.outcome));
    json.name("disposition").text_or_null(name_of(placement.disposition));
    json.name("errorClass").text_or_null(name_of(placement.error_class));
    json.name("counted").boolean(placement.is_counted);
    json.name("asked").number(placement.asked);
    json.name("contradictions").number(placement.contradictions);
    json.name("provider").text_or_null(placement.provider);
    json.name("providerCallId").text_or_null(placement.provider_call_id);
    json.name("providerState").text_or_null(placement.provider_state);
    json.name("node").text_or_null(placement.node);
    json.name("reason").text_or_null(placement.reason);
    json.name("claimedAt").time(placement.claimed_at);
    json.name("acceptedAt").time(placement.accepted_at);
    json.name("endedAt").time(placement.ended_at);
    json.name("lastEvidenceAt").time(placement.evidence_at);
    json.name("askAt").time(placement.ask_at);
    json.name("durationMs").number_or_null(placement.details.duration_ms);
    json.name("costMicros").number_or_null(placement.details.cost_micros);
    json.name("costCurrency").text_or_null(placement.details.cost_currency);
    json.name("recordingUrl").text_or_null(placement.details.recording_url);
    json.name("transcriptUrl").text_or_null(placement.details.transcript_url);
    json.end_object();
}

void write_entry(JsonWriter& json, const TimelineEntry& entry) {
    json.begin_object();
    json.name("at").time(entry.at);
    json.name("what").text(entry.what);
    json.name("placement");
    if (entry.placement == 0) {
        json.raw("null");
    } else {
        json.number(entry.placement);
    }
    json.name("status").text(name_of(entry.status));
    json.name("outcome").text_or_null(name_of(entry.outcome));
    json.name("applied").boolean(entry.is_applied);
    json.name("providerCallId").text_or_null(entry.provider_call_id);
    json.name("detail").text_or_null(entry.detail);
    json.end_object();
}

void write_reason(JsonWriter& json, const WhyNot& reason) {
    json.begin_object();
    json.name("why").text(reason.why);
    json.name("subject").text_or_null(reason.subject);
    json.name("until").time(reason.until);
    json.end_object();
}

template <typename Items, typename Write>
void write_array(JsonWriter& json, std::string_view name, const Items& items, Write write) {
    json.name(name).begin_array();
    for (const auto& item : items) write(json, item);
    json.end_array();
}

void write_text(JsonWriter& json, const std::string& text) {
    json.text(text);
}

}  // namespace

std::string call_json(const Call& call) {
    JsonWriter json;
    write_call(json, call);
    return json.take();
}

std::string page_json(const std::vector<Call>& calls, std::uint64_t page, std::uint64_t page_size,
                      bool has_more) {
    JsonWriter json;
    json.begin_object();
    write_array(json, "items", calls, write_call);
    json.name("page").number(static_cast<std::int64_t>(page));
    json.name("pageSize").number(static_cast<std::int64_t>(page_size));
    json.name("hasMore").boolean(has_more);
    json.end_object();
    return json.take();
}

std::string timeline_json(std::string_view call_id, const Timeline& timeline,
                          const std::vector<WhyNot>& reasons) {
    JsonWriter json;
    json.begin_object();
    json.name("callId").text(call_id);
    write_array(json, "placements", timeline.placements, write_placement);
    write_array(json, "entries", timeline.entries, write_entry);
    write_array(json, "whyNotRunning", reasons, write_reason);
    json.end_object();
    return json.take();
}

std::string counts_json(const Counts& counts) {
    JsonWriter json;
    json.begin_object();
    json.name(name_of(CallStatus::kPending)).number(counts.pending);
    json.name(name_of(CallStatus::kInProgress)).number(counts.in_progress);
    json.name(name_of(CallStatus::kCompleted)).number(counts.completed);
    json.name(name_of(CallStatus::kFailed)).number(counts.failed);
    json.name(name_of(CallStatus::kCanceled)).number(counts.canceled);
    json.name(name_of(CallStatus::kExpired)).number(counts.expired);
    json.name("claimed").number(counts.claimed);
    json.name("placed").number(counts.placed);
    json.name("unknown").number(counts.unknown);
    json.name("undecided").number(counts.undecided);
    json.name("parked").number(counts.parked);
    json.name("keptCallbacks").number(counts.kept);
    json.name("owedEvents").number(counts.owed);
    json.name("contradictions").number(counts.contradictions);
    json.name("oldestDueAt").time(counts.oldest_due_at);
    json.end_object();
    return json.take();
}

std::string readiness_json(const Readiness& readiness) {
    JsonWriter json;
    json.begin_object();
    json.name("status").text(readiness.is_ready ? "ready" : "not ready");
    write_array(json, "reasons", readiness.reasons, write_text);
    json.end_object();
    return json.take();
}

std::string callback_json(const CallbackAnswer& answer, const std::vector<std::string>& ignored) {
    JsonWriter json;
    json.begin_object();
    json.name("applied").boolean(answer.kind == CallbackAnswer::Kind::kApplied);
    if (answer.kind == CallbackAnswer::Kind::kKept) json.name("kept").boolean(true);
    json.name("id").text_or_null(answer.call ? answer.call->id : "");
    json.name("status").text_or_null(answer.call ? name_of(answer.call->status) : "");
    if (!ignored.empty()) write_array(json, "ignored", ignored, write_text);
    json.end_object();
    return json.take();
}

}  // namespace ebra
