// The border of provider-sim: the descriptor, the table, and wrappers that let no exception out.
#include "ebra/plugin.hpp"

#include "ledger_file.hpp"
#include "options.hpp"
#include "simulator.hpp"

#include <memory>
#include <string_view>

namespace {

using ebra::plugin::fail;
using ebra::plugin::guarded;
using ebra::plugin::view;
using ebra::sim::BadOptions;
using ebra::sim::LedgerTrouble;
using ebra::sim::Simulator;

Simulator& simulator(void* self) {
    return *static_cast<Simulator*>(self);
}

// ---- ebra.provider/1

uint64_t capabilities(void* self) {
    return simulator(self).capabilities();
}

int64_t visibility_delay_ms(void* self) {
    return simulator(self).visibility_delay_ms();
}

ebra_status start_call(void* self, const ebra_start_request* request, ebra_op op,
                       ebra_error* error) {
    return guarded(error, [&] { return simulator(self).start(*request, op, error); });
}

ebra_status query_call(void* self, const ebra_placement_request* request, ebra_op op,
                       ebra_error* error) {
    return guarded(error, [&] { return simulator(self).query(*request, op, error); });
}

ebra_status cancel_call(void* self, const ebra_placement_request* request, ebra_op op,
                        ebra_error* error) {
    return guarded(error, [&] { return simulator(self).cancel(*request, op, error); });
}

constexpr ebra_provider kProvider = {
    sizeof(ebra_provider), 0,       capabilities, visibility_delay_ms, start_call, query_call,
    cancel_call,           nullptr,
};

// ---- the descriptor

ebra_status create(const ebra_host* host, ebra_str config_json, void** self, ebra_error* error) {
    return guarded(error, [&]() -> ebra_status {
        try {
            auto options = ebra::sim::parse_options(view(config_json));
            *self = std::make_unique<Simulator>(host, std::move(options)).release();
            return EBRA_OK;
        } catch (const BadOptions& thrown) {
            return fail(error, EBRA_INVALID_ARGUMENT, thrown.what());
        } catch (const LedgerTrouble& thrown) {
            return fail(error, EBRA_UNAVAILABLE, thrown.what());
        }
    });
}

void destroy(void* self) {
    const std::unique_ptr<Simulator> ended(&simulator(self));
}

const void* get_interface(const char* id) {
    return std::string_view(id) == EBRA_PROVIDER_ID ? &kProvider : nullptr;
}

ebra_status check_config(ebra_str config_json, const ebra_config_sink* problems) {
    return guarded(nullptr, [&] { return ebra::sim::check_options(view(config_json), *problems); });
}

constexpr ebra_plugin kPlugin = {
    sizeof(ebra_plugin),
    0,
    "provider-sim",
    "0.1.0",
    "A provider whose phones do not exist, for development and tests",
    create,
    destroy,
    get_interface,
    check_config,
};

}  // namespace

extern "C" EBRA_EXPORT const ebra_plugin* ebra_plugin_v1(void) {
    return &kPlugin;
}
