#include "config/selection.hpp"

#include "config/values.hpp"

#include <nlohmann/json.hpp>

namespace ebra::config {

namespace {

ConfigProblem variable_problem(const Environment::Value& value, const std::string& name,
                               const std::string& expected) {
    return {"", {}, name, value.source + ": \"" + value.text + "\" is not " + expected, ""};
}

/// A plugin's options as JSON, changed.
template <typename Change>
void change_options(std::string& options_json, Change&& change) {
    nlohmann::json options = nlohmann::json::parse(options_json);
    change(options);
    options_json = options.dump();
}

void apply_port(const Environment& environment, Config& config,
                std::vector<ConfigProblem>& problems) {
    const auto port = environment.get("PORT");
    if (!port) return;
    const auto number = parse_integer(port->text);
    if (!number || *number < 0 || *number > 65'535) {
        problems.push_back(variable_problem(*port, "PORT", "a port from 0 to 65535"));
        return;
    }
    const std::size_t colon = config.http.listen.rfind(':');
    config.http.listen = config.http.listen.substr(0, colon) + ":" + std::to_string(*number);
}

void select_store(const Environment& environment, const FileReader& file, Config& config,
                  std::vector<ConfigProblem>& problems) {
    const auto host = environment.get("DB_HOST");
    if (!host) {
        if (!file.has_store()) config.store.options_json = R"({"path":"ebra.db"})";
        return;
    }
    const bool is_sqlite = file.has_store() && config.store.plugin == "store-sqlite";
    if (is_sqlite) {
        problems.push_back({"",
                            {},
                            "DB_HOST",
                            host->source + " asks for PostgreSQL, but [store] names store-sqlite; "
                                           "unset DB_HOST or change [store]",
                            ""});
        return;
    }
    if (!file.has_store()) config.store.plugin = "store-postgres";
    change_options(config.store.options_json, [&](nlohmann::json& options) {
        options["host"] = host->text;
        const std::pair<const char*, const char*> names[] = {{"DB_PORT", "port"},
                                                             {"DB_USER", "user"},
                                                             {"DB_PASS", "password"},
                                                             {"DB_NAME", "dbname"}};
        for (const auto& [variable, option] : names) {
            if (const auto value = environment.get(variable)) options[option] = value->text;
        }
    });
}

bool read_boolean(const Environment& environment, const char* name, bool otherwise,
                  std::vector<ConfigProblem>& problems) {
    const auto value = environment.get(name);
    if (!value) return otherwise;
    const auto made = parse_boolean(value->text);
    if (!made) problems.push_back(variable_problem(*value, name, "true or false"));
    return made.value_or(otherwise);
}

void select_provider(const Environment& environment, Config& config,
                     std::vector<ConfigProblem>& problems) {
    const bool wants_simulator = read_boolean(environment, "USE_SIMULATOR", false, problems);
    if (!config.providers.empty()) return;
    ProviderConfig& provider = config.providers.emplace_back();
    const auto url = environment.get("PROVIDER_BASE_URL");
    if (url && !wants_simulator) {
        provider.name = "main";
        provider.plugin = "provider-http";
        provider.options_json =
            nlohmann::json{{"preset", "generic"}, {"base_url", url->text}}.dump();
    } else {
        provider.name = "sim";
        provider.plugin = "provider-sim";
    }
}

std::int64_t read_delay(const Environment& environment, std::vector<ConfigProblem>& problems) {
    constexpr const char* kName = "SIMULATOR_CALLBACK_DELAY_SEC";
    constexpr std::int64_t kDayInSeconds = 86'400;
    const auto value = environment.get(kName);
    const std::int64_t seconds = value ? parse_integer(value->text).value_or(-1) : 1;
    if (seconds >= 0 && seconds <= kDayInSeconds) return seconds;
    problems.push_back(
        variable_problem(*value, kName, "a whole number of seconds from 0 to 86400"));
    return 1;
}

void fill_simulators(const Environment& environment, Config& config,
                     std::vector<ConfigProblem>& problems) {
    const bool sets_automatic = environment.get("SIMULATOR_AUTO_CALLBACK").has_value();
    const bool is_automatic =
        read_boolean(environment, "SIMULATOR_AUTO_CALLBACK", false, problems);
    const bool sets_delay = environment.get("SIMULATOR_CALLBACK_DELAY_SEC").has_value();
    const std::int64_t delay_seconds = read_delay(environment, problems);
    for (ProviderConfig& provider : config.providers) {
        if (provider.plugin != "provider-sim") continue;
        change_options(provider.options_json, [&](nlohmann::json& options) {
            if (sets_automatic) options["auto_callback"] = is_automatic;
            if (sets_delay) options["callback_delay_sec"] = delay_seconds;
            if (!config.http.callback_secret.empty() && !options.contains("callback_secret")) {
                options["callback_secret"] = config.http.callback_secret;
            }
        });
    }
}

}  // namespace

void apply_variables(const Environment& environment, const FileReader& file, Config& config,
                     std::vector<ConfigProblem>& problems) {
    apply_port(environment, config, problems);
    for (const auto& field : fields()) {
        const std::string key = std::string(field.section) + "." + std::string(field.name);
        std::string source = file.is_set(key) || file.is_set(key + "_file") ? "file" : "default";
        const auto value =
            field.environment.empty() ? std::nullopt : environment.get(field.environment);
        if (value) {
            source = value->source;
            const auto wanted =
                set_from_text(field, config, value->text, field.is_seconds_in_environment);
            if (wanted) {
                problems.push_back(
                    variable_problem(*value, std::string(field.environment), *wanted));
            }
        }
        config.effective.push_back({key, shown(field, config), source});
    }
}

void select_plugins(const Environment& environment, const FileReader& file, Config& config,
                    std::vector<ConfigProblem>& problems) {
    select_store(environment, file, config, problems);
    select_provider(environment, config, problems);
    fill_simulators(environment, config, problems);
}

}  // namespace ebra::config
