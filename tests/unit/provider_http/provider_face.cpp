#include "provider_face.hpp"

#include "ebra/abi/ext/draft/provider_preview.h"
#include "ebra/plugin.hpp"

#include <ctime>

namespace ebra::provider_http::test {

namespace {

using plugin::copy;
using plugin::sized;
using plugin::str;

/// A call of the ABI over a GivenCall; valid as long as that is.
struct CallView {
    explicit CallView(const GivenCall& given)
        : spec(sized<ebra_call_spec>()),
          state(sized<ebra_call_state>()),
          placement(sized<ebra_placement>()),
          call(sized<ebra_call>()) {
        const std::string_view reference = given.reference;
        spec.id = str(reference.substr(0, reference.rfind('.')));
        spec.to = str(given.to);
        spec.script_id = str(given.script_id);
        spec.metadata_json = str(given.metadata_json);
        placement.number = 1;
        placement.state = EBRA_PLACEMENT_CLAIMED;
        placement.claimed_at = static_cast<ebra_time_ms>(time(nullptr)) * 1000;
        placement.provider_call_id = str(given.provider_call_id);
        placement.provider_state = str(given.provider_state);
        call.spec = &spec;
        call.state = &state;
        call.placement = &placement;
    }
    CallView(const CallView&) = delete;
    CallView& operator=(const CallView&) = delete;

    ebra_call_spec spec;
    ebra_call_state state;
    ebra_placement placement;
    ebra_call call;
};

}  // namespace

std::vector<std::string> problems_of(const nlohmann::json& options) {
    std::vector<std::string> problems;
    ebra_config_sink sink{};
    sink.context = &problems;
    sink.put = [](void* context, const ebra_config_problem* problem) {
        std::string text = copy(problem->pointer) + " " + copy(problem->text);
        if (problem->nearest.size > 0) text += " ~ " + copy(problem->nearest);
        static_cast<std::vector<std::string>*>(context)->push_back(text);
    };
    const std::string json = options.dump();
    ebra_plugin_v1()->check_config(str(json), &sink);
    return problems;
}

ProviderFace::ProviderFace(const nlohmann::json& options) {
    error_.struct_size = sizeof error_;
    table_ = static_cast<const ebra_provider*>(ebra_plugin_v1()->get_interface(EBRA_PROVIDER_ID));
    const std::string json = options.dump();
    status_ = ebra_plugin_v1()->create(host_.table(), str(json), &self_, &error_);
}

ProviderFace::~ProviderFace() {
    destroy();
}

void ProviderFace::destroy() {
    if (self_ != nullptr) ebra_plugin_v1()->destroy(self_);
    self_ = nullptr;
}

std::uint64_t ProviderFace::capabilities() const {
    return table_->capabilities(self_);
}

ebra_status ProviderFace::begin(const GivenCall& given, ebra_op op) {
    const CallView view(given);
    auto request = sized<ebra_start_request>();
    request.timeout_ms = given.timeout_ms;
    request.send_by_ns =
        host_.monotonic_ns() + static_cast<std::uint64_t>(given.send_within_ms * 1'000'000);
    request.call = &view.call;
    request.reference = str(given.reference);
    request.callback_url = str(given.callback_url);
    return table_->start_call(self_, &request, op, &error_);
}

SeenResult ProviderFace::start(const GivenCall& call) {
    const ebra_op op = next_op();
    return finish(begin(call, op), op);
}

PreviewReading ProviderFace::preview(const GivenCall& given) {
    const auto* table = static_cast<const ebra_provider_preview*>(
        ebra_plugin_v1()->get_interface(EBRA_PROVIDER_PREVIEW_ID));
    const CallView view(given);
    auto request = sized<ebra_start_request>();
    request.call = &view.call;
    request.reference = str(given.reference);
    request.callback_url = str(given.callback_url);
    PreviewReading reading;
    ebra_text_sink sink{};
    sink.context = &reading;
    sink.put = [](void* context, ebra_str text) {
        auto& into = *static_cast<PreviewReading*>(context);
        into.text += copy(text);
        ++into.puts;
    };
    reading.status = table->preview(self_, &request, &sink, &error_);
    return reading;
}

SeenResult ProviderFace::query(const GivenCall& call) {
    return ask(call, Ask::kQuery);
}

SeenResult ProviderFace::cancel(const GivenCall& call) {
    return ask(call, Ask::kCancel);
}

SeenResult ProviderFace::ask(const GivenCall& given, Ask what) {
    const CallView view(given);
    auto request = sized<ebra_placement_request>();
    request.timeout_ms = given.timeout_ms;
    request.call = &view.call;
    request.reference = str(given.reference);
    const auto function = what == Ask::kQuery ? table_->query_call : table_->cancel_call;
    const ebra_op op = next_op();
    return finish(function(self_, &request, op, &error_), op);
}

SeenResult ProviderFace::finish(ebra_status taken, ebra_op op) {
    SeenResult result;
    result.message = error_.message;
    if (taken != EBRA_OK) return result;
    return host_.wait_for(op).value_or(SeenResult{});
}

WebhookReading ProviderFace::webhook(const GivenWebhook& given) {
    std::vector<ebra_pair> headers;
    for (const auto& [name, value] : given.headers) headers.push_back({str(name), str(value)});
    auto shown = sized<ebra_webhook>();
    shown.method = str(given.method);
    shown.url = str(given.url);
    shown.headers = headers.data();
    shown.header_count = headers.size();
    shown.body = str(given.body);
    shown.peer = str("192.0.2.1");
    shown.now = given.now;
    WebhookReading reading;
    ebra_webhook_sink sink{};
    sink.context = &reading;
    sink.event = [](void* context, const ebra_event* event) {
        static_cast<WebhookReading*>(context)->events.push_back(seen(*event));
    };
    sink.reply = [](void*, std::int32_t, ebra_str, ebra_str) {};
    reading.status = table_->webhook(self_, &shown, &sink, &error_);
    return reading;
}

}  // namespace ebra::provider_http::test
