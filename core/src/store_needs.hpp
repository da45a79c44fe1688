/// @file
/// What a config asks of its store beyond what every store can do. Pure but for asking the plugin
/// which interfaces it offers, which needs no instance of it.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/config.hpp"

#include <string>
#include <vector>

namespace ebra {

/// A setting that the configured store cannot carry out.
struct UnmetNeed {
    std::string key;      ///< "engine.min_gap_per_number"
    std::string message;  ///< What is wrong and what to do.
};

/// None when the store can do all that `config` asks of it.
std::vector<UnmetNeed> unmet_needs(const Config& config, const ebra_plugin& store);

}  // namespace ebra
