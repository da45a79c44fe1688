#include "ebra/config.hpp"

#include "config/environment.hpp"
#include "config/fields.hpp"
#include "config/file_reader.hpp"
#include "config/rules.hpp"
#include "config/selection.hpp"
#include "config/values.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace ebra {

namespace {

constexpr std::int64_t kMsPerSecond = 1'000;

std::string sha256_hex(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string made;
    for (unsigned int at = 0; at < size; ++at) {
        made.push_back(kDigits[digest[at] >> 4]);
        made.push_back(kDigits[digest[at] & 0xF]);
    }
    return made;
}

}  // namespace

ConfigReading inspect_config(const ConfigInput& input) {
    ConfigReading reading;
    auto& [config, problems] = reading;
    const config::Environment environment(input, problems);
    if (input.file) config.file = input.file->string();
    config::FileReader file(config.file, environment, config, problems);
    if (input.file) file.read();
    config::apply_variables(environment, file, config, problems);
    config::select_plugins(environment, file, config, problems);
    if (problems.empty()) config::check_rules(config, problems);
    return reading;
}

std::variant<Config, std::vector<ConfigProblem>> load_config(const ConfigInput& input) {
    ConfigReading reading = inspect_config(input);
    if (!reading.problems.empty()) return std::move(reading.problems);
    return std::move(reading.config);
}

std::optional<std::int64_t> duration_ms(std::string_view text) {
    return config::parse_duration(text);
}

std::string Config::shared_digest() const {
    nlohmann::json shared = {{"global_concurrency", engine.global_concurrency},
                             {"max_attempts", engine.max_attempts},
                             {"base_retry", engine.base_retry_ms},
                             {"max_retry", engine.max_retry_ms},
                             {"stale_after", engine.stale_after_ms},
                             {"on_unknown", engine.on_unknown},
                             {"retry_on", engine.retry_on},
                             {"keep_finished", engine.keep_finished_ms},
                             {"min_gap_per_number", engine.min_gap_per_number_ms},
                             {"lease", engine.lease_ms}};
    for (const ProviderConfig& provider : providers) {
        shared["providers"].push_back({provider.name, provider.plugin, provider.max_concurrent,
                                       provider.starts_per_second, provider.burst});
    }
    return sha256_hex(shared.dump());
}

std::optional<ConfigPosition> Config::position_of(const std::string& owner,
                                                  std::string_view json_pointer) const {
    std::string place = owner + "/options" + std::string(json_pointer);
    for (;;) {
        const auto found = positions.find(place);
        if (found != positions.end()) return found->second;
        const std::size_t slash = place.rfind('/');
        if (slash == std::string::npos) return std::nullopt;
        place.resize(slash);
    }
}

std::vector<EnvironmentVariable> environment_variables() {
    std::vector<EnvironmentVariable> all;
    Config defaults;
    for (const config::Field& field : config::fields_of(defaults)) {
        const config::Setting& setting = *field.setting;
        if (setting.environment.empty()) continue;
        const bool counts_seconds = setting.kind == config::Kind::kDuration;
        all.push_back({std::string(setting.environment),
                       counts_seconds
                           ? std::to_string(*std::get<std::int64_t*>(field.value) / kMsPerSecond)
                           : config::shown(field),
                       std::string(setting.meaning)});
    }
    const auto& special = config::special_variables();
    all.insert(all.end(), special.begin(), special.end());
    return all;
}

}  // namespace ebra
