/// @file
/// Where presets come from: the ones built into the plugin, or files of the user's. Reads files;
/// keeps none open. Thread-safe.
#pragma once

#include "problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

/// A preset's text and where it came from, for messages.
struct PresetText {
    std::string file;
    std::string text;
};

/// Names of the presets that are built in.
std::vector<std::string> built_in_presets();

/// The preset `name`: from `folder` ("NAME.toml") when that is set and has it, else built in.
/// Nothing when there is none.
std::optional<PresetText> find_preset(const std::string& name, const std::string& folder);

/// The text of `path`; nothing when it cannot be read or is larger than 256 KiB.
std::optional<PresetText> read_preset_file(const std::string& path);

}  // namespace ebra::provider_http
