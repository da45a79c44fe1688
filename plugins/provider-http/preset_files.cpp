#include "preset_files.hpp"

#include "embedded_presets.hpp"

#include <fstream>
#include <iterator>

namespace ebra::provider_http {

namespace {

constexpr std::size_t kPresetBytesMax = 256 * 1024;

}  // namespace

std::vector<std::string> built_in_presets() {
    std::vector<std::string> names;
    for (const EmbeddedPreset& preset : kEmbeddedPresets) names.emplace_back(preset.name);
    return names;
}

std::optional<PresetText> find_preset(const std::string& name, const std::string& folder) {
    if (!folder.empty() && name.find('/') == std::string::npos) {
        if (auto found = read_preset_file(folder + "/" + name + ".toml")) return found;
    }
    for (const EmbeddedPreset& preset : kEmbeddedPresets) {
        if (name == preset.name) return PresetText{"presets/" + name + ".toml", preset.text};
    }
    return std::nullopt;
}

std::optional<PresetText> read_preset_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    PresetText made{path, {}};
    for (std::istreambuf_iterator<char> at(file), end; at != end; ++at) {
        if (made.text.size() >= kPresetBytesMax) return std::nullopt;
        made.text += *at;
    }
    if (file.bad() || made.text.empty()) return std::nullopt;
    return made;
}

}  // namespace ebra::provider_http
