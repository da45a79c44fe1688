/// @file
/// The one table of settings: name, kind, range, environment variable and meaning of each key.
/// Parsing, validation, suggestions, the effective listing and `.env.example` all follow from it.
#pragma once

#include "ebra/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::config {

enum class Kind { kInteger, kNumber, kDuration, kText, kSecret, kChoice };

/// One key of a table. `Owner` is Config or ProviderConfig.
template <typename Owner>
struct Field {
    std::string_view section;  ///< "engine", "http" ...; empty inside [[provider]].
    std::string_view name;
    Kind kind = Kind::kText;
    std::int64_t min = 0;  ///< Integer and duration (ms): the smallest and largest value.
    std::int64_t max = 0;
    std::vector<std::string> choices;
    std::string_view environment;            ///< Variable, or empty.
    bool is_seconds_in_environment = false;  ///< The variable counts whole seconds.
    std::string_view meaning;
    void* (*place)(Owner&);  ///< std::int64_t, double or std::string by kind.
};

const std::vector<Field<Config>>& fields();
const std::vector<Field<ProviderConfig>>& provider_fields();

/// Variables that are not simply a key: they choose or fill plugins.
const std::vector<EnvironmentVariable>& special_variables();

}  // namespace ebra::config
