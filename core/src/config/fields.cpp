#include "config/fields.hpp"

#include <array>

namespace ebra::config {

namespace {

constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

constexpr std::array<std::string_view, 2> kUnknownPolicies{"retry", "fail"};
constexpr std::array<std::string_view, 3> kPhoneChecks{"e164", "possible", "valid"};
constexpr std::array<std::string_view, 4> kLogLevels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kLogFormats{"text", "json"};

/// A setting and the member of `Owner` that holds it.
template <typename Owner>
struct Entry {
    Setting setting;
    std::variant<std::int64_t Owner::*, double Owner::*, std::string Owner::*> member;
};

struct Range {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

template <typename Owner>
constexpr Entry<Owner> integer(std::string_view name, std::int64_t Owner::*member, Range range,
                               std::string_view meaning, std::string_view environment = {}) {
    return {{name, Kind::kInteger, meaning, environment, range.min, range.max, {}}, member};
}

template <typename Owner>
constexpr Entry<Owner> number(std::string_view name, double Owner::*member, Range range,
                              std::string_view meaning) {
    return {{name, Kind::kNumber, meaning, {}, range.min, range.max, {}}, member};
}

template <typename Owner>
constexpr Entry<Owner> duration(std::string_view name, std::int64_t Owner::*member, Range range,
                                std::string_view meaning, std::string_view environment = {}) {
    return {{name, Kind::kDuration, meaning, environment, range.min, range.max, {}}, member};
}

template <typename Owner>
constexpr Entry<Owner> text(std::string_view name, std::string Owner::*member,
                            std::string_view meaning, std::string_view environment = {}) {
    return {{name, Kind::kText, meaning, environment, 0, 0, {}}, member};
}

template <typename Owner>
constexpr Entry<Owner> secret(std::string_view name, std::string Owner::*member,
                              std::string_view meaning, std::string_view environment) {
    return {{name, Kind::kSecret, meaning, environment, 0, 0, {}}, member};
}

template <typename Owner>
constexpr Entry<Owner> choice(std::string_view name, std::string Owner::*member,
                              std::span<const std::string_view> choices, std::string_view meaning) {
    return {{name, Kind::kChoice, meaning, {}, 0, 0, choices}, member};
}

constexpr std::array kEngine{
    integer("global_concurrency", &EngineConfig::global_concurrency, {1, 100'000},
            "calls in flight at most, over all nodes", "GLOBAL_CONCURRENCY"),
    integer("max_attempts", &EngineConfig::max_attempts, {1, 100},
            "attempts before a call is FAILED", "MAX_ATTEMPTS"),
    duration("base_retry", &EngineConfig::base_retry_ms, {1, kDay},
             "wait before the second attempt; doubles each time", "BASE_RETRY_SECONDS"),
    duration("max_retry", &EngineConfig::max_retry_ms, {1, kDay},
             "longest wait between two attempts"),
    integer("retry_jitter_percent", &EngineConfig::retry_jitter_percent, {0, 100},
            "added to a wait at random, never taken away"),
    text("retry_on", &EngineConfig::retry_on,
         "failures that providers report which are tried again, and after how long"),
    duration("min_gap_per_number", &EngineConfig::min_gap_per_number_ms, {0, 7 * kDay},
             "how long a number is left alone after a call that may have rung it"),
    duration("keep_finished", &EngineConfig::keep_finished_ms, {0, 366 * kDay},
             "how long finished calls are kept, 24h or more; 0s = for ever"),
    duration("stale_after", &EngineConfig::stale_after_ms, {kSecond, 7 * kDay},
             "silence after which the policy on_unknown decides", "STALE_INPROG_SECONDS"),
    duration("query_after", &EngineConfig::query_after_ms, {kSecond, kDay},
             "silence after which the provider is asked"),
    choice("on_unknown", &EngineConfig::on_unknown, kUnknownPolicies,
           "what to do when nobody can say whether the phone rang"),
    duration("lease", &EngineConfig::lease_ms, {kSecond, kHour},
             "a node silent for so long is dead"),
    duration("start_timeout", &EngineConfig::start_timeout_ms, {100, kHour},
             "how long a provider may take to answer a start"),
    integer("claim_batch_max", &EngineConfig::claim_batch_max, {1, 1'000},
            "calls claimed in one transaction"),
    integer("intake_queue_max", &EngineConfig::intake_queue_max, {1, 1'000'000},
            "requests that may wait to be stored; beyond it clients are told 503"),
    duration("stop_deadline", &EngineConfig::stop_deadline_ms, {0, kHour},
             "how long a stop waits for starts under way"),
};

constexpr std::array kHttp{
    text("listen", &HttpConfig::listen, "address and port; PORT sets the port alone"),
    text("public_url", &HttpConfig::public_url,
         "where providers call back; derived from listen when empty", "PUBLIC_BASE_URL"),
    secret("api_key", &HttpConfig::api_key, "demanded on all but health and callbacks", "API_KEY"),
    secret("callback_secret", &HttpConfig::callback_secret, "callbacks must be signed with it",
           "CALLBACK_SECRET"),
    integer("body_bytes_max", &HttpConfig::body_bytes_max, {1'024, 67'108'864},
            "largest request body"),
    integer("metadata_bytes_max", &HttpConfig::metadata_bytes_max, {2, 65'536},
            "largest metadata of a call"),
    integer("connections_max", &HttpConfig::connections_max, {1, 100'000}, "connections at once"),
    integer("threads", &HttpConfig::threads, {1, 64}, "threads that read requests"),
    choice("phone_check", &HttpConfig::phone_check, kPhoneChecks,
           "how strictly a number is checked"),
    text("phone_region", &HttpConfig::phone_region, "country of numbers without +, e.g. \"US\""),
};

constexpr std::array kLog{
    choice("level", &LogConfig::level, kLogLevels, "lowest level written"),
    choice("format", &LogConfig::format, kLogFormats, "form of a log line"),
};

constexpr std::array kStore{
    text("plugin", &StoreConfig::plugin, "name or absolute path of the plugin"),
    text("sha256", &StoreConfig::sha256, "the plugin file must have this digest"),
};

constexpr std::array kProvider{
    text("name", &ProviderConfig::name, "its name in routes, logs and limits"),
    text("plugin", &ProviderConfig::plugin, "name or absolute path of the plugin"),
    text("sha256", &ProviderConfig::sha256, "the plugin file must have this digest"),
    integer("max_concurrent", &ProviderConfig::max_concurrent, {0, 100'000},
            "calls in flight at this provider; 0 = only the global cap"),
    number("starts_per_second", &ProviderConfig::starts_per_second, {0, 100'000},
           "starts per second over all nodes; 0 = no limit"),
    integer("burst", &ProviderConfig::burst, {1, 100'000}, "starts at once under that rate"),
};

template <typename Owner, std::size_t kSize>
void append(std::vector<Field>& fields, std::string_view section,
            const std::array<Entry<Owner>, kSize>& entries, Owner& owner) {
    for (const Entry<Owner>& entry : entries) {
        Field& field = fields.emplace_back();
        field.section = section;
        field.setting = &entry.setting;
        std::visit([&](auto member) { field.value = &(owner.*member); }, entry.member);
    }
}

}  // namespace

std::string Field::key() const {
    const std::string name(setting->name);
    return section.empty() ? name : std::string(section) + "." + name;
}

std::vector<Field> fields_of(Config& config) {
    std::vector<Field> fields;
    append(fields, "engine", kEngine, config.engine);
    append(fields, "http", kHttp, config.http);
    append(fields, "log", kLog, config.log);
    append(fields, "store", kStore, config.store);
    return fields;
}

std::vector<Field> fields_of(ProviderConfig& provider) {
    std::vector<Field> fields;
    append(fields, "", kProvider, provider);
    return fields;
}

const std::vector<EnvironmentVariable>& special_variables() {
    static const std::vector<EnvironmentVariable> all = {
        {"PORT", "3000", "port to listen on"},
        {"PROVIDER_BASE_URL", "", "selects provider-http, generic dialect, at this URL"},
        {"USE_SIMULATOR", "", "true: the simulator, whatever PROVIDER_BASE_URL says"},
        {"SIMULATOR_AUTO_CALLBACK", "false", "true: the simulator reports the end of each call"},
        {"SIMULATOR_CALLBACK_DELAY_SEC", "1", "how long after the end it does so, in seconds"},
        {"DB_HOST", "", "selects store-postgres on this host"},
        {"DB_PORT", "5432", "its port"},
        {"DB_USER", "", "its user"},
        {"DB_PASS", "", "its password"},
        {"DB_NAME", "ebra", "its database"},
    };
    return all;
}

}  // namespace ebra::config
