/// @file
/// PluginInstance: one plugin loaded, configured and created, with the host table it was given.
/// Owned by the engine; destroying it destroys the instance, and the library stays mapped.
#pragma once

#include "plugin/host.hpp"
#include "plugin/loader.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ebra {

/// One thing a plugin finds wrong with its options.
struct OptionProblem {
    std::string pointer;  ///< JSON pointer into the options; empty = all of them.
    std::string text;
    std::string nearest;  ///< The nearest valid name, or empty.
};

/// Asks a plugin what is wrong with these options. Opens and creates nothing.
std::vector<OptionProblem> option_problems(const ebra_plugin& plugin,
                                           const std::string& options_json);

/// The same as a Status: all problems in one message.
Status check_options(const ebra_plugin& plugin, const std::string& options_json);

struct StoreExtensions;

class PluginInstance {
 public:
    /// Loads `request`, checks `options_json` and creates the instance. `name` marks its log lines.
    /// Fails with a message that names plugin and rule. Blocks.
    static Result<std::unique_ptr<PluginInstance>> open(const PluginRequest& request,
                                                        const LoaderPolicy& policy,
                                                        const std::string& name,
                                                        const std::string& options_json,
                                                        const Clock& clock, Random& random,
                                                        OperationSink* operations);

    /// Blocks until the plugin has completed its operations and joined its threads.
    ~PluginInstance();
    PluginInstance(const PluginInstance&) = delete;
    PluginInstance& operator=(const PluginInstance&) = delete;

    void* self() const { return self_; }
    const LoadedPlugin& plugin() const { return plugin_; }

    /// A checked, full-size copy of the store's or the provider's table; it lives as long as this.
    Result<const ebra_store*> store_table();
    Result<const ebra_provider*> provider_table();

    /// What this store offers beyond its table.
    StoreExtensions store_extensions() const;

    /// An optional table, or nullptr.
    template <typename Table>
    const Table* extension(const char* id) const {
        return static_cast<const Table*>(plugin_.descriptor->get_interface(id));
    }

 private:
    PluginInstance(LoadedPlugin plugin, const std::string& name, const Clock& clock, Random& random,
                   OperationSink* operations);

    Status create(const std::string& options_json);

    const LoadedPlugin plugin_;
    PluginHost host_;
    void* self_ = nullptr;
    bool is_created_ = false;
    ebra_store store_table_{};
    ebra_provider provider_table_{};
};

}  // namespace ebra
