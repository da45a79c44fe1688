#include "plugin/instance.hpp"

#include "plugin/breadcrumb.hpp"
#include "plugin/store.hpp"

namespace ebra {

std::vector<OptionProblem> option_problems(const ebra_plugin& plugin,
                                           const std::string& options_json) {
    std::vector<OptionProblem> problems;
    if (!EBRA_CAN(&plugin, ebra_plugin, check_config)) return problems;
    const ebra_config_sink sink{
        &problems, [](void* context, const ebra_config_problem* problem) {
            static_cast<std::vector<OptionProblem>*>(context)->push_back(
                {from_abi(problem->pointer), from_abi(problem->text), from_abi(problem->nearest)});
        }};
    const Breadcrumb breadcrumb(plugin.id, "check_config");
    try {
        const ebra_status status = plugin.check_config(abi_str(options_json), &sink);
        if (status == EBRA_OK) return {};
    } catch (...) {
        return {{"", "the plugin threw while its options were checked", ""}};
    }
    if (problems.empty()) problems.push_back({"", "refused, and the plugin does not say why", ""});
    return problems;
}

Status check_options(const ebra_plugin& plugin, const std::string& options_json) {
    std::string text;
    for (const OptionProblem& problem : option_problems(plugin, options_json)) {
        if (!text.empty()) text += "; ";
        text += "options" + problem.pointer + ": " + problem.text;
        if (!problem.nearest.empty()) text += ", did you mean \"" + problem.nearest + "\"?";
    }
    if (text.empty()) return Done{};
    return Error{ErrorCode::kInvalidArgument, text};
}

PluginInstance::PluginInstance(LoadedPlugin plugin, const std::string& name, const Clock& clock,
                               Random& random, OperationSink* operations)
    : plugin_(std::move(plugin)), host_(name, clock, random, operations) {}

Result<std::unique_ptr<PluginInstance>> PluginInstance::open(const PluginRequest& request,
                                                             const LoaderPolicy& policy,
                                                             const std::string& name,
                                                             const std::string& options_json,
                                                             const Clock& clock, Random& random,
                                                             OperationSink* operations) {
    Result<LoadedPlugin> loaded = load_plugin(request, policy);
    if (!loaded) return std::move(loaded).error();
    std::unique_ptr<PluginInstance> made(
        new PluginInstance(std::move(loaded).value(), name, clock, random, operations));
    const std::string id = made->plugin_.descriptor->id;
    const Status sound = check_options(*made->plugin_.descriptor, options_json);
    if (!sound) return Error{sound.error().code, "plugin " + id + ": " + sound.error().message};
    const Status created = made->create(options_json);
    if (!created)
        return Error{created.error().code, "plugin " + id + ": " + created.error().message};
    return made;
}

Status PluginInstance::create(const std::string& options_json) {
    ebra_error error{};
    error.struct_size = sizeof error;
    const Breadcrumb breadcrumb(plugin_.descriptor->id, "create");
    try {
        const ebra_status status =
            plugin_.descriptor->create(host_.table(), abi_str(options_json), &self_, &error);
        if (status != EBRA_OK) return error_from(status, error);
    } catch (...) {
        return Error{ErrorCode::kInternal, "it threw while it was created"};
    }
    is_created_ = true;
    return Done{};
}

PluginInstance::~PluginInstance() {
    if (!is_created_) return;
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

StoreExtensions PluginInstance::store_extensions() const {
    return {.timeline = extension<ebra_store_timeline>(EBRA_STORE_TIMELINE_ID),
            .gap = extension<ebra_store_gap>(EBRA_STORE_GAP_ID),
            .retain = extension<ebra_store_retain>(EBRA_STORE_RETAIN_ID)};
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
