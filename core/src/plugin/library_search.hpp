/// @file
/// From what the config calls a plugin to the one file that is meant: by name in the allowed
/// directories, or by absolute path. Looks at names only; whether the file may be loaded is the
/// business of library_file.hpp. Any thread.
#pragma once

#include "ebra/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ebra {

/// Where a plugin is.
struct LibraryPlace {
    std::filesystem::path path;         ///< Canonical: no links left in it.
    std::filesystem::path allowed_dir;  ///< The allowed directory it is under, canonical.
};

/// The file of plugin `name_or_path`. kNotFound, with what there is instead; kInvalidArgument when
/// the path is relative or, links resolved, leads out of `allowed_dirs`.
Result<LibraryPlace> find_library(const std::string& name_or_path,
                                  const std::vector<std::filesystem::path>& allowed_dirs);

/// Names of the plugins in `allowed_dirs`, sorted, each once.
std::vector<std::string> library_names(const std::vector<std::filesystem::path>& allowed_dirs);

}  // namespace ebra
