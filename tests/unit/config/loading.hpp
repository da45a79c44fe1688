/// @file
/// Loading: a folder of its own, an environment of its own, and a config loaded from them. For one
/// test, on its thread. Never reads the real environment.
#pragma once

#include "ebra/config.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace ebra::config_test {

/// The value that no listing and no problem may ever show.
constexpr const char* kSecret = "hunter2hunter2";

class Loading {
 public:
    /// Makes a temporary folder with files of secrets: good, group, open, empty.
    Loading();
    ~Loading();
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;

    Loading& set(const std::string& name, const std::string& value);
    Loading& write(const std::string& file, const std::string& content);
    std::filesystem::path path(const std::string& file) const { return folder_ / file; }

    /// Loads a config file, or without one.
    std::variant<Config, std::vector<ConfigProblem>> load_file(
        std::optional<std::filesystem::path> file) const;
    /// Loads a text, and expects it to be sound.
    Config load(const std::string& toml);
    /// Loads a text, and expects exactly one problem.
    ConfigProblem problem(const std::string& toml);

 private:
    const std::filesystem::path folder_;
    std::map<std::string, std::string> environment_;
};

/// Everything a person may get to see of problems.
std::string shown(const std::vector<ConfigProblem>& problems);
/// A setting of the listing.
EffectiveSetting effective(const Config& config, const std::string& key);

}  // namespace ebra::config_test
