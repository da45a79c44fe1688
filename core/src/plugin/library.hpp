/// @file
/// Library: a shared library mapped into this process, for good: a plugin's thread, thread-local or
/// exit handler may run its code until the very end, so nothing is ever unloaded. Thread-safe.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/result.hpp"
#include "plugin/library_file.hpp"

#include <string>

namespace ebra {

struct Library {
    std::string path;
    std::string sha256;
    const ebra_plugin* (*entry)(void) = nullptr;  ///< NULL when it has no `ebra_plugin_v1`.
    bool has_next_entry = false;                  ///< It has an `ebra_plugin_v2`.
};

/// Maps `file`, or finds it mapped already: the same file is the same Library. The reference is
/// valid until the process ends. kInvalidArgument: it cannot be loaded (not a library, a missing
/// symbol), or it was changed since it was loaded. Runs the library's static constructors.
Result<const Library*> load_library(const std::string& plugin, LibraryFile file);

}  // namespace ebra
