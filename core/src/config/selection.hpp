/// @file
/// What the environment adds to the file: values over keys, and the plugins that variables select
/// when the file names none. See semantics in `.env.example`. Used once, by load_config().
#pragma once

#include "config/environment.hpp"
#include "config/file_reader.hpp"

namespace ebra::config {

/// Applies the variables of the field table and remembers where each value came from.
void apply_variables(const Environment& environment, const FileReader& file, Config& config,
                     std::vector<ConfigProblem>& problems);

/// DB_* and PROVIDER_BASE_URL, USE_SIMULATOR and SIMULATOR_*: chooses store and provider.
void select_plugins(const Environment& environment, const FileReader& file, Config& config,
                    std::vector<ConfigProblem>& problems);

}  // namespace ebra::config
