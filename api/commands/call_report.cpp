#include "commands/call_report.hpp"

#include "commands/terminal.hpp"
#include "json.hpp"
#include "json_writer.hpp"
#include "time_text.hpp"

namespace ebra::commands {

namespace {

std::string shown_time(std::int64_t ms) {
    return ms == 0 ? "-" : time_text(ms);
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
    JsonWriter json;
    json.begin_object().name("calls").begin_array();
    for (const CallReport& report : reports) {
        json.begin_object();
        json.name("call").raw(call_json(report.call));
        json.name("timeline")
            .raw(timeline_json(report.call.id, report.timeline, report.why_not_running));
        json.end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
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
