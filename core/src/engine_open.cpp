// Engine::open(): from a config to loaded plugins, an open store and configured providers.
#include "callback_ref.hpp"
#include "engine_parts.hpp"
#include "log.hpp"

#include <array>
#include <filesystem>
#include <unistd.h>

namespace ebra {

namespace {

constexpr std::string_view kSecretSetting = "callback_ref_secret";

std::string host_name() {
    std::array<char, 256> name{};
    (void)gethostname(name.data(), name.size() - 1);
    return name.data();
}

NodeSettings node_settings(const Config& config) {
    const EngineConfig& engine = config.engine;
    NodeSettings made;
    made.max_attempts = static_cast<std::uint32_t>(engine.max_attempts);
    made.base_retry_ms = engine.base_retry_ms;
    made.max_retry_ms = engine.max_retry_ms;
    made.retry_jitter_percent = static_cast<std::uint32_t>(engine.retry_jitter_percent);
    made.stale_after_ms = engine.stale_after_ms;
    made.query_after_ms = engine.query_after_ms;
    made.on_unknown = engine.on_unknown == "fail" ? UnknownPolicy::kFail : UnknownPolicy::kRetry;
    made.lease_ms = engine.lease_ms;
    made.start_timeout_ms = engine.start_timeout_ms;
    made.claim_batch_max = static_cast<std::uint32_t>(engine.claim_batch_max);
    made.intake_queue_max = static_cast<std::size_t>(engine.intake_queue_max);
    made.config_digest = config.shared_digest();
    made.about = host_name() + " pid " + std::to_string(getpid());
    return made;
}

/// What the config says of limits, as rows: set at every start, so that a changed config counts.
std::vector<Limit> limits_of(const Config& config) {
    std::vector<Limit> limits;
    Limit& global = limits.emplace_back();
    global.key = EBRA_LIMIT_GLOBAL;
    global.mask = EBRA_LIMIT_SET_MAX;
    global.max_in_flight = config.engine.global_concurrency;
    for (const ProviderConfig& provider : config.providers) {
        Limit& limit = limits.emplace_back();
        limit.key = EBRA_LIMIT_PROVIDER_PREFIX + provider.name;
        limit.mask = EBRA_LIMIT_SET_MAX | EBRA_LIMIT_SET_RATE;
        limit.max_in_flight = provider.max_concurrent > 0 ? provider.max_concurrent : -1;
        limit.grants_per_1000s = provider.starts_per_second > 0
                                     ? static_cast<std::int64_t>(provider.starts_per_second * 1'000)
                                     : -1;
        limit.burst = provider.burst;
    }
    return limits;
}

/// An error about a plugin that a variable chose says so: the reader never wrote the plugin's name.
Error because(Error error, const std::string& selected_by) {
    if (!selected_by.empty()) error.message += " (it was selected by " + selected_by + ")";
    return error;
}

Status open_store(Engine::Parts& parts, const LoaderPolicy& policy) {
    const StoreConfig& config = parts.config.store;
    PluginRequest request;
    request.name_or_path = config.plugin;
    if (!config.sha256.empty()) request.sha256 = config.sha256;
    auto instance = PluginInstance::open(request, policy, "store", config.options_json, parts.clock,
                                         parts.random, nullptr);
    if (!instance) return because(std::move(instance).error(), config.selected_by);
    parts.store_instance = std::move(instance).value();
    const auto table = parts.store_instance->store_table();
    if (!table) return table.error();
    const auto* timeline =
        parts.store_instance->extension<ebra_store_timeline>(EBRA_STORE_TIMELINE_ID);
    parts.store = std::make_unique<Store>(table.value(), parts.store_instance->self(), timeline);
    return Done{};
}

Status open_provider(Engine::Parts& parts, const LoaderPolicy& policy,
                     const ProviderConfig& config) {
    PluginRequest request;
    request.name_or_path = config.plugin;
    if (!config.sha256.empty()) request.sha256 = config.sha256;
    auto instance = PluginInstance::open(request, policy, config.name, config.options_json,
                                         parts.clock, parts.random, &parts.operations);
    if (!instance) return because(std::move(instance).error(), config.selected_by);
    const auto table = instance.value()->provider_table();
    if (!table) return table.error();
    parts.providers.add(
        std::make_unique<Provider>(config.name, table.value(), instance.value()->self()));
    parts.provider_instances.push_back(std::move(instance).value());
    return Done{};
}

/// 256 bits that all nodes of this store share.
Result<std::string> cluster_secret(Engine::Parts& parts) {
    std::string proposed;
    for (int n = 0; n < 4; ++n) proposed += std::to_string(parts.random.next()) + ".";
    return parts.store->setting(kSecretSetting, proposed);
}

}  // namespace

std::vector<std::string> default_plugin_dirs() {
    std::vector<std::string> dirs;
    std::error_code failure;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", failure);
    const auto beside = binary.parent_path() / "plugins";
    if (!failure && std::filesystem::is_directory(beside, failure)) dirs.push_back(beside.string());
    if (std::filesystem::is_directory(EBRA_INSTALLED_PLUGIN_DIR, failure)) {
        dirs.emplace_back(EBRA_INSTALLED_PLUGIN_DIR);
    }
    return dirs;
}

Result<std::unique_ptr<Engine>> Engine::open(const Config& config, Role role) {
    auto parts = std::make_unique<Parts>();
    parts->config = config;
    parts->role = role;
    parts->settings = node_settings(config);
    LoaderPolicy policy;
    const auto& dirs = config.plugin_dirs.empty() ? default_plugin_dirs() : config.plugin_dirs;
    policy.allowed_dirs.assign(dirs.begin(), dirs.end());

    Status opened = open_store(*parts, policy);
    if (!opened) return opened.error();
    for (const ProviderConfig& provider : config.providers) {
        opened = open_provider(*parts, policy, provider);
        if (!opened) {
            return Error{opened.error().code,
                         "provider \"" + provider.name + "\": " + opened.error().message};
        }
    }
    const Result<TimeMs> now = parts->store->now();
    if (!now) return now.error();
    opened = parts->store->limits_set(now.value(), limits_of(config));
    if (!opened) return opened.error();
    Result<std::string> secret = cluster_secret(*parts);
    if (!secret) return std::move(secret).error();
    parts->cluster_secret = std::move(secret).value();
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

std::vector<std::string> Engine::describe() const {
    std::vector<std::string> lines;
    const auto line = [](const std::string& what, const PluginInstance& instance) {
        return what + ": " + instance.plugin().descriptor->id + " " +
               instance.plugin().descriptor->version;
    };
    lines.push_back(line("store", *parts_->store_instance));
    for (std::size_t at = 0; at < parts_->provider_instances.size(); ++at) {
        lines.push_back(
            line("provider " + parts_->config.providers[at].name, *parts_->provider_instances[at]));
    }
    return lines;
}

}  // namespace ebra
