/// @file
/// What commands ask about plugins without an engine: which there are, what they say of their
/// options, which migrations a store needs. Any thread, blocking on files. Loading a library runs
/// its static constructors; only apply_migrations() opens or changes anything.
#pragma once

#include "ebra/config.hpp"
#include "ebra/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ebra {

/// Where plugins are looked for when the config names no folder: beside the binary (a build tree),
/// then the installed folder. Those that exist.
std::vector<std::string> default_plugin_dirs();

/// One file in a plugin folder.
struct PluginReport {
    std::string name;     ///< Of the file, as the config writes it.
    std::string problem;  ///< Why it is refused; all below is empty then.
    std::string id;
    std::string version;
    std::string summary;
    std::uint32_t needs_minor = 0;    ///< Of the plugin ABI 1.x.
    std::vector<std::string> offers;  ///< "ebra.store/1" and the like.
    std::string path;
    std::string sha256;
};

/// Every plugin in the config's folders, sorted by name.
std::vector<PluginReport> report_plugins(const Config& config);

/// Loads each plugin that `config` names and asks it about its options. Every problem with its
/// place in the file; none when all is well. Opens no socket, no database and no provider.
std::vector<ConfigProblem> check_plugins(const Config& config);

/// One step of a store's schema.
struct Migration {
    int number = 0;
    bool is_applied = false;
    std::string name;
    std::string sql;
};

/// The migrations that the configured store knows. Changes nothing. kUnsupported when the store's
/// schema is newer, or the plugin has no migrations.
Result<std::vector<Migration>> list_migrations(const Config& config);

/// Applies what is missing and returns what it applied. Safe beside running nodes.
Result<std::vector<Migration>> apply_migrations(const Config& config);

}  // namespace ebra
