#include "event.hpp"

#include "digest.hpp"
#include "encoding.hpp"
#include "message.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::provider_http {

namespace {

constexpr std::size_t kUrlBytesMax = 2048;

const std::vector<std::pair<std::string, std::int32_t>> kDispositions = {
    {"answered", EBRA_DISPOSITION_ANSWERED},   {"voicemail", EBRA_DISPOSITION_VOICEMAIL},
    {"no_answer", EBRA_DISPOSITION_NO_ANSWER}, {"busy", EBRA_DISPOSITION_BUSY},
    {"declined", EBRA_DISPOSITION_DECLINED},   {"invalid_number", EBRA_DISPOSITION_INVALID_NUMBER},
    {"capacity", EBRA_DISPOSITION_CAPACITY},   {"provider_fault", EBRA_DISPOSITION_PROVIDER_FAULT},
    {"canceled", EBRA_DISPOSITION_CANCELED},
};

const std::vector<std::pair<std::string, std::int32_t>> kKinds = {
    {"accepted", EBRA_EVENT_ACCEPTED}, {"ringing", EBRA_EVENT_RINGING},
    {"answered", EBRA_EVENT_ANSWERED}, {"ended", EBRA_EVENT_ENDED},
    {"enriched", EBRA_EVENT_ENRICHED},
};

std::optional<std::int32_t> number_of(
    const std::vector<std::pair<std::string, std::int32_t>>& names, std::string_view name) {
    for (const auto& [known, number] : names) {
        if (known == name) return number;
    }
    return std::nullopt;
}

std::vector<std::string> names_of(const std::vector<std::pair<std::string, std::int32_t>>& pairs) {
    std::vector<std::string> names;
    for (const auto& [name, number] : pairs) names.push_back(name);
    return names;
}

std::string text_of(const std::optional<Template>& rule, const Scope& scope) {
    return rule ? rule->from(scope).value_or("") : std::string();
}

/// A link or nothing: half a link is worse than none.
std::string link_of(const std::optional<Pick>& rule, const Scope& scope) {
    std::string link = rule ? rule->text_from(scope).value_or("") : std::string();
    const bool is_link = link.rfind("https://", 0) == 0 || link.rfind("http://", 0) == 0;
    if (!is_link || link.size() > kUrlBytesMax || printable(link, kUrlBytesMax) != link) return {};
    return link;
}

/// An id that can be stored, shown and put into JSON; a form may hold any bytes.
std::string id_of(const std::optional<Template>& rule, const Scope& scope) {
    std::string id = text_of(rule, scope);
    return id.size() > EBRA_ID_BYTES_MAX || printable(id, id.size()) != id ? std::string() : id;
}

void set_disposition(Event& event, const EventRule& rule, const Scope& scope) {
    event.disposition = rule.otherwise;
    std::string word;
    for (const DispositionStep& step : rule.dispositions) {
        const std::optional<std::string> value = step.value.text_from(scope);
        if (!value) continue;
        if (word.empty()) word = *value;
        const auto found = std::find_if(step.map.begin(), step.map.end(), [&](const auto& entry) {
            return matches_glob(entry.first, *value);
        });
        if (found == step.map.end()) continue;
        event.disposition = found->second;
        word = *value;
        break;
    }
    const bool is_completed = event.disposition == EBRA_DISPOSITION_ANSWERED ||
                              event.disposition == EBRA_DISPOSITION_VOICEMAIL;
    event.outcome = is_completed ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_FAILED;
    if (event.reason.empty()) event.reason = printable(word, EBRA_REASON_BYTES_MAX);
}

}  // namespace

ebra_event view_of(const Event& event) {
    auto made = plugin::sized<ebra_event>();
    made.kind = event.kind;
    made.outcome = event.outcome;
    made.disposition = event.disposition;
    made.verified = event.is_verified ? 1 : 0;
    made.provider_call_id = plugin::str(event.provider_call_id);
    made.reference = plugin::str(event.reference);
    made.dedup_key = plugin::str(event.dedup_key);
    made.reason = plugin::str(event.reason);
    made.occurred_at = event.occurred_at;
    made.duration_ms = event.duration_ms;
    made.cost_micros = event.cost_micros;
    made.cost_currency = plugin::str(event.cost_currency);
    made.recording_url = plugin::str(event.recording_url);
    made.transcript_url = plugin::str(event.transcript_url);
    made.provider_state = plugin::str(event.provider_state);
    return made;
}

Event make_event(const EventRule& rule, const Scope& scope) {
    Event event;
    event.kind = rule.kind;
    event.provider_call_id = id_of(rule.id, scope);
    event.reference = id_of(rule.reference, scope);
    event.dedup_key = text_of(rule.dedup, scope);
    const bool is_sound = event.dedup_key.size() <= EBRA_ID_BYTES_MAX &&
                          printable(event.dedup_key, EBRA_ID_BYTES_MAX) == event.dedup_key;
    if (!is_sound) {
        event.dedup_key = to_hex(digest(Digest::kSha256, event.dedup_key));
    }
    event.reason = printable(text_of(rule.reason, scope), EBRA_REASON_BYTES_MAX);
    if (rule.occurred_at) {
        event.occurred_at = parse_time(rule.occurred_at->text_from(scope).value_or("")).value_or(0);
    }
    event.duration_ms = rule.duration.ms(scope).value_or(-1);
    event.cost_micros = rule.cost.micros(scope).value_or(-1);
    if (event.cost_micros >= 0) event.cost_currency = rule.cost.currency_of(scope);
    event.recording_url = link_of(rule.recording, scope);
    event.transcript_url = link_of(rule.transcript, scope);
    event.provider_state = kept_state(rule.keep, scope, {});
    if (rule.kind == EBRA_EVENT_ENDED) set_disposition(event, rule, scope);
    return event;
}

const EventRule* find_rule(const std::vector<EventRule>& rules, const Scope& scope) {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const EventRule& rule) { return rule.when.holds(scope); });
    return found == rules.end() ? nullptr : &*found;
}

std::string kept_state(const KeepRules& keep, const Scope& scope, std::string_view before) {
    nlohmann::json state = parse_json(before).value_or(nlohmann::json::object());
    if (!state.is_object()) state = nlohmann::json::object();
    for (const auto& [name, pick] : keep) {
        if (const std::optional<std::string> text = pick.text_from(scope)) state[name] = *text;
    }
    if (state.empty()) return {};
    std::string made = state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return made.size() > EBRA_PROVIDER_STATE_BYTES_MAX ? std::string() : made;
}

std::optional<std::int32_t> disposition_of(std::string_view name) {
    return number_of(kDispositions, name);
}

const std::vector<std::string>& disposition_names() {
    static const std::vector<std::string> names = names_of(kDispositions);
    return names;
}

std::optional<std::int32_t> event_kind_of(std::string_view name) {
    return number_of(kKinds, name);
}

const std::vector<std::string>& event_kind_names() {
    static const std::vector<std::string> names = names_of(kKinds);
    return names;
}

}  // namespace ebra::provider_http
