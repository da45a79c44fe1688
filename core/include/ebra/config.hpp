/// @file
/// Config: every setting of the program as one validated value, and where each came from. Sources,
/// the later winning: defaults, the TOML file, `.env`, the real environment. Loading reads files
/// and nothing else; it keeps no state. A Config that exists is sound.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ebra {

/// A finished call stays so long at least: its webhooks may still come, and its client may repeat
/// the request under its key.
inline constexpr std::int64_t kKeepFinishedMsMin = 24 * 3'600'000;

/// [engine]
struct EngineConfig {
    std::int64_t global_concurrency = 30;
    std::int64_t max_attempts = 3;
    std::int64_t base_retry_ms = 30'000;
    std::int64_t max_retry_ms = 3'600'000;
    std::int64_t retry_jitter_percent = 10;
    std::string retry_on;  ///< "busy: 5m, no_answer: 30m"; empty = a reported failure is final.
    std::int64_t min_gap_per_number_ms = 0;  ///< From the end of a call to the next to its number.
    std::int64_t keep_finished_ms = 0;       ///< From a call's end to its removal; 0 = for ever.
    std::int64_t stale_after_ms = 900'000;
    std::int64_t query_after_ms = 120'000;
    std::string on_unknown = "retry";  ///< "retry" or "fail"
    std::int64_t lease_ms = 15'000;
    std::int64_t start_timeout_ms = 30'000;
    std::int64_t claim_batch_max = 100;
    std::int64_t intake_queue_max = 20'000;
    std::int64_t stop_deadline_ms = 30'000;
};

/// [http]
struct HttpConfig {
    std::string listen = "127.0.0.1:3000";
    std::string public_url;  ///< Empty = derived from the bound address.
    std::string api_key;
    std::string callback_secret;
    std::int64_t body_bytes_max = 1'048'576;
    std::int64_t metadata_bytes_max = 65'536;
    std::int64_t connections_max = 4'096;
    std::int64_t threads = 2;
    std::string phone_check = "possible";  ///< "e164", "possible" or "valid"
    std::string phone_region;  ///< ISO 3166, for numbers without +; empty = they are refused.
};

/// [log]
struct LogConfig {
    std::string level = "info";   ///< "debug", "info", "warn" or "error"
    std::string format = "text";  ///< "text" or "json"
};

/// [store]
struct StoreConfig {
    std::string plugin = "store-sqlite";
    std::string sha256;  ///< Pin; empty = none.
    std::string options_json = "{}";
    std::string selected_by;  ///< "environment DB_HOST" when a variable chose the plugin.
};

/// [[provider]]
struct ProviderConfig {
    std::string name;
    std::string plugin;
    std::string sha256;
    std::int64_t max_concurrent = 0;  ///< 0 = only the global cap.
    double starts_per_second = 0;     ///< 0 = no limit.
    std::int64_t burst = 1;
    std::string options_json = "{}";
    std::string selected_by;  ///< "environment PROVIDER_BASE_URL" when a variable chose the plugin.
};

/// A place in the config file; both from 1.
struct ConfigPosition {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// One setting, for people: secrets are shown as "(set)", and what ${NAME} stands for as written.
struct EffectiveSetting {
    std::string key;
    std::string value;
    std::string source;  ///< "default", "file", ".env NAME" or "environment NAME"
};

struct Config {
    std::vector<std::string>
        plugin_dirs;  ///< Empty = the installed folder and the one beside the binary.
    EngineConfig engine;
    HttpConfig http;
    LogConfig log;
    StoreConfig store;
    std::vector<ProviderConfig> providers;

    std::string file;  ///< The file read, or empty.
    std::vector<EffectiveSetting> effective;
    /// Where things stand in the file: "store/options/path", "provider/0/options/seed" ...
    std::map<std::string, ConfigPosition> positions;

    /// Digest of the settings that all nodes should share: engine, store plugin, providers, no
    /// secrets.
    std::string shared_digest() const;
    /// The place of a JSON pointer inside the options of `owner` ("store", "provider/0"), or of the
    /// nearest thing around it.
    std::optional<ConfigPosition> position_of(const std::string& owner,
                                              std::string_view json_pointer) const;
};

/// One thing that is wrong. `line` 0: not in the file.
struct ConfigProblem {
    std::string file;
    ConfigPosition at;
    std::string key;
    std::string message;     ///< What is wrong and what was expected.
    std::string suggestion;  ///< The nearest valid name, or empty.
};

/// What to load from. Everything outside the value comes in here, so that tests set it.
struct ConfigInput {
    std::optional<std::filesystem::path> file;
    /// The real environment: the value of a variable, or nothing.
    std::function<std::optional<std::string>(std::string_view name)> environment;
    std::filesystem::path working_directory;  ///< Where `.env` may stand.
};

/// The config, or everything that is wrong with it. Blocks on reading files.
std::variant<Config, std::vector<ConfigProblem>> load_config(const ConfigInput& input);

/// What could be read of a config, and everything that is wrong with it: where anything is, the
/// config serves to find more of it and for nothing else.
struct ConfigReading {
    Config config;
    std::vector<ConfigProblem> problems;
};
ConfigReading inspect_config(const ConfigInput& input);

/// A problem as a compiler would show it: message, place, the line with a caret, help.
std::string format_problem(const ConfigProblem& problem);

/// A duration as the config writes it ("30d", "1h30m") in milliseconds; nothing when it is none.
std::optional<std::int64_t> duration_ms(std::string_view text);

/// The candidate with the smallest edit distance to `word`, or that `word` begins with, when it is
/// near enough; else empty.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

/// Every variable the program reads, with default and meaning, as `.env.example` must show them.
struct EnvironmentVariable {
    std::string name;
    std::string default_text;
    std::string meaning;
};
std::vector<EnvironmentVariable> environment_variables();

/// The real environment of this process, for ConfigInput.
std::optional<std::string> process_environment(std::string_view name);

}  // namespace ebra
