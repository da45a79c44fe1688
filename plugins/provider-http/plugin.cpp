// The border of provider-http: the descriptor, the table, and wrappers that let no exception out.
#include "ebra/plugin.hpp"

#include "http_provider.hpp"
#include "request_maker.hpp"
#include "settings.hpp"

#include "ebra/abi/ext/draft/provider_preview.h"

#include <memory>
#include <string_view>

namespace {

using ebra::plugin::fail;
using ebra::plugin::guarded;
using ebra::plugin::view;
using ebra::provider_http::CannotMake;
using ebra::provider_http::HttpProvider;

HttpProvider& provider(void* self) {
    return *static_cast<HttpProvider*>(self);
}

/// As `guarded`; a request that cannot be made was certainly not sent and will never be.
template <typename Body>
ebra_status run(ebra_error* error, Body&& body) noexcept {
    return guarded(error, [&]() -> ebra_status {
        try {
            return body();
        } catch (const CannotMake& thrown) {
            return fail(error, EBRA_INVALID_ARGUMENT, thrown.what());
        }
    });
}

uint64_t capabilities(void* self) {
    return provider(self).capabilities();
}

int64_t visibility_delay_ms(void* self) {
    return provider(self).visibility_delay_ms();
}

ebra_status start_call(void* self, const ebra_start_request* request, ebra_op op,
                       ebra_error* error) {
    return run(error, [&] { return provider(self).start(*request, op, error); });
}

ebra_status query_call(void* self, const ebra_placement_request* request, ebra_op op,
                       ebra_error* error) {
    return run(error, [&] { return provider(self).query(*request, op, error); });
}

ebra_status cancel_call(void* self, const ebra_placement_request* request, ebra_op op,
                        ebra_error* error) {
    return run(error, [&] { return provider(self).cancel(*request, op, error); });
}

ebra_status webhook(void* self, const ebra_webhook* webhook, const ebra_webhook_sink* sink,
                    ebra_error* error) {
    return run(error, [&] { return provider(self).webhook(*webhook, *sink, error); });
}

ebra_status preview(void* self, const ebra_start_request* request, const ebra_text_sink* sink,
                    ebra_error* error) {
    return run(error, [&] { return provider(self).preview(*request, *sink); });
}

constexpr ebra_provider kProvider = {
    sizeof(ebra_provider), 0,       capabilities, visibility_delay_ms, start_call, query_call,
    cancel_call,           webhook,
};

constexpr ebra_provider_preview kPreview = {sizeof(ebra_provider_preview), 0, preview};

ebra_status create(const ebra_host* host, ebra_str config_json, void** self, ebra_error* error) {
    return guarded(error, [&]() -> ebra_status {
        std::vector<ebra::provider_http::Problem> problems;
        auto settings = ebra::provider_http::read_settings(view(config_json), problems);
        if (!problems.empty()) {
            return fail(error, EBRA_INVALID_ARGUMENT,
                        ebra::provider_http::to_text(problems.front()));
        }
        *self = std::make_unique<HttpProvider>(host, std::move(settings)).release();
        return EBRA_OK;
    });
}

void destroy(void* self) {
    const std::unique_ptr<HttpProvider> ended(&provider(self));
}

const void* get_interface(const char* id) {
    const std::string_view asked = id;
    if (asked == EBRA_PROVIDER_ID) return &kProvider;
    return asked == EBRA_PROVIDER_PREVIEW_ID ? &kPreview : nullptr;
}

ebra_status check_config(ebra_str config_json, const ebra_config_sink* problems) {
    return guarded(
        nullptr, [&] { return ebra::provider_http::check_settings(view(config_json), *problems); });
}

constexpr ebra_plugin kPlugin = {
    sizeof(ebra_plugin),
    0,
    "provider-http",
    "0.1.0",
    "Any AI-voice provider with an HTTP API, by preset",
    create,
    destroy,
    get_interface,
    check_config,
};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return &kPlugin;
}
