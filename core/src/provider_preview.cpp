#include "ebra/provider_preview.hpp"

#include "callback_ref.hpp"
#include "clock.hpp"
#include "plugin_dirs.hpp"
#include "random.hpp"

#include "ebra/abi/ext/draft/provider_preview.h"
#include "plugin/breadcrumb.hpp"
#include "plugin/instance.hpp"
#include "plugin/provider.hpp"
#include "plugin/store.hpp"

#include <algorithm>
#include <limits>

namespace ebra {

namespace {

/// No store gives out such an id, so nothing that bears it is ever taken for a call.
constexpr const char* kMadeUpCallId = "00000000-0000-7000-8000-000000000000";
constexpr std::string_view kMadeUpSecret = "preview";

Call first_attempt_at(const CallRequest& request, const std::string& provider, TimeMs now) {
    Call call;
    call.id = kMadeUpCallId;
    call.to = request.to;
    call.script_id = request.script_id;
    call.metadata_json = request.metadata_json;
    call.status = CallStatus::kInProgress;
    call.created_at = now;
    call.updated_at = now;
    Placement& placement = call.placement.emplace();
    placement.number = 1;
    placement.provider = provider;
    placement.claimed_at = now;
    return call;
}

Result<std::string> ask(const PluginInstance& instance, const ebra_provider_preview& table,
                        const ebra_start_request& request) {
    std::string text;
    ebra_text_sink sink{};
    sink.context = &text;
    sink.put = [](void* context, ebra_str more) {
        *static_cast<std::string*>(context) += from_abi(more);
    };
    ebra_error error{};
    error.struct_size = sizeof error;
    const char* plugin = instance.plugin().descriptor->id;
    const Breadcrumb breadcrumb(plugin, "preview");
    try {
        const ebra_status status = table.preview(instance.self(), &request, &sink, &error);
        if (status != EBRA_OK) return error_from(status, error);
    } catch (...) {
        return Error{ErrorCode::kInternal, std::string("plugin ") + plugin + " threw in preview"};
    }
    return text;
}

const ProviderConfig* provider_named(const Config& config, const std::string& name) {
    const auto found = std::find_if(config.providers.begin(), config.providers.end(),
                                    [&](const ProviderConfig& one) { return one.name == name; });
    return found == config.providers.end() ? nullptr : &*found;
}

Error no_such_provider(const Config& config, const std::string& name) {
    std::string names;
    for (const ProviderConfig& one : config.providers) {
        names += (names.empty() ? "" : ", ") + one.name;
    }
    return {ErrorCode::kNotFound, "the config has no provider \"" + name + "\"; it has: " + names};
}

/// Asked before an instance is made: one that would only be ended again may open what it likes.
Result<const ebra_provider_preview*> preview_table(const ProviderConfig& config,
                                                   const LoaderPolicy& policy) {
    const Result<LoadedPlugin> loaded =
        load_plugin(plugin_request(config.plugin, config.sha256), policy);
    if (!loaded) return loaded.error();
    const ebra_plugin& plugin = *loaded->descriptor;
    const auto* table =
        static_cast<const ebra_provider_preview*>(plugin.get_interface(EBRA_PROVIDER_PREVIEW_ID));
    if (table != nullptr && EBRA_CAN(table, ebra_provider_preview, preview)) return table;
    return Error{ErrorCode::kUnsupported,
                 "provider \"" + config.name + "\" has no HTTP request to show: plugin " +
                     plugin.id + " does not offer " + EBRA_PROVIDER_PREVIEW_ID};
}

}  // namespace

Result<std::string> preview_start(const Config& config, const std::string& provider,
                                  const CallRequest& call, const std::string& public_url) {
    const ProviderConfig* const chosen = provider_named(config, provider);
    if (chosen == nullptr) return no_such_provider(config, provider);
    const LoaderPolicy policy = loader_policy(config);
    const auto preview = preview_table(*chosen, policy);
    if (!preview) return preview.error();

    const SystemClock clock;
    SystemRandom random;
    auto instance = PluginInstance::open(plugin_request(chosen->plugin, chosen->sha256), policy,
                                         provider, chosen->options_json, clock, random, nullptr);
    if (!instance) return std::move(instance).error();
    const auto table = instance.value()->provider_table();
    if (!table) return table.error();
    const Provider face(provider, table.value(), instance.value()->self());

    const Call made_up = first_attempt_at(call, provider, clock.wall_ms());
    const AbiCallView view(made_up);
    const Reference reference{made_up.id, made_up.placement->number};
    const std::string reference_text = to_string(reference);
    const std::string callback =
        callback_url(public_url, face.has_own_callback_path() ? provider : "call-status",
                     CallbackRef(kMadeUpSecret).seal(reference));
    ebra_start_request request{};
    request.struct_size = sizeof request;
    request.timeout_ms = static_cast<std::uint32_t>(config.engine.start_timeout_ms);
    request.send_by_ns = std::numeric_limits<std::uint64_t>::max();
    request.call = view.get();
    request.reference = abi_str(reference_text);
    request.callback_url = abi_str(callback);
    return ask(*instance.value(), *preview.value(), request);
}

}  // namespace ebra
