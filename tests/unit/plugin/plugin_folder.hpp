/// @file
/// PluginFolder: a fresh temporary directory for plugins, and short ways to fill it. One test owns
/// one; the directory goes with it. Beside it: what every refusal says.
#pragma once

#include "plugin/loader.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string>
#include <sys/stat.h>

namespace ebra {

class PluginFolder {
 public:
    PluginFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ebra-XXXXXX").string();
        root_ = mkdtemp(pattern.data()) == nullptr ? "" : std::filesystem::canonical(pattern);
        std::filesystem::create_directory(plugins());
        std::filesystem::create_directory(root_ / "elsewhere");
        set_mode(plugins(), 0755);
        policy.allowed_dirs = {plugins()};
    }
    ~PluginFolder() {
        std::error_code ignored;  // A leftover directory must not hide the test's own verdict.
        std::filesystem::remove_all(root_, ignored);
    }
    PluginFolder(const PluginFolder&) = delete;
    PluginFolder& operator=(const PluginFolder&) = delete;

    /// The one allowed directory.
    std::filesystem::path plugins() const { return root_ / "plugins"; }
    /// A directory that is not allowed.
    std::filesystem::path elsewhere() const { return root_ / "elsewhere"; }

    /// Copies the built plugin `sample` to `to`, with mode 0644.
    void put(const std::string& sample, const std::filesystem::path& to) {
        const std::filesystem::path built(SAMPLE_PLUGIN_DIRECTORY);
        std::filesystem::copy_file(built / (sample + ".so"), to);
        set_mode(to, 0644);
    }
    /// Copies it into the allowed directory under its own name; returns the path.
    std::filesystem::path put(const std::string& sample) {
        const std::filesystem::path to = plugins() / (sample + ".so");
        put(sample, to);
        return to;
    }
    void write(const std::filesystem::path& to, const std::string& text) {
        std::ofstream(to, std::ios::app) << text;
        set_mode(to, 0644);
    }
    static void set_mode(const std::filesystem::path& path, mode_t mode) {
        ASSERT_EQ(chmod(path.c_str(), mode), 0) << path;
    }

    Result<LoadedPlugin> load(const std::string& name_or_path) {
        return load_plugin(PluginRequest{name_or_path, std::nullopt}, policy);
    }
    /// The message with which `name_or_path` is refused; "loaded" when it is not.
    std::string refusal(const std::string& name_or_path) {
        const Result<LoadedPlugin> loaded = load(name_or_path);
        return loaded ? "loaded" : loaded.error().message;
    }

    LoaderPolicy policy;

 private:
    std::filesystem::path root_;
};

/// Every refusal names the plugin first, then the rule, then after a semicolon the remedy.
inline auto refuses(const std::string& plugin, const std::string& rule, const std::string& remedy) {
    using testing::HasSubstr;
    return testing::AllOf(testing::StartsWith("plugin \"" + plugin + "\": "), HasSubstr(rule),
                          HasSubstr("; " + remedy));
}

}  // namespace ebra
