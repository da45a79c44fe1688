#include "ebra/config.hpp"

#include "config/environment.hpp"
#include "config/file_reader.hpp"
#include "config/rules.hpp"
#include "config/selection.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <openssl/evp.h>

namespace ebra {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
        }
    }
    return row.back();
}

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

/// Line `number` of a file, from 1; empty when there is none.
std::string line_of(const std::string& path, std::uint32_t number) {
    std::ifstream file(path);
    std::string line;
    for (std::uint32_t n = 0; n < number; ++n) {
        if (!std::getline(file, line)) return {};
    }
    return line;
}

}  // namespace

std::variant<Config, std::vector<ConfigProblem>> load_config(const ConfigInput& input) {
    Config config;
    std::vector<ConfigProblem> problems;
    const config::Environment environment(input, problems);
    if (input.file) config.file = input.file->string();
    config::FileReader file(config.file, environment, config, problems);
    if (input.file) file.read();
    config::apply_variables(environment, file, config, problems);
    config::select_plugins(environment, file, config, problems);
    if (problems.empty()) config::check_rules(config, problems);
    if (!problems.empty()) return problems;
    return config;
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = candidate;
    }
    return best;
}

std::string format_problem(const ConfigProblem& problem) {
    std::string text = "error: " + problem.message + "\n";
    if (!problem.file.empty()) {
        text += "  --> " + problem.file;
        if (problem.at.line > 0) {
            text += ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column);
        }
        text += "\n";
    }
    const std::string line = problem.at.line > 0 ? line_of(problem.file, problem.at.line) : "";
    if (!line.empty()) {
        text += "   | " + line + "\n   | " + std::string(problem.at.column - 1, ' ') + "^\n";
    }
    if (!problem.suggestion.empty()) text += "help: did you mean \"" + problem.suggestion + "\"?\n";
    return text;
}

std::string Config::shared_digest() const {
    nlohmann::json shared = {{"global_concurrency", engine.global_concurrency},
                             {"max_attempts", engine.max_attempts},
                             {"base_retry", engine.base_retry_ms},
                             {"max_retry", engine.max_retry_ms},
                             {"stale_after", engine.stale_after_ms},
                             {"on_unknown", engine.on_unknown},
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
    for (const auto& field : config::fields()) {
        if (field.environment.empty()) continue;
        std::string text = config::shown(field, defaults);
        if (field.is_seconds_in_environment) {
            text = std::to_string(*static_cast<std::int64_t*>(field.place(defaults)) / 1'000);
        }
        all.push_back({std::string(field.environment), text, std::string(field.meaning)});
    }
    const auto& special = config::special_variables();
    all.insert(all.end(), special.begin(), special.end());
    return all;
}

}  // namespace ebra
