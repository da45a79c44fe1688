// Whatever a provider says, in a webhook or in an answer, read through each shipped preset: within
// the limits of the ABI, and the same each time.
//
// An input is three letters (which preset, what kind of message, which status) and the body.
#include "message.hpp"
#include "provider_promises.hpp"
#include "require.hpp"

#include <array>

namespace ebra::provider_http::fuzz {
namespace {

using ebra::fuzz::require;

constexpr std::array kStatuses = {200, 201, 202, 204, 302, 400, 401, 402, 403,
                                  404, 408, 409, 422, 429, 480, 500, 503};
constexpr std::size_t kKinds = 5;
constexpr const char* kReference = "0190a5c4-7b1e-7000-8000-0000000000aa.1";

void check_webhook(const Settings& settings, const std::string& body) {
    if (!settings.preset.webhook) return;
    const WebhookRule& rule = *settings.preset.webhook;
    Message message(0, {{"Content-Type", "any"}}, body, rule.format);
    message.set_query(body);
    if (!message.is_understood()) return;
    const EventRule* event_rule = find_rule(rule.events, message);
    if (event_rule == nullptr) return;
    const Event event = make_event(*event_rule, message);
    check_event(event);
    require(make_event(*event_rule, message).dedup_key == event.dedup_key, "one key each time");
}

HttpAnswer answer_of(int status, const std::string& body) {
    HttpAnswer answer;
    answer.fate = Fate::kAnswered;
    answer.status = status;
    answer.headers = {{"Retry-After", body.substr(0, 40)}};
    answer.body = body;
    return answer;
}

void check_start_answer(const Settings& settings, int status, const std::string& body) {
    const Outcome outcome = read_start_answer(settings, answer_of(status, body), 1'700'000'000'000);
    check_start(outcome);
    require(outcome.http_status == status, "the status is told");
    require(outcome.answer != EBRA_START_PLACED || status < 300, "only a yes places a call");
}

void check_lookup_answer(const Settings& settings, const std::optional<LookupRule>& rule,
                         int status, const std::string& body) {
    if (!rule) return;
    const Outcome outcome =
        read_lookup_answer(settings, *rule, answer_of(status, body), kReference, R"({"a":"b"})");
    check_lookup(outcome);
    require(outcome.answer != EBRA_NOT_FOUND_EXACT || rule->is_exact, "only some look-ups prove");
}

void check_cancel_answer(const Settings& settings, int status, const std::string& body) {
    if (!settings.preset.cancel) return;
    const std::int32_t answer = read_cancel_answer(settings, answer_of(status, body)).answer;
    require(answer == EBRA_CANCEL_DONE || answer == EBRA_CANCEL_TOO_LATE ||
                answer == EBRA_CANCEL_UNABLE,
            "a cancel has an answer of a cancel");
    require(answer != EBRA_CANCEL_DONE || status < 300, "only a yes ends a call");
}

}  // namespace
}  // namespace ebra::provider_http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ebra::provider_http;
    using namespace ebra::provider_http::fuzz;
    if (size < 3) return 0;
    const std::vector<Settings>& all = shipped_settings();
    const Settings& settings = all[data[0] % all.size()];
    const int status = kStatuses[data[2] % kStatuses.size()];
    const std::string body(reinterpret_cast<const char*>(data) + 3, size - 3);
    if (body.find(kSecret) != std::string::npos) return 0;
    switch (data[1] % kKinds) {
        case 0:
            check_webhook(settings, body);
            break;
        case 1:
            check_start_answer(settings, status, body);
            break;
        case 2:
            check_lookup_answer(settings, settings.preset.query, status, body);
            break;
        case 3:
            check_lookup_answer(settings, settings.preset.reconcile, status, body);
            break;
        default:
            check_cancel_answer(settings, status, body);
    }
    return 0;
}
