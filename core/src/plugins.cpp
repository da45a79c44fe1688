#include "ebra/plugins.hpp"

#include "plugin_dirs.hpp"

#include "ebra/abi/ext/draft/provider_preview.h"
#include "ebra/abi/ext/draft/store_recover.h"
#include "plugin/breadcrumb.hpp"
#include "plugin/instance.hpp"
#include "plugin/library_search.hpp"
#include "plugin/store.hpp"

#include <array>

namespace ebra {

namespace {

constexpr std::array kInterfaces = {
    EBRA_STORE_ID,         EBRA_STORE_TIMELINE_ID, EBRA_STORE_OUTBOX_ID, EBRA_STORE_CHECK_ID,
    EBRA_STORE_MIGRATE_ID, EBRA_STORE_RECOVER_ID,  EBRA_PROVIDER_ID,     EBRA_PROVIDER_PREVIEW_ID};

std::vector<std::string> interfaces_of(const ebra_plugin& plugin) {
    std::vector<std::string> offered;
    for (const char* id : kInterfaces) {
        if (plugin.get_interface(id) != nullptr) offered.emplace_back(id);
    }
    return offered;
}

PluginReport report_of(const std::string& name, const LoaderPolicy& policy) {
    PluginReport report;
    report.name = name;
    const Result<LoadedPlugin> loaded = load_plugin(plugin_request(name, ""), policy);
    if (!loaded) {
        report.problem = loaded.error().message;
        return report;
    }
    const ebra_plugin& plugin = *loaded->descriptor;
    report.id = plugin.id;
    report.version = plugin.version;
    report.summary = plugin.summary;
    report.needs_minor = plugin.needs_minor;
    report.offers = interfaces_of(plugin);
    report.path = loaded->path;
    report.sha256 = loaded->sha256;
    return report;
}

/// Checks one plugin of a config after the other and collects what is wrong.
class PluginChecker {
 public:
    explicit PluginChecker(const Config& config)
        : config_(config), policy_(loader_policy(config)) {}

    std::vector<ConfigProblem> check() {
        const StoreConfig& store = config_.store;
        check_one("store", "store.plugin", plugin_request(store.plugin, store.sha256),
                  store.options_json, EBRA_STORE_ID, store.selected_by);
        for (std::size_t index = 0; index < config_.providers.size(); ++index) {
            const ProviderConfig& provider = config_.providers[index];
            const std::string owner = "provider/" + std::to_string(index);
            check_one(owner, owner + ".plugin", plugin_request(provider.plugin, provider.sha256),
                      provider.options_json, EBRA_PROVIDER_ID, provider.selected_by);
        }
        return std::move(problems_);
    }

 private:
    void check_one(const std::string& owner, const std::string& plugin_key,
                   const PluginRequest& request, const std::string& options_json,
                   const char* interface, const std::string& selected_by) {
        const Result<LoadedPlugin> loaded = load_plugin(request, policy_);
        // Whoever let a variable choose the plugin never wrote its name.
        const std::string because =
            selected_by.empty() ? "" : " (it was selected by " + selected_by + ")";
        if (!loaded) {
            return add(place_of(plugin_key, owner), plugin_key, loaded.error().message + because);
        }
        const ebra_plugin& plugin = *loaded->descriptor;
        if (plugin.get_interface(interface) == nullptr) {
            return add(place_of(plugin_key, owner), plugin_key,
                       std::string("plugin ") + plugin.id + " offers no " + interface +
                           "; name one that does, see ebra plugins");
        }
        for (const OptionProblem& problem : option_problems(plugin, options_json)) {
            add(config_.position_of(owner, problem.pointer), owner + "/options" + problem.pointer,
                std::string(plugin.id) + ": options" + problem.pointer + ": " + problem.text,
                problem.nearest);
        }
    }

    std::optional<ConfigPosition> place_of(const std::string& key, const std::string& owner) const {
        for (const std::string& one : {key, owner}) {
            const auto found = config_.positions.find(one);
            if (found != config_.positions.end()) return found->second;
        }
        return std::nullopt;
    }

    void add(std::optional<ConfigPosition> at, std::string key, std::string message,
             std::string nearest = {}) {
        problems_.push_back({at ? config_.file : std::string(), at.value_or(ConfigPosition{}),
                             std::move(key), std::move(message), std::move(nearest)});
    }

    const Config& config_;
    const LoaderPolicy policy_;
    std::vector<ConfigProblem> problems_;
};

ebra_migration_sink collect_migrations(std::vector<Migration>& into) {
    ebra_migration_sink sink{};
    sink.context = &into;
    sink.put = [](void* context, const ebra_migration* one) {
        static_cast<std::vector<Migration>*>(context)->push_back(
            {one->number, one->applied != 0, from_abi(one->name), from_abi(one->sql)});
    };
    return sink;
}

/// Calls list or apply of the configured store's migrations.
template <typename Function>
Result<std::vector<Migration>> run_migrations(const Config& config, Function&& function) {
    const Result<LoadedPlugin> loaded = load_plugin(
        plugin_request(config.store.plugin, config.store.sha256), loader_policy(config));
    if (!loaded) return loaded.error();
    const ebra_plugin& plugin = *loaded->descriptor;
    const auto* table =
        static_cast<const ebra_store_migrate*>(plugin.get_interface(EBRA_STORE_MIGRATE_ID));
    if (table == nullptr) {
        return Error{ErrorCode::kUnsupported,
                     std::string("plugin ") + plugin.id + " has no migrations"};
    }
    std::vector<Migration> migrations;
    const ebra_migration_sink sink = collect_migrations(migrations);
    ebra_error error{};
    error.struct_size = sizeof error;
    const Breadcrumb breadcrumb(plugin.id, "migrate");
    try {
        const ebra_status status =
            function(*table, abi_str(config.store.options_json), &sink, &error);
        if (status != EBRA_OK) return error_from(status, error);
    } catch (...) {
        return Error{ErrorCode::kInDoubt,
                     std::string("plugin ") + plugin.id + " threw while migrating"};
    }
    return migrations;
}

}  // namespace

std::vector<PluginReport> report_plugins(const Config& config) {
    const LoaderPolicy policy = loader_policy(config);
    std::vector<PluginReport> reports;
    for (const std::string& name : library_names(policy.allowed_dirs)) {
        reports.push_back(report_of(name, policy));
    }
    return reports;
}

std::vector<ConfigProblem> check_plugins(const Config& config) {
    return PluginChecker(config).check();
}

Result<std::vector<Migration>> list_migrations(const Config& config) {
    return run_migrations(
        config, [](const ebra_store_migrate& table, auto... rest) { return table.list(rest...); });
}

Result<std::vector<Migration>> apply_migrations(const Config& config) {
    return run_migrations(
        config, [](const ebra_store_migrate& table, auto... rest) { return table.apply(rest...); });
}

}  // namespace ebra
