/// @file
/// The symbols that a shared library exports, read from its file, so that no tool need be
/// installed.
#pragma once

#include <string>
#include <vector>

namespace ebra::conformance {

struct ElfSymbols {
    std::vector<std::string> names;  ///< Defined and visible to others, sorted.
    int unique_count = 0;            ///< GNU unique ones: shared even between RTLD_LOCAL libraries.
};

/// Reads a 64-bit ELF file. Throws CaseFailure when it is none, or is cut short.
ElfSymbols read_exported_symbols(const std::string& path);

}  // namespace ebra::conformance
