#include "plugin/instance.hpp"

#include "plugin/breadcrumb.hpp"
#include "plugin/store.hpp"

namespace ebra {

PluginInstance::PluginInstance(LoadedPlugin plugin, const std::string& name, const Clock& clock,
                               Random& random, OperationSink* operations)
    : plugin_(std::move(plugin)), host_(name, clock, random, operations) {}

Result<std::unique_ptr<PluginInstance>> PluginInstance::open(
    const PluginRequest& request, const LoaderPolicy& policy, const std::string& name,
    const std::string& options_json, const Clock& clock, Random& random,
    OperationSink* operations) {
    Result<LoadedPlugin> loaded = load_plugin(request, policy);
    if (!loaded) return std::move(loaded).error();
    std::unique_ptr<PluginInstance> made(
        new PluginInstance(std::move(loaded).value(), name, clock, random, operations));
    ebra_error error{};
    error.struct_size = sizeof error;
    const std::string id = made->plugin_.descriptor->id;
    const Breadcrumb breadcrumb(id.c_str(), "create");
    ebra_status status = EBRA_INTERNAL;
    try {
        status = made->plugin_.descriptor->create(made->host_.table(), abi_str(options_json),
                                                  &made->self_, &error);
    } catch (...) {
        made->self_ = nullptr;
        return Error{ErrorCode::kInternal, "plugin " + id + " threw while it was created"};
    }
    if (status == EBRA_OK) return made;
    made->self_ = nullptr;
    Error failure = error_from(status, error);
    failure.message = "plugin " + id + ": " + failure.message;
    return failure;
}

PluginInstance::~PluginInstance() {
    if (self_ == nullptr) return;
    const Breadcrumb breadcrumb(plugin_.descriptor->id, "destroy");
    plugin_.descriptor->destroy(self_);
}

Result<const ebra_store*> PluginInstance::store_table() {
    const std::string id = plugin_.descriptor->id;
    Result<ebra_store> table = check_store_table(id, extension<ebra_store>(EBRA_STORE_ID));
    if (!table) return std::move(table).error();
    store_table_ = table.value();
    return const_cast<const ebra_store*>(&store_table_);
}

Result<const ebra_provider*> PluginInstance::provider_table() {
    const std::string id = plugin_.descriptor->id;
    const auto* own = extension<ebra_provider>(EBRA_PROVIDER_ID);
    Result<ebra_provider> table = check_provider_table(id, own);
    if (!table) return std::move(table).error();
    provider_table_ = table.value();
    const Status promised =
        check_provider_capabilities(id, own, provider_table_.capabilities(self_));
    if (!promised) return promised.error();
    return const_cast<const ebra_provider*>(&provider_table_);
}

}  // namespace ebra
