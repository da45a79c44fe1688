#include "http_provider.hpp"

#include "call_scope.hpp"
#include "encoding.hpp"
#include "preview.hpp"
#include "request_maker.hpp"
#include "signature.hpp"

#include "ebra/plugin.hpp"

namespace ebra::provider_http {

namespace {

using plugin::copy;
using plugin::fail;
using plugin::str;
using plugin::view;

/// When all places are taken, how long the host should leave us alone.
constexpr std::int64_t kBusyRetryAfterMs = 250;

std::uint64_t capabilities_of(const Settings& settings) {
    const Preset& preset = settings.preset;
    std::uint64_t made = 0;
    if (preset.webhook) made |= EBRA_PROVIDER_WEBHOOKS;
    if (preset.query || preset.reconcile) made |= EBRA_PROVIDER_QUERY;
    if (preset.cancel) made |= EBRA_PROVIDER_CANCEL;
    if (preset.start.is_idempotent) made |= EBRA_PROVIDER_IDEMPOTENT_START;
    if (preset.speaks_call_status) made |= EBRA_PROVIDER_SPEAKS_CALL_STATUS;
    return made;
}

std::string_view provider_state_of(const ebra_placement_request& request) {
    const ebra_placement* placement = request.call->placement;
    return placement == nullptr ? std::string_view() : view(placement->provider_state);
}

Headers headers_of(const ebra_webhook& webhook) {
    Headers headers;
    for (std::size_t i = 0; i < webhook.header_count; ++i) {
        headers.emplace_back(view(webhook.headers[i].name), view(webhook.headers[i].value));
    }
    return headers;
}

}  // namespace

HttpProvider::HttpProvider(const ebra_host* host, Settings settings)
    : host_(host),
      settings_(std::move(settings)),
      capabilities_(capabilities_of(settings_)),
      loop_(host, settings_.loop) {}

ebra_status HttpProvider::start(const ebra_start_request& request, ebra_op op, ebra_error* error) {
    const ebra_time_ms now = host_->now_ms(host_);
    const CallScope scope(settings_, *request.call, view(request.reference),
                          view(request.callback_url), now);
    HttpRequest made = make_request(settings_, settings_.preset.start.request, scope, now);
    made.send_by_ns = request.send_by_ns;
    // The host gives up at its time-out; what comes a little later is still evidence.
    made.answer_within_ms = request.timeout_ms + settings_.late_answer_ms;
    return submit(
        std::move(made),
        [this, op](HttpAnswer&& answer) {
            complete(host_, op,
                     read_start_answer(settings_, std::move(answer), host_->now_ms(host_)));
        },
        error);
}

ebra_status HttpProvider::preview(const ebra_start_request& request,
                                  const ebra_text_sink& sink) const {
    const ebra_time_ms now = host_->now_ms(host_);
    const auto made_from = [&](const Settings& settings) {
        const CallScope scope(settings, *request.call, view(request.reference),
                              view(request.callback_url), now);
        return make_request(settings, settings.preset.start.request, scope, now);
    };
    // What could not be sent with the secrets must not look as if it could without them.
    (void)made_from(settings_);
    const std::string text =
        masked(settings_, text_of(made_from(without_secrets(settings_)), settings_.preset.auth));
    sink.put(sink.context, str(text));
    return EBRA_OK;
}

/// By the provider's id where we have it, by our reference where not.
const LookupRule* HttpProvider::lookup_for(const ebra_placement_request& request) const {
    const Preset& preset = settings_.preset;
    const ebra_placement* placement = request.call->placement;
    const bool has_id = placement != nullptr && placement->provider_call_id.size > 0;
    if (has_id && preset.query) return &*preset.query;
    return preset.reconcile ? &*preset.reconcile : nullptr;
}

ebra_status HttpProvider::query(const ebra_placement_request& request, ebra_op op,
                                ebra_error* error) {
    const LookupRule* rule = lookup_for(request);
    if (rule == nullptr) {
        return fail(error, EBRA_UNSUPPORTED,
                    "preset \"" + settings_.preset.name + "\" can ask only by the provider's id");
    }
    const ebra_time_ms now = host_->now_ms(host_);
    const CallScope scope(settings_, *request.call, view(request.reference), {}, now);
    HttpRequest made = make_request(settings_, rule->request, scope, now);
    made.answer_within_ms = request.timeout_ms;
    made.may_be_sent_twice = true;
    return submit(
        std::move(made),
        [this, op, rule, reference = copy(request.reference),
         state = std::string(provider_state_of(request))](HttpAnswer&& answer) {
            complete(host_, op,
                     read_lookup_answer(settings_, *rule, std::move(answer), reference, state));
        },
        error);
}

ebra_status HttpProvider::cancel(const ebra_placement_request& request, ebra_op op,
                                 ebra_error* error) {
    if (!settings_.preset.cancel) {
        return fail(error, EBRA_UNSUPPORTED, "this preset cannot end a call early");
    }
    const ebra_time_ms now = host_->now_ms(host_);
    const CallScope scope(settings_, *request.call, view(request.reference), {}, now);
    HttpRequest made = make_request(settings_, settings_.preset.cancel->request, scope, now);
    made.answer_within_ms = request.timeout_ms;
    made.may_be_sent_twice = true;
    return submit(
        std::move(made),
        [this, op](HttpAnswer&& answer) {
            complete(host_, op, read_cancel_answer(settings_, std::move(answer)));
        },
        error);
}

ebra_status HttpProvider::submit(HttpRequest request, OnAnswer done, ebra_error* error) {
    if (loop_.submit(std::move(request), std::move(done))) return EBRA_OK;
    return fail(error, EBRA_UNAVAILABLE,
                std::to_string(settings_.loop.in_hand_max) +
                    " requests are in hand already; raise in_hand_max to allow more",
                0, kBusyRetryAfterMs);
}

ebra_status HttpProvider::webhook(const ebra_webhook& webhook, const ebra_webhook_sink& sink,
                                  ebra_error* error) const {
    if (!settings_.preset.webhook) {
        return fail(error, EBRA_UNSUPPORTED, "this preset takes no webhooks");
    }
    const WebhookRule& rule = *settings_.preset.webhook;
    const bool is_authentic = rule.signature.kind != SignatureKind::kNone &&
                              !settings_.webhook_secrets.empty() && is_signed(settings_, webhook);
    const bool may_be_unsigned =
        rule.signature.kind == SignatureKind::kNone || settings_.believes_unsigned;
    if (!is_authentic && !may_be_unsigned) {
        return fail(error, EBRA_UNAUTHENTICATED, "the webhook is not signed as it should be");
    }
    Message message(0, headers_of(webhook), copy(webhook.body), rule.format);
    const std::string_view url = view(webhook.url);
    if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
        message.set_query(url.substr(mark + 1));
    }
    if (!message.is_understood()) {
        return fail(error, EBRA_INVALID_ARGUMENT, "the webhook's body is not JSON");
    }
    const EventRule* event_rule = find_rule(rule.events, message);
    if (event_rule == nullptr) return EBRA_OK;  // Of a kind that says nothing about a call's state.
    Event event = make_event(*event_rule, message);
    event.is_verified = is_authentic && rule.signature.covers_body;
    if (event.disposition == EBRA_DISPOSITION_VOICEMAIL && settings_.voicemail_is_failure) {
        event.outcome = EBRA_OUTCOME_FAILED;
    }
    const ebra_event seen = view_of(event);
    sink.event(sink.context, &seen);
    return EBRA_OK;
}

}  // namespace ebra::provider_http
