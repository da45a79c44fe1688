#include "reports.hpp"

#include "real_time.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ebra::sim {

namespace {

struct Verdict {
    std::string_view fate;
    std::int32_t outcome;
    std::int32_t disposition;
};

constexpr Verdict kVerdicts[] = {
    {"completed", EBRA_OUTCOME_COMPLETED, EBRA_DISPOSITION_ANSWERED},
    {"failed", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_PROVIDER_FAULT},
    {"busy", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_BUSY},
    {"no_answer", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_NO_ANSWER},
    {"canceled", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_CANCELED},
};

const Verdict& verdict_of(std::string_view fate) {
    const auto* found = std::find_if(std::begin(kVerdicts), std::end(kVerdicts),
                                     [&](const Verdict& one) { return one.fate == fate; });
    return found == std::end(kVerdicts) ? kVerdicts[1] : *found;
}

}  // namespace

std::string status_body(const DialedCall& call, std::string_view status, std::int64_t end_ns,
                        std::int64_t talk_ms) {
    const std::int64_t end_wall_ms = call.dialed_wall_ms + (end_ns - call.dialed_ns) / kNsPerMs;
    nlohmann::ordered_json body = {{"providerCallId", call.id}};
    if (!call.call_id.empty()) body["callId"] = call.call_id;
    body["status"] = status;
    body["completedAt"] = iso_time(end_wall_ms);
    body["durationSec"] = talk_ms / 1000;
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_over(const LedgerEntry& entry, std::int64_t now_ns) {
    // A call of an earlier boot did not survive it; a passive one is over when somebody says so.
    return entry.has_end && (entry.boot != boot_tag() || entry.end_ns <= now_ns);
}

ebra_event event_of(const LedgerEntry& entry, std::int64_t now_ns) {
    auto event = plugin::sized<ebra_event>();
    event.verified = 1;
    event.provider_call_id = plugin::str(entry.id);
    event.duration_ms = -1;
    event.cost_micros = -1;
    event.occurred_at = entry.dialed_wall_ms;
    if (is_over(entry, now_ns)) {
        const Verdict& verdict = verdict_of(entry.fate);
        event.kind = EBRA_EVENT_ENDED;
        event.outcome = verdict.outcome;
        event.disposition = verdict.disposition;
        event.duration_ms = entry.talk_ms;
        event.occurred_at += (entry.end_ns - entry.dialed_ns) / kNsPerMs;
        if (verdict.outcome == EBRA_OUTCOME_FAILED) event.reason = plugin::str(entry.fate);
        return event;
    }
    const bool talks =
        entry.talk_ms > 0 && entry.has_end && now_ns >= entry.end_ns - entry.talk_ms * kNsPerMs;
    event.kind = talks || !entry.has_end ? EBRA_EVENT_ANSWERED : EBRA_EVENT_RINGING;
    return event;
}

}  // namespace ebra::sim
