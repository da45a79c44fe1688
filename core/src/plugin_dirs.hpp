/// @file
/// From a config to the folders plugins may come from. Any thread; looks at the file system only.
#pragma once

#include "ebra/config.hpp"
#include "plugin/loader.hpp"

#include <string>

namespace ebra {

/// The folders of the config, or the default ones.
LoaderPolicy loader_policy(const Config& config);

/// What to load for a plugin the config names, with its pin when it has one.
PluginRequest plugin_request(const std::string& name_or_path, const std::string& sha256);

}  // namespace ebra
