/// @file
/// Reads a preset from TOML and checks everything about it that can be checked without a provider.
#pragma once

#include "preset.hpp"
#include "toml_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

/// The preset in `text`. What is wrong goes to `problems`, with file, line and key; the preset is
/// only sound when nothing was added. `file` is for messages.
Preset read_preset(std::string_view text, const std::string& file, std::vector<Problem>& problems);

/// Parts of it, each in a file of its own.
RequestRule read_request(TomlReader& reader, const std::string& default_method);
Condition read_condition(TomlReader& reader, const std::string& key);
BodyTemplate read_body(const toml::node& node, const std::string& path, PresetProblems& problems);
std::optional<Pick> read_pick(TomlReader& reader, const std::string& key);
Template read_template(TomlReader& reader, const std::string& key, bool is_required);
/// Maps by name, as [maps] has them.
using NamedMaps = std::map<std::string, DispositionMap>;
NamedMaps read_maps(const toml::table* table, PresetProblems& problems);
/// All events of `reader`, which also holds what they have in common.
std::vector<EventRule> read_events(TomlReader& reader, const NamedMaps& maps);
KeepRules read_keep(TomlReader& reader);
SignatureRule read_signature(TomlReader& reader);

}  // namespace ebra::provider_http
