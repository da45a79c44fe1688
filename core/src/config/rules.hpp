/// @file
/// Rules that span several keys: addresses, names, and what must not be reachable unprotected.
#pragma once

#include "ebra/config.hpp"

namespace ebra::config {

/// Appends a problem for every rule that `config` breaks.
void check_rules(const Config& config, std::vector<ConfigProblem>& problems);

}  // namespace ebra::config
