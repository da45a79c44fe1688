#include "commands/call_report.hpp"

#include "commands/terminal.hpp"

#include <nlohmann/json.hpp>

namespace ebra::commands {

namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(std::int64_t milliseconds) {
    return milliseconds == 0 ? Json(nullptr) : Json(shown_time(milliseconds));
}

Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(const Placement& placement) {
    return {{"placement", placement.number},
            {"state", name_of(placement.state)},
            {"counted", placement.is_counted},
            {"provider", text_or_null(placement.provider)},
            {"providerCallId", text_or_null(placement.provider_call_id)},
            {"providerState", text_or_null(placement.provider_state)},
            {"outcome", text_or_null(name_of(placement.outcome))},
            {"disposition", text_or_null(name_of(placement.disposition))},
            {"errorClass", text_or_null(name_of(placement.error_class))},
            {"reason", text_or_null(placement.reason)},
            {"node", text_or_null(placement.node)},
            {"claimedAt", time_or_null(placement.claimed_at)},
            {"acceptedAt", time_or_null(placement.accepted_at)},
            {"endedAt", time_or_null(placement.ended_at)},
            {"evidenceAt", time_or_null(placement.evidence_at)},
            {"askAt", time_or_null(placement.ask_at)},
            {"asked", placement.asked},
            {"contradictions", placement.contradictions}};
}

Json json_of(const TimelineEntry& entry) {
    return {{"at", time_or_null(entry.at)},
            {"what", entry.what},
            {"placement", entry.placement},
            {"status", name_of(entry.status)},
            {"outcome", text_or_null(name_of(entry.outcome))},
            {"applied", entry.is_applied},
            {"providerCallId", text_or_null(entry.provider_call_id)},
            {"detail", text_or_null(entry.detail)}};
}

Json json_of(const WhyNot& reason) {
    return {{"why", reason.why},
            {"subject", text_or_null(reason.subject)},
            {"until", time_or_null(reason.until)}};
}

template <typename Value>
Json json_of_all(const std::vector<Value>& values) {
    Json made = Json::array();
    for (const Value& value : values) made.push_back(json_of(value));
    return made;
}

Json json_of(const CallReport& report) {
    const Call& call = report.call;
    const Json metadata = Json::parse(call.metadata_json, nullptr, false);
    return {{"id", call.id},
            {"to", call.to},
            {"scriptId", call.script_id},
            {"metadata", metadata.is_discarded() ? Json(nullptr) : metadata},
            {"status", name_of(call.status)},
            {"attempts", call.attempts},
            {"lastError", text_or_null(call.last_error)},
            {"createdAt", time_or_null(call.created_at)},
            {"startedAt", time_or_null(call.started_at)},
            {"endedAt", time_or_null(call.ended_at)},
            {"nextRunAt", time_or_null(call.next_run_at)},
            {"placements", json_of_all(report.timeline.placements)},
            {"timeline", json_of_all(report.timeline.entries)},
            {"whyNotRunning", json_of_all(report.why_not_running)}};
}

std::string indented(const std::string& block) {
    std::string text;
    std::size_t from = 0;
    while (from < block.size()) {
        const std::size_t end = block.find('\n', from);
        text += "  " + block.substr(from, end - from) + "\n";
        from = end == std::string::npos ? block.size() : end + 1;
    }
    return text;
}

std::string standing(const Call& call) {
    std::string text(name_of(call.status));
    if (call.placement) {
        text += ", attempt " + std::to_string(call.attempts) + " is " +
                std::string(name_of(call.placement->state));
    }
    if (call.is_undecided) text += ", undecided";
    return text;
}

std::string heading(const Call& call) {
    std::vector<std::vector<std::string>> rows = {{"to", call.to},
                                                  {"script", call.script_id},
                                                  {"metadata", call.metadata_json},
                                                  {"status", standing(call)},
                                                  {"attempts", std::to_string(call.attempts)},
                                                  {"created", shown_time(call.created_at)},
                                                  {"started", shown_time(call.started_at)},
                                                  {"ended", shown_time(call.ended_at)},
                                                  {"next run", shown_time(call.next_run_at)}};
    if (!call.last_error.empty()) rows.push_back({"last error", call.last_error});
    return "call " + call.id + "\n" + indented(columns(rows));
}

std::string placements_text(const std::vector<Placement>& placements) {
    if (placements.empty()) return "placements: none, it was never claimed\n";
    std::vector<std::vector<std::string>> rows = {
        {"#", "state", "provider", "provider's id", "claimed", "ended", "outcome", "reason"}};
    for (const Placement& one : placements) {
        const std::string outcome =
            std::string(name_of(one.outcome)) + " " + std::string(name_of(one.disposition));
        rows.push_back({std::to_string(one.number), std::string(name_of(one.state)), one.provider,
                        one.provider_call_id.empty() ? "-" : one.provider_call_id,
                        shown_time(one.claimed_at), shown_time(one.ended_at),
                        outcome == " " ? "-" : outcome, one.reason});
    }
    return "placements\n" + indented(columns(rows));
}

std::string timeline_text(const std::vector<TimelineEntry>& entries) {
    if (entries.empty()) return {};
    std::vector<std::vector<std::string>> rows;
    for (const TimelineEntry& entry : entries) {
        rows.push_back({shown_time(entry.at), entry.what,
                        entry.placement == 0 ? "" : "#" + std::to_string(entry.placement),
                        entry.is_applied ? std::string(name_of(entry.status)) : "changed nothing",
                        entry.detail.empty() ? entry.provider_call_id : entry.detail});
    }
    return "history\n" + indented(columns(rows));
}

std::string reasons_text(const CallReport& report) {
    if (is_terminal(report.call.status)) return {};
    if (report.why_not_running.empty()) return "nothing holds it up\n";
    std::vector<std::vector<std::string>> rows;
    for (const WhyNot& reason : report.why_not_running) {
        rows.push_back({reason.why, reason.subject,
                        reason.until == 0 ? "" : "until " + shown_time(reason.until)});
    }
    return "why it is not running\n" + indented(columns(rows));
}

}  // namespace

std::string json_of(const std::vector<CallReport>& reports) {
    Json calls = Json::array();
    for (const CallReport& report : reports) calls.push_back(json_of(report));
    return Json{{"calls", calls}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string text_of(const std::vector<CallReport>& reports) {
    std::string text;
    for (const CallReport& report : reports) {
        if (!text.empty()) text += "\n";
        text += heading(report.call) + placements_text(report.timeline.placements) +
                timeline_text(report.timeline.entries) + reasons_text(report);
    }
    return text;
}

}  // namespace ebra::commands
