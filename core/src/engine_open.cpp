// Engine::open(): from a config to loaded plugins, an open store and configured providers.
#include "callback_ref.hpp"
#include "config/retry_on.hpp"
#include "engine_parts.hpp"
#include "plugin_dirs.hpp"
#include "store_needs.hpp"

#include <algorithm>
#include <array>
#include <cstring>
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
    for (const auto& [name, wait_ms] :
         config::parse_retry_on(engine.retry_on).value_or(std::map<std::string, std::int64_t>())) {
        made.retry_on.emplace(disposition_named(name).value_or(Disposition::kNone), wait_ms);
    }
    made.stale_after_ms = engine.stale_after_ms;
    made.query_after_ms = engine.query_after_ms;
    made.on_unknown = engine.on_unknown == "fail" ? UnknownPolicy::kFail : UnknownPolicy::kRetry;
    made.lease_ms = engine.lease_ms;
    made.start_timeout_ms = engine.start_timeout_ms;
    made.keep_finished_ms = engine.keep_finished_ms;
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
    const PluginRequest request = plugin_request(config.plugin, config.sha256);
    auto instance = PluginInstance::open(request, policy, "store", config.options_json, parts.clock,
                                         parts.random, nullptr);
    if (!instance) return because(std::move(instance).error(), config.selected_by);
    parts.store_instance = std::move(instance).value();
    const auto table = parts.store_instance->store_table();
    if (!table) return table.error();
    const auto unmet = unmet_needs(parts.config, *parts.store_instance->plugin().descriptor);
    if (!unmet.empty()) return Error{ErrorCode::kUnsupported, unmet.front().message};
    parts.store = std::make_unique<Store>(table.value(), parts.store_instance->self(),
                                          parts.store_instance->store_extensions());
    return Done{};
}

Status open_provider(Engine::Parts& parts, const LoaderPolicy& policy,
                     const ProviderConfig& config) {
    const PluginRequest request = plugin_request(config.plugin, config.sha256);
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

/// What the config says of limits and of numbers, as the store keeps it for all nodes.
Status set_rules(Engine::Parts& parts) {
    const Result<TimeMs> now = parts.store->now();
    if (!now) return now.error();
    const Status set = parts.store->limits_set(now.value(), limits_of(parts.config));
    if (!set || !parts.store->can_keep_gap()) return set;
    return parts.store->gap_set(now.value(), parts.config.engine.min_gap_per_number_ms);
}

/// Calls in flight at a provider this config does not have would be nobody's: somebody has to say
/// what becomes of them.
Status adopt_orphans(Engine::Parts& parts, const OrphanPolicies& orphans) {
    for (const auto& [name, policy] : orphans) {
        if (policy == "keep") continue;
        parts.settings.orphan_policies[name] =
            policy == "fail" ? UnknownPolicy::kFail : UnknownPolicy::kRetry;
    }
    const Result<std::vector<Limit>> limits = parts.store->limits();
    if (!limits) return limits.error();
    for (const Limit& limit : limits.value()) {
        if (limit.in_flight == 0 || limit.key.rfind(EBRA_LIMIT_PROVIDER_PREFIX, 0) != 0) continue;
        const std::string name = limit.key.substr(std::strlen(EBRA_LIMIT_PROVIDER_PREFIX));
        const auto& known = parts.config.providers;
        const bool is_known = std::any_of(known.begin(), known.end(),
                                          [&](const auto& one) { return one.name == name; });
        if (is_known || orphans.contains(name)) continue;
        return Error{ErrorCode::kConflict,
                     "provider \"" + name + "\" has " + std::to_string(limit.in_flight) +
                         " calls in flight and is not in the config; put it back, or start with "
                         "--orphan-provider " +
                         name + "=keep (or =retry, =fail)"};
    }
    return Done{};
}

/// 256 bits that all nodes of this store share.
Result<std::string> cluster_secret(Engine::Parts& parts) {
    std::string proposed;
    for (int n = 0; n < 4; ++n) proposed += std::to_string(parts.random.next()) + ".";
    return parts.store->setting(kSecretSetting, proposed);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const Config& config, Role role,
                                             const OrphanPolicies& orphans) {
    auto parts = std::make_unique<Parts>();
    parts->config = config;
    parts->role = role;
    parts->settings = node_settings(config);
    const LoaderPolicy policy = loader_policy(config);

    Status opened = open_store(*parts, policy);
    if (!opened) return opened.error();
    if ((parts->store->capabilities() & EBRA_STORE_PARALLEL) != 0) {
        parts->settings.intake_lanes = Intake::kLanesMax;
    }
    opened = adopt_orphans(*parts, orphans);
    if (!opened) return opened.error();
    for (const ProviderConfig& provider : config.providers) {
        opened = open_provider(*parts, policy, provider);
        if (!opened) {
            return Error{opened.error().code,
                         "provider \"" + provider.name + "\": " + opened.error().message};
        }
    }
    opened = set_rules(*parts);
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
