#include "provider_promises.hpp"

#include "encoding.hpp"
#include "message.hpp"
#include "preset_files.hpp"
#include "require.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ebra::provider_http::fuzz {

namespace {

using ebra::fuzz::require;
using plugin::sized;
using plugin::str;

/// The public key of the first test vector of RFC 8032.
constexpr const char* kPublicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// What people and JSON may see: whole UTF-8 and nothing that controls a terminal.
void check_text(const std::string& text, std::size_t bytes_max) {
    require(text.size() <= bytes_max, "text has a limit");
    require(printable(text, text.size()) == text, "text can be shown");
    require(text.find(kSecret) == std::string::npos, "a secret is not shown");
}

void check_state(const std::string& state) {
    require(state.size() <= EBRA_PROVIDER_STATE_BYTES_MAX, "what is kept has a limit");
    if (state.empty()) return;
    const auto kept = parse_json(state);
    require(kept && kept->is_object(), "what is kept is a JSON object");
}

void check_link(const std::string& link) {
    check_text(link, 2048);
    const bool is_link = link.rfind("https://", 0) == 0 || link.rfind("http://", 0) == 0;
    require(link.empty() || is_link, "a link is a link");
}

void check_outcome(const Outcome& outcome) {
    check_text(outcome.provider_call_id, EBRA_ID_BYTES_MAX);
    check_text(outcome.message, EBRA_REASON_BYTES_MAX);
    check_state(outcome.provider_state);
    require(outcome.retry_after_ms >= 0, "nobody is asked to come back yesterday");
    if (outcome.event) check_event(*outcome.event);
}

nlohmann::json option_for(const std::string& key, std::string_view text) {
    if (key == "base_url") return "https://api.example.com";
    if (text.find("key of the form") != std::string_view::npos || key == "public_key") {
        return kPublicKey;
    }
    return kSecret;
}

}  // namespace

Settings completed_settings(std::string options, std::vector<Problem>& problems) {
    Settings settings = read_settings(options, problems);
    if (problems.empty()) return settings;
    nlohmann::json more = nlohmann::json::parse(options);
    for (const Problem& problem : problems) {
        if (problem.pointer.size() < 2 || problem.pointer == "/preset") return settings;
        const std::string key = problem.pointer.substr(1);
        more[key] = option_for(key, problem.text);
    }
    problems.clear();
    return read_settings(more.dump(), problems);
}

const std::vector<Settings>& shipped_settings() {
    static const std::vector<Settings> all = [] {
        std::vector<std::string> names = built_in_presets();
        std::sort(names.begin(), names.end());
        std::vector<Settings> made;
        for (const std::string& name : names) {
            std::vector<Problem> problems;
            made.push_back(completed_settings(nlohmann::json({{"preset", name}}).dump(), problems));
            require(problems.empty(), "a shipped preset can be configured");
        }
        return made;
    }();
    return all;
}

void check_event(const Event& event) {
    require(event.kind >= EBRA_EVENT_ACCEPTED && event.kind <= EBRA_EVENT_ENRICHED,
            "an event has a kind");
    const bool is_end = event.kind == EBRA_EVENT_ENDED;
    require((event.outcome != EBRA_OUTCOME_NONE) == is_end, "an end alone has an outcome");
    require((event.disposition != EBRA_DISPOSITION_NONE) == is_end, "and a disposition");
    check_text(event.provider_call_id, EBRA_ID_BYTES_MAX);
    check_text(event.reference, EBRA_ID_BYTES_MAX);
    check_text(event.dedup_key, EBRA_ID_BYTES_MAX);
    check_text(event.reason, EBRA_REASON_BYTES_MAX);
    require(event.occurred_at >= 0, "nothing happened before there were telephones");
    require(event.duration_ms >= -1, "no call is shorter than nothing");
    require(event.cost_micros >= -1, "no call is paid for by the callee");
    const bool is_currency =
        event.cost_currency.size() == 3 &&
        std::all_of(event.cost_currency.begin(), event.cost_currency.end(),
                    [](char letter) { return letter >= 'A' && letter <= 'Z'; });
    require(event.cost_currency.empty() || is_currency, "a currency is three letters");
    check_link(event.recording_url);
    check_link(event.transcript_url);
    check_state(event.provider_state);
}

void check_start(const Outcome& outcome) {
    check_outcome(outcome);
    require(outcome.answer == EBRA_START_PLACED || outcome.answer == EBRA_START_REFUSED ||
                outcome.answer == EBRA_START_UNKNOWN,
            "an answered start was placed, refused or nobody knows");
    const bool is_placed = outcome.answer == EBRA_START_PLACED;
    require(is_placed == !outcome.provider_call_id.empty(), "a placed call has an id");
    const bool is_refused = outcome.answer == EBRA_START_REFUSED;
    require((outcome.error_class != EBRA_CLASS_NONE) == is_refused, "a refusal has a class");
}

void check_lookup(const Outcome& outcome) {
    check_outcome(outcome);
    require(outcome.answer == EBRA_FOUND || outcome.answer == EBRA_NOT_FOUND_EXACT ||
                outcome.answer == EBRA_NOT_FOUND_WEAK || outcome.answer == EBRA_QUERY_UNABLE,
            "a look-up has an answer of a look-up");
    require((outcome.answer == EBRA_FOUND) == outcome.event.has_value(),
            "what is found comes with an event");
}

SampleCall::SampleCall()
    : spec_(sized<ebra_call_spec>()),
      state_(sized<ebra_call_state>()),
      placement_(sized<ebra_placement>()),
      call_(sized<ebra_call>()) {
    spec_.id = str("0190a5c4-7b1e-7000-8000-0000000000aa");
    spec_.to = str("+15551234567");
    spec_.script_id = str("script-1");
    spec_.metadata_json = str(R"({"name":"Ann","n":12345678901234567890.10,"list":[{"a":"b"}]})");
    placement_.number = 1;
    placement_.state = EBRA_PLACEMENT_CLAIMED;
    placement_.claimed_at = now();
    placement_.provider_call_id = str("call-1");
    placement_.provider_state = str(R"({"call_uuid":"u","control_url":"https://x.vapi.ai/c"})");
    call_.spec = &spec_;
    call_.state = &state_;
    call_.placement = &placement_;
}

}  // namespace ebra::provider_http::fuzz
