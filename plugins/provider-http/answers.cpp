#include "answers.hpp"

#include "encoding.hpp"
#include "message.hpp"
#include "request_maker.hpp"

#include "ebra/plugin.hpp"

namespace ebra::provider_http {

namespace {

/// What a provider wrote is shown only so far.
constexpr std::size_t kQuotedBytesMax = 200;

std::string describe(const Settings& settings, const Message& message) {
    std::string text = "HTTP " + std::to_string(message.status());
    const std::optional<Pick>& pick = settings.preset.start.message;
    const auto said = pick ? pick->text_from(message) : std::nullopt;
    if (!said) return text;
    return text + ": " + printable(masked(settings, *said), kQuotedBytesMax);
}

/// A transport's failure: the one place where "not sent" is told from "perhaps sent".
Outcome unanswered(const HttpAnswer& answer, std::int32_t if_lost) {
    Outcome outcome;
    const bool is_unsent_start = answer.fate == Fate::kNotSent && if_lost == EBRA_START_UNKNOWN;
    outcome.answer = is_unsent_start ? EBRA_START_NOT_SENT : if_lost;
    outcome.error_class = is_unsent_start ? EBRA_CLASS_TRANSIENT : EBRA_CLASS_NONE;
    outcome.http_status = answer.status;
    outcome.message = printable(answer.trouble, EBRA_REASON_BYTES_MAX);
    return outcome;
}

std::int64_t retry_after_ms(const Settings& settings, const RefusalRule& rule,
                            const Message& message, ebra_time_ms now) {
    const StartRule& start = settings.preset.start;
    std::optional<std::int64_t> said;
    if (start.retry_after) {
        said = parse_retry_after(start.retry_after->text_from(message).value_or(""), now);
    }
    if (const std::string* header = message.header("Retry-After"); !said && header != nullptr) {
        said = parse_retry_after(*header, now);
    }
    return said.value_or(rule.retry_after_ms);
}

/// A provider's id as the ABI allows it; empty when it is none.
std::string sound_id(const Template& rule, const Scope& scope) {
    std::string id = rule.from(scope).value_or("");
    return id.size() > EBRA_ID_BYTES_MAX || printable(id, id.size()) != id ? std::string() : id;
}

Outcome found(const Settings& settings, const LookupRule& rule, const Message& message,
              std::string_view state) {
    Outcome outcome;
    outcome.http_status = message.status();
    const EventRule* event_rule = find_rule(rule.events, message);
    if (event_rule == nullptr) {
        outcome.answer = EBRA_QUERY_UNABLE;
        outcome.message = "the provider's answer is none of those the preset knows";
        return outcome;
    }
    outcome.answer = EBRA_FOUND;
    if (rule.id) outcome.provider_call_id = sound_id(*rule.id, message);
    outcome.event = make_event(*event_rule, message);
    outcome.event->is_verified = true;
    if (outcome.event->disposition == EBRA_DISPOSITION_VOICEMAIL && settings.voicemail_is_failure) {
        outcome.event->outcome = EBRA_OUTCOME_FAILED;
    }
    outcome.event->provider_state = kept_state(event_rule->keep, message, state);
    outcome.provider_state = outcome.event->provider_state;
    return outcome;
}

Outcome not_found(const LookupRule& rule, int status) {
    Outcome outcome;
    outcome.answer = rule.is_exact ? EBRA_NOT_FOUND_EXACT : EBRA_NOT_FOUND_WEAK;
    outcome.http_status = status;
    outcome.message = "the provider has no such call";
    return outcome;
}

/// The call with our reference in the list of an answer. A list that is not there proves nothing,
/// and one with other calls neither: the provider then did not look for our reference alone.
Outcome find_in_list(const Settings& settings, const LookupRule& rule, Message& message,
                     std::string_view reference, std::string_view state) {
    const std::optional<Value> list = rule.items->from(message);
    const std::optional<nlohmann::json> items =
        list && list->is_json ? parse_json(list->text) : std::nullopt;
    if (!items || !items->is_array()) {
        Outcome outcome;
        outcome.answer = EBRA_QUERY_UNABLE;
        outcome.http_status = message.status();
        outcome.message = "the provider's answer has no list of calls";
        return outcome;
    }
    for (const nlohmann::json& item : *items) {
        message.set_item(item);
        if (rule.match->text_from(message) == std::optional(std::string(reference))) {
            return found(settings, rule, message, state);
        }
    }
    Outcome outcome = not_found(rule, message.status());
    if (!items->empty()) outcome.answer = EBRA_NOT_FOUND_WEAK;
    return outcome;
}

}  // namespace

void complete(const ebra_host* host, ebra_op op, const Outcome& outcome) {
    auto result = plugin::sized<ebra_op_result>();
    result.answer = outcome.answer;
    result.error_class = outcome.error_class;
    result.http_status = outcome.http_status;
    result.retry_after_ms = outcome.retry_after_ms;
    result.provider_call_id = plugin::str(outcome.provider_call_id);
    result.provider_state = plugin::str(outcome.provider_state);
    const std::string_view message = outcome.message;
    result.message = plugin::str(message.substr(0, EBRA_REASON_BYTES_MAX));
    ebra_event event{};
    if (outcome.event) {
        event = view_of(*outcome.event);
        result.event = &event;
    }
    host->op_done(host, op, &result);
}

Outcome read_start_answer(const Settings& settings, HttpAnswer&& answer, ebra_time_ms now) {
    if (answer.fate != Fate::kAnswered) return unanswered(answer, EBRA_START_UNKNOWN);
    const StartRule& rule = settings.preset.start;
    const Message message(answer.status, std::move(answer.headers), std::move(answer.body),
                          BodyFormat::kJson);
    Outcome outcome;
    outcome.http_status = message.status();
    if (rule.success.holds(message)) {
        outcome.provider_call_id = sound_id(rule.id, message);
        if (!outcome.provider_call_id.empty()) {
            outcome.answer = EBRA_START_PLACED;
            outcome.provider_state = kept_state(rule.keep, message, {});
            return outcome;
        }
    }
    outcome.answer = EBRA_START_UNKNOWN;
    outcome.message = describe(settings, message);
    for (const RefusalRule& refusal : rule.refused) {
        if (!refusal.when.holds(message)) continue;
        if (refusal.error_class == EBRA_CLASS_NONE) break;
        outcome.answer = EBRA_START_REFUSED;
        outcome.error_class = refusal.error_class;
        outcome.retry_after_ms = retry_after_ms(settings, refusal, message, now);
        break;
    }
    return outcome;
}

Outcome read_lookup_answer(const Settings& settings, const LookupRule& rule, HttpAnswer&& answer,
                           std::string_view reference, std::string_view state) {
    if (answer.fate != Fate::kAnswered) return unanswered(answer, EBRA_QUERY_UNABLE);
    Message message(answer.status, std::move(answer.headers), std::move(answer.body),
                    BodyFormat::kJson);
    if (rule.success.holds(message) && message.is_understood()) {
        if (rule.items) return find_in_list(settings, rule, message, reference, state);
        return found(settings, rule, message, state);
    }
    if (!rule.not_found.empty() && rule.not_found.holds(message)) {
        return not_found(rule, message.status());
    }
    Outcome outcome;
    outcome.answer = EBRA_QUERY_UNABLE;
    outcome.http_status = message.status();
    outcome.message = describe(settings, message);
    return outcome;
}

Outcome read_cancel_answer(const Settings& settings, HttpAnswer&& answer) {
    if (answer.fate != Fate::kAnswered) return unanswered(answer, EBRA_CANCEL_UNABLE);
    const CancelRule& rule = *settings.preset.cancel;
    const Message message(answer.status, std::move(answer.headers), std::move(answer.body),
                          BodyFormat::kJson);
    Outcome outcome;
    outcome.http_status = message.status();
    outcome.answer = EBRA_CANCEL_UNABLE;
    if (rule.done.holds(message)) {
        outcome.answer = EBRA_CANCEL_DONE;
    } else if (!rule.too_late.empty() && rule.too_late.holds(message)) {
        outcome.answer = EBRA_CANCEL_TOO_LATE;
    } else {
        outcome.message = describe(settings, message);
    }
    return outcome;
}

}  // namespace ebra::provider_http
