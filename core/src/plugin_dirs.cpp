#include "plugin_dirs.hpp"

#include "ebra/plugins.hpp"

#include <filesystem>

namespace ebra {

std::vector<std::string> default_plugin_dirs() {
    std::vector<std::string> dirs;
    std::error_code failure;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", failure);
    const auto beside = binary.parent_path() / "plugins";
    if (!failure && std::filesystem::is_directory(beside, failure)) dirs.push_back(beside.string());
    if (std::filesystem::is_directory(EBRA_INSTALLED_PLUGIN_DIR, failure)) {
        dirs.emplace_back(EBRA_INSTALLED_PLUGIN_DIR);
    }
    return dirs;
}

LoaderPolicy loader_policy(const Config& config) {
    LoaderPolicy policy;
    const auto dirs = config.plugin_dirs.empty() ? default_plugin_dirs() : config.plugin_dirs;
    policy.allowed_dirs.assign(dirs.begin(), dirs.end());
    return policy;
}

PluginRequest plugin_request(const std::string& name_or_path, const std::string& sha256) {
    PluginRequest request;
    request.name_or_path = name_or_path;
    if (!sha256.empty()) request.sha256 = sha256;
    return request;
}

}  // namespace ebra
