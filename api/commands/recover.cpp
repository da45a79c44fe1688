// ebra recover: what an operator does after the store may have lost commits.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/store_access.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kRecoverHelp =
    "Ends the stop after the store may have lost commits: a standby was promoted, or\n"
    "a backup was put in its place. What may have been dialed in the time that is\n"
    "forgotten becomes UNKNOWN: it keeps its slot and number, and its provider is\n"
    "asked about it before anything is dialed. Then calls are dialed again, by every\n"
    "node, without a restart. Works beside running servers.\n"
    "\n"
    "Usage: ebra recover [OPTIONS]\n"
    "\n"
    "  --nothing-lost     You know that no commit was lost, as with a synchronous\n"
    "                     standby: calls that wait are dialed without asking\n"
    "  -c, --config FILE  The config that names the store; ./ebra.toml when not\n"
    "                     given, else SQLite in ./ebra.db\n"
    "  -h, --help         This text\n"
    "\n"
    "A store notices most losses by itself; run this after every backup that you\n"
    "restore all the same, before ebra serve. At a provider that cannot be asked a\n"
    "doubted call waits for stale_after, and then on_unknown decides.\n"
    "\n"
    "Example: ebra recover --config /etc/ebra/ebra.toml\n";

struct RecoverOptions {
    std::string file;
    bool is_nothing_lost = false;
};

int run_recover(const RecoverOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const auto store = StoreAccess::open(*config);
    if (!store) return fail(store.error());
    const auto found = store.value()->recover(options.is_nothing_lost);
    if (!found) return fail(found.error());
    std::cout << "unknown: " << found->unknown << "\ndoubtful: " << found->doubtful << "\n";
    std::cerr << found->unknown << " placements that were being dialed are unknown now, "
              << found->doubtful << " waiting calls are asked about before they are dialed\n";
    return kOk;
}

}  // namespace

Command recover_command() {
    return {"recover", "Dial again after the store may have lost commits", kRecoverHelp,
            [](CLI::App& app) {
                const auto options = std::make_shared<RecoverOptions>();
                declare_config(app, options->file);
                app.add_flag("--nothing-lost", options->is_nothing_lost);
                return [options] { return run_recover(*options); };
            }};
}

}  // namespace ebra::commands
