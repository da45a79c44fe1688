// ebra map: a provider's id for a call, by hand, so that callbacks can be tried.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/store_access.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kMapHelp =
    "Maps a provider's id to a call by hand: a callback with that id then settles\n"
    "the call. For testing callbacks. Works beside a running server.\n"
    "\n"
    "Usage: ebra map CALL_ID [PROVIDER_CALL_ID] [OPTIONS]\n"
    "\n"
    "  CALL_ID            The call's id\n"
    "  PROVIDER_CALL_ID   The id to map; made up when not given\n"
    "  --provider NAME    Whose id it is; the call's provider when it has one, else\n"
    "                     the first of the config\n"
    "  -c, --config FILE  The config that names the store; ./ebra.toml when not\n"
    "                     given, else SQLite in ./ebra.db\n"
    "  -h, --help         This text\n"
    "\n"
    "Prints the provider's id. Exit codes: 3 no such call, 4 the id is another's.\n"
    "\n"
    "Example: ebra map 0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11 test-1\n";

struct MapOptions {
    std::string file;
    std::string call_id;
    std::string provider_call_id;
    std::string provider;
};

/// Whose id it is: as asked, else the store takes the placement's own, else the first configured.
std::string provider_for(const MapOptions& options, const Call& call, const Config& config) {
    if (!options.provider.empty()) return options.provider;
    const bool has_own = call.placement && !call.placement->provider.empty();
    return has_own || config.providers.empty() ? std::string() : config.providers.front().name;
}

int run_map(const MapOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const auto store = StoreAccess::open(*config);
    if (!store) return fail(store.error());
    StoreAccess& access = *store.value();
    const auto call = access.get(options.call_id);
    if (!call) return fail(call.error());
    if (!call.value()) return fail({ErrorCode::kNotFound, "there is no call " + options.call_id});
    const std::string id = options.provider_call_id.empty() ? access.make_provider_call_id()
                                                            : options.provider_call_id;
    const auto mapped =
        access.map(options.call_id, provider_for(options, *call.value(), *config), id);
    if (!mapped) return fail(mapped.error());
    std::cout << id << "\n";
    std::cerr << "a callback with providerCallId \"" << id << "\" now settles call " << mapped->id
              << " (" << name_of(mapped->status) << ")\n";
    return kOk;
}

}  // namespace

Command map_command() {
    return {"map", "Map a provider's id to a call by hand", kMapHelp, [](CLI::App& app) {
                const auto options = std::make_shared<MapOptions>();
                declare_config(app, options->file);
                app.add_option("call_id", options->call_id)->required();
                app.add_option("provider_call_id", options->provider_call_id);
                app.add_option("--provider", options->provider);
                return [options] { return run_map(*options); };
            }};
}

}  // namespace ebra::commands
