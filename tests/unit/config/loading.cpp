#include "loading.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace ebra::config_test {

namespace {

namespace fs = std::filesystem;

fs::path make_folder() {
    std::string pattern = (fs::temp_directory_path() / "ebra-config-XXXXXX").string();
    return mkdtemp(pattern.data());
}

}  // namespace

Loading::Loading() : folder_(make_folder()) {
    const std::pair<const char*, int> files[] = {
        {"good", 0600}, {"group", 0640}, {"open", 0644}, {"shared", 0660}};
    for (const auto& [name, mode] : files) {
        write(name, std::string(kSecret) + "\nsecond line\n");
        fs::permissions(path(name), static_cast<fs::perms>(mode));
    }
    write("empty", "");
    fs::permissions(path("empty"), static_cast<fs::perms>(0600));
    set("SECRETS", folder_.string());
    set("NOISE", "\xff\xfe");
}

Loading::~Loading() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

Loading& Loading::set(const std::string& name, const std::string& value) {
    environment_[name] = value;
    return *this;
}

Loading& Loading::write(const std::string& file, const std::string& content) {
    std::ofstream(path(file), std::ios::binary) << content;
    return *this;
}

std::variant<Config, std::vector<ConfigProblem>> Loading::load_file(
    std::optional<fs::path> file) const {
    ConfigInput input;
    input.file = std::move(file);
    input.working_directory = folder_;
    input.environment = [this](std::string_view name) -> std::optional<std::string> {
        const auto found = environment_.find(std::string(name));
        return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    return load_config(input);
}

Config Loading::load(const std::string& toml) {
    write("ebra.toml", toml);
    auto loaded = load_file(path("ebra.toml"));
    if (const auto* problems = std::get_if<1>(&loaded)) {
        ADD_FAILURE() << shown(*problems);
        return {};
    }
    return std::get<0>(std::move(loaded));
}

ConfigProblem Loading::problem(const std::string& toml) {
    write("ebra.toml", toml);
    const auto loaded = load_file(path("ebra.toml"));
    const auto* problems = std::get_if<1>(&loaded);
    if (problems == nullptr || problems->size() != 1) {
        ADD_FAILURE() << "expected one problem: " << (problems ? shown(*problems) : "it is sound");
        return {};
    }
    return problems->front();
}

std::string shown(const std::vector<ConfigProblem>& problems) {
    std::string text;
    for (const ConfigProblem& problem : problems) text += format_problem(problem);
    return text;
}

EffectiveSetting effective(const Config& config, const std::string& key) {
    for (const EffectiveSetting& setting : config.effective) {
        if (setting.key == key) return setting;
    }
    ADD_FAILURE() << key << " is not listed";
    return {};
}

}  // namespace ebra::config_test
