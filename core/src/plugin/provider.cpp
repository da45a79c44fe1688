#include "plugin/provider.hpp"

#include "assert.hpp"
#include "log.hpp"

#include "plugin/breadcrumb.hpp"
#include "plugin/store.hpp"

namespace ebra {

namespace {

std::string limited(ebra_str text, std::size_t bytes_max) {
    return std::string(text.data, text.size < bytes_max ? text.size : bytes_max);
}

std::string reason_text(ebra_str text) {
    return limited(text, EBRA_REASON_BYTES_MAX);
}

}  // namespace

ProviderEvent from_abi(const ebra_event& event) {
    ProviderEvent made;
    made.kind = event.kind;
    made.outcome = static_cast<Outcome>(event.outcome);
    made.disposition = static_cast<Disposition>(event.disposition);
    made.is_verified = event.verified != 0;
    made.provider_call_id = limited(event.provider_call_id, EBRA_ID_BYTES_MAX);
    made.reference = from_abi(event.reference);
    made.dedup_key = limited(event.dedup_key, EBRA_ID_BYTES_MAX);
    made.reason = reason_text(event.reason);
    made.provider_state = limited(event.provider_state, EBRA_PROVIDER_STATE_BYTES_MAX);
    made.occurred_at = event.occurred_at;
    made.details.duration_ms = event.duration_ms;
    made.details.cost_micros = event.cost_micros;
    made.details.cost_currency = from_abi(event.cost_currency);
    made.details.recording_url = from_abi(event.recording_url);
    made.details.transcript_url = from_abi(event.transcript_url);
    return made;
}

OperationResult from_abi(const ebra_op_result& result) {
    OperationResult made;
    made.answer = result.answer;
    made.error_class = static_cast<ErrorClass>(result.error_class);
    made.http_status = result.http_status;
    made.retry_after_ms = result.retry_after_ms;
    made.provider_call_id = limited(result.provider_call_id, EBRA_ID_BYTES_MAX);
    made.provider_state = limited(result.provider_state, EBRA_PROVIDER_STATE_BYTES_MAX);
    made.message = reason_text(result.message);
    if (EBRA_HAS(&result, ebra_op_result, event) && result.event != nullptr) {
        made.event = from_abi(*result.event);
    }
    return made;
}

Provider::Provider(std::string name, const ebra_provider* table, void* self)
    : name_(std::move(name)),
      table_(table),
      self_(self),
      capabilities_(table->capabilities(self)),
      visibility_delay_ms_(EBRA_CAN(table, ebra_provider, visibility_delay_ms)
                               ? table->visibility_delay_ms(self)
                               : 0) {}

bool Provider::has_own_callback_path() const {
    return reads_webhooks() && !can(EBRA_PROVIDER_SPEAKS_CALL_STATUS);
}

template <typename Body>
Status Provider::call_plugin(const char* where, Body&& body) {
    ebra_error error{};
    error.struct_size = sizeof error;
    const Breadcrumb breadcrumb(name_.c_str(), where);
    try {
        const ebra_status status = body(&error);
        if (status == EBRA_OK) return Done{};
        return error_from(status, error);
    } catch (...) {
        is_faulty_ = true;
        log::error("plugin_threw", {{"provider", name_}, {"function", where}});
        return Error{ErrorCode::kInDoubt, "provider " + name_ + " threw in " + where};
    }
}

Status Provider::start(const Call& call, const StartRequest& request, ebra_op op) {
    const AbiCallView view(call);
    ebra_start_request asked{};
    asked.struct_size = sizeof asked;
    asked.timeout_ms = request.timeout_ms;
    asked.send_by_ns = request.send_by_ns;
    asked.call = view.get();
    asked.reference = abi_str(request.reference);
    asked.callback_url = abi_str(request.callback_url);
    return call_plugin("start_call", [&](ebra_error* error) {
        return table_->start_call(self_, &asked, op, error);
    });
}

Status Provider::query(const Call& call, std::uint32_t timeout_ms, ebra_op op) {
    EBRA_ASSERT(can_query());
    return call_about_placement("query_call", table_->query_call, call, timeout_ms, op);
}

Status Provider::cancel(const Call& call, std::uint32_t timeout_ms, ebra_op op) {
    EBRA_ASSERT(can_cancel());
    return call_about_placement("cancel_call", table_->cancel_call, call, timeout_ms, op);
}

Status Provider::call_about_placement(const char* where, PlacementFunction function,
                                      const Call& call, std::uint32_t timeout_ms, ebra_op op) {
    EBRA_ASSERT(call.placement);
    const AbiCallView view(call);
    const std::string reference = to_string(Reference{call.id, call.placement->number});
    ebra_placement_request asked{};
    asked.struct_size = sizeof asked;
    asked.timeout_ms = timeout_ms;
    asked.call = view.get();
    asked.reference = abi_str(reference);
    return call_plugin(where,
                       [&](ebra_error* error) { return function(self_, &asked, op, error); });
}

Result<WebhookReading> Provider::read_webhook(const RawWebhook& webhook, TimeMs now) {
    std::vector<ebra_pair> headers;
    headers.reserve(webhook.headers.size());
    for (const auto& [name, value] : webhook.headers) {
        headers.push_back(ebra_pair{abi_str(name), abi_str(value)});
    }
    ebra_webhook shown{};
    shown.struct_size = sizeof shown;
    shown.method = abi_str(webhook.method);
    shown.url = abi_str(webhook.url);
    shown.headers = headers.data();
    shown.header_count = headers.size();
    shown.body = abi_str(webhook.body);
    shown.peer = abi_str(webhook.peer);
    shown.now = now;

    WebhookReading reading;
    ebra_webhook_sink sink{};
    sink.context = &reading;
    sink.event = [](void* context, const ebra_event* event) {
        static_cast<WebhookReading*>(context)->events.push_back(from_abi(*event));
    };
    sink.reply = [](void* context, std::int32_t status, ebra_str content_type, ebra_str body) {
        auto& into = *static_cast<WebhookReading*>(context);
        into.reply_status = status;
        into.reply_content_type = from_abi(content_type);
        into.reply_body = from_abi(body);
    };
    Status status = call_plugin(
        "webhook", [&](ebra_error* error) { return table_->webhook(self_, &shown, &sink, error); });
    if (!status) return std::move(status).error();
    return reading;
}

}  // namespace ebra
