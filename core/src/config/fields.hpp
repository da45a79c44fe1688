/// @file
/// The one table of settings: name, kind, range, environment variable and meaning of each key.
/// Parsing, validation, suggestions, the effective listing and `.env.example` all follow from it.
#pragma once

#include "ebra/config.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ebra::config {

/// A second, as settings are kept.
constexpr std::int64_t kSecond = 1'000;

enum class Kind { kInteger, kNumber, kDuration, kText, kSecret, kChoice };

/// What a key is. Durations count milliseconds, except in their variable, which counts seconds.
struct Setting {
    std::string_view name;
    Kind kind = Kind::kText;
    std::string_view meaning;
    std::string_view environment;  ///< Variable, or empty.
    std::int64_t min = 0;          ///< The smallest and largest value of a number.
    std::int64_t max = 0;
    std::span<const std::string_view> choices;
};

/// A key and the place of its value in the config it was asked of, which must outlive it.
struct Field {
    std::string_view section;  ///< "engine", "http" ...; empty inside [[provider]].
    const Setting* setting;
    std::variant<std::int64_t*, double*, std::string*> value;

    /// "engine.max_attempts"; the bare name inside [[provider]].
    std::string key() const;
};

/// Every key outside [[provider]], in the order of the documentation.
std::vector<Field> fields_of(Config& config);
/// Every key of one [[provider]] but `options`.
std::vector<Field> fields_of(ProviderConfig& provider);

/// Variables that are not simply a key: they choose or fill plugins.
const std::vector<EnvironmentVariable>& special_variables();

}  // namespace ebra::config
