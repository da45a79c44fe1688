/// @file
/// The plugin loader: from a name in the config to a plugin whose descriptor can be trusted to
/// follow the ABI. Any thread, though set-up is the time for it. It makes no instance, reads no
/// environment variable and searches nothing but the allowed directories.
#pragma once

#include "ebra/abi/ebra.h"
#include "ebra/result.hpp"
#include "plugin/library_file.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ebra {

/// A plugin that passed every rule. The descriptor is valid until the process ends; its fields from
/// `check_config` on may lie beyond its struct_size: ask EBRA_CAN first.
struct LoadedPlugin {
    const ebra_plugin* descriptor = nullptr;
    std::string path;    ///< Of the file, canonical.
    std::string sha256;  ///< Of the file, 64 hexadecimal digits.
};

/// Finds the file, checks who may have written it, checks the pin, loads it, and checks what its
/// entry returns. kNotFound or kInvalidArgument; each message names the plugin, the rule and the
/// remedy. Loading the same file again gives the same descriptor. Blocks for as long as reading the
/// file and its static constructors take. What was once mapped stays mapped, also when it is
/// refused.
Result<LoadedPlugin> load_plugin(const PluginRequest& request, const LoaderPolicy& policy);

/// A full-size copy of a store's `table`: every function of 1.0 is there, whatever the plugin was
/// built against. kInvalidArgument when `table` is NULL or lacks one. `plugin` is its name for the
/// message.
Result<ebra_store> check_store_table(std::string_view plugin, const ebra_store* table);

/// A full-size copy of a provider's `table`: `capabilities` and `start_call` are the plugin's,
/// other functions that it lacks answer EBRA_UNSUPPORTED (or 0 for visibility_delay_ms).
/// kInvalidArgument when `table` is NULL or lacks a required one.
Result<ebra_provider> check_provider_table(std::string_view plugin, const ebra_provider* table);

/// Ok when the plugin's own `table` has every function that `capabilities`, as an instance reports
/// them, promises; kInvalidArgument otherwise.
Status check_provider_capabilities(std::string_view plugin, const ebra_provider* table,
                                   std::uint64_t capabilities);

}  // namespace ebra
