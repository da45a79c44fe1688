#include "config/selection.hpp"

#include "config/values.hpp"

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace ebra::config {

namespace {

/// PORT changes a part of it.
constexpr std::string_view kListen = "http.listen";

ConfigProblem variable_problem(const Environment::Value& value, const std::string& name,
                               const std::string& expected) {
    return {"", {}, name, value.source + ": \"" + value.text + "\" is not " + expected, ""};
}

/// A plugin's options as JSON, changed. Variables may hold any bytes; JSON holds text.
template <typename Change>
void change_options(std::string& options_json, const std::string& what,
                    std::vector<ConfigProblem>& problems, const Change& change) {
    nlohmann::json options = nlohmann::json::parse(options_json);
    change(options);
    try {
        options_json = options.dump();
    } catch (const nlohmann::json::exception&) {
        problems.push_back({"", {}, what, "a value of " + what + " is not UTF-8 text", ""});
    }
}

/// True for the name of a plugin and for a path to its file.
bool is_plugin(const std::string& name_or_path, std::string_view name) {
    return std::filesystem::path(name_or_path).stem() == name;
}

void apply_port(const Environment& environment, Config& config,
                std::vector<ConfigProblem>& problems) {
    const auto port = environment.get("PORT");
    if (!port) return;
    if (!is_port(port->text)) {
        problems.push_back(variable_problem(*port, "PORT", "a port from 0 to 65535"));
        return;
    }
    const std::size_t colon = config.http.listen.rfind(':');
    config.http.listen = config.http.listen.substr(0, colon) + ":" + port->text;
}

/// Why DB_HOST cannot be followed; empty when it can.
std::string objection_to_database(const FileReader& file, const Config& config) {
    if (file.has_store() && !is_plugin(config.store.plugin, "store-postgres")) {
        return "asks for PostgreSQL, but [store] names " + config.store.plugin +
               "; unset DB_HOST or change [store]";
    }
    if (config.positions.contains("store/options/url")) {
        return "and the url of [store] both say where the database is; unset DB_HOST or remove url";
    }
    return {};
}

void select_database(const Environment& environment, const Environment::Value& host, Config& config,
                     std::vector<ConfigProblem>& problems) {
    struct Option {
        const char* variable;
        const char* name;
        const char* otherwise;  ///< As documented: libpq's own defaults are others.
    };
    constexpr std::array<Option, 4> kOptions{{{"DB_PORT", "port", "5432"},
                                              {"DB_USER", "user", ""},
                                              {"DB_PASS", "password", ""},
                                              {"DB_NAME", "dbname", "ebra"}}};
    const auto port = environment.get("DB_PORT");
    if (port && (!is_port(port->text) || port->text == "0")) {
        problems.push_back(variable_problem(*port, "DB_PORT", "a port from 1 to 65535"));
    }
    if (!config.store.selected_by.empty()) config.store.plugin = "store-postgres";
    change_options(config.store.options_json, "DB_*", problems, [&](nlohmann::json& options) {
        options["host"] = host.text;
        for (const Option& option : kOptions) {
            const auto value = environment.get(option.variable);
            const bool has_default = *option.otherwise != '\0' && !options.contains(option.name);
            if (value || has_default) {
                options[option.name] = value ? value->text : option.otherwise;
            }
        }
    });
}

void select_store(const Environment& environment, const FileReader& file, Config& config,
                  std::vector<ConfigProblem>& problems) {
    const auto host = environment.get("DB_HOST");
    if (!host) {
        if (!file.has_store()) config.store.options_json = R"({"path":"ebra.db"})";
        return;
    }
    const std::string objection = objection_to_database(file, config);
    if (!objection.empty()) {
        const auto at = config.positions.find("store");
        problems.push_back({file.has_store() ? config.file : "",
                            at == config.positions.end() ? ConfigPosition{} : at->second, "DB_HOST",
                            host->source + " " + objection, ""});
        return;
    }
    if (!file.has_store()) config.store.selected_by = host->source;
    select_database(environment, *host, config, problems);
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
    if (!url || wants_simulator) {
        provider.name = "sim";
        provider.plugin = "provider-sim";
        return;
    }
    provider.name = "main";
    provider.plugin = "provider-http";
    provider.selected_by = url->source;
    change_options(provider.options_json, "PROVIDER_BASE_URL", problems,
                   [&](nlohmann::json& options) {
                       options["preset"] = "generic";
                       options["base_url"] = url->text;
                   });
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
    const bool is_automatic = read_boolean(environment, "SIMULATOR_AUTO_CALLBACK", false, problems);
    const bool sets_delay = environment.get("SIMULATOR_CALLBACK_DELAY_SEC").has_value();
    const std::int64_t delay_seconds = read_delay(environment, problems);
    for (ProviderConfig& provider : config.providers) {
        if (!is_plugin(provider.plugin, "provider-sim")) continue;
        change_options(
            provider.options_json, "CALLBACK_SECRET", problems, [&](nlohmann::json& options) {
                if (sets_automatic) options["auto_callback"] = is_automatic;
                if (sets_delay) options["callback_delay_sec"] = delay_seconds;
                if (!config.http.callback_secret.empty() && !options.contains("callback_secret")) {
                    options["callback_secret"] = config.http.callback_secret;
                }
            });
    }
}

void list_provider(const std::string& owner, ProviderConfig& provider, Config& config) {
    for (const Field& field : fields_of(provider)) {
        const std::string name(field.setting->name);
        if (name == "name") continue;
        EffectiveSetting setting{"provider." + provider.name + "." + name, shown(field), "default"};
        if (config.positions.contains(owner + "." + name)) setting.source = "file";
        if (name == "plugin" && !provider.selected_by.empty())
            setting.source = provider.selected_by;
        config.effective.push_back(std::move(setting));
    }
}

/// What the listing says of a plugin: who named it, and never its options, which may hold secrets.
void list_selected(Config& config) {
    for (EffectiveSetting& setting : config.effective) {
        const bool is_selected = setting.key == "store.plugin" && !config.store.selected_by.empty();
        if (is_selected) setting = {setting.key, config.store.plugin, config.store.selected_by};
    }
    for (std::size_t index = 0; index < config.providers.size(); ++index) {
        list_provider("provider/" + std::to_string(index), config.providers[index], config);
    }
}

}  // namespace

void apply_variables(const Environment& environment, const FileReader& file, Config& config,
                     std::vector<ConfigProblem>& problems) {
    apply_port(environment, config, problems);
    for (const Field& field : fields_of(config)) {
        const std::string key = field.key();
        const bool is_in_file = file.is_set(key) || file.is_set(key + "_file");
        EffectiveSetting setting{key, "", is_in_file ? "file" : "default"};
        const std::string variable(key == kListen ? "PORT" : field.setting->environment);
        const auto value = variable.empty() ? std::nullopt : environment.get(variable);
        if (value) {
            setting.source = value->source;
            if (key != kListen && !set_from_variable(field, value->text)) {
                problems.push_back(
                    variable_problem(*value, variable, expected_of_variable(*field.setting)));
            }
        }
        // What ${...} stood for may be a secret: shown as written.
        const auto written = value ? std::nullopt : file.written(key);
        setting.value = written.value_or(shown(field));
        config.effective.push_back(std::move(setting));
    }
}

void select_plugins(const Environment& environment, const FileReader& file, Config& config,
                    std::vector<ConfigProblem>& problems) {
    select_store(environment, file, config, problems);
    select_provider(environment, config, problems);
    fill_simulators(environment, config, problems);
    list_selected(config);
}

}  // namespace ebra::config
