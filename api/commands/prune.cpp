// ebra prune: removes finished calls that nobody needs any more.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/store_access.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kPruneHelp =
    "Removes calls that ended long ago, with their attempts, history and webhooks.\n"
    "Calls that wait or run are never touched. Works beside running nodes, in small\n"
    "steps. Nodes do the same by themselves where engine.keep_finished is set.\n"
    "\n"
    "Usage: ebra prune --older-than AGE [OPTIONS]\n"
    "\n"
    "  --older-than AGE   How long ago a call must have ended, such as 30d; 24h or\n"
    "                     more; engine.keep_finished when not given\n"
    "  --dry-run          Count what would go and change nothing\n"
    "  -c, --config FILE  The config that names the store; ./ebra.toml when not\n"
    "                     given, else SQLite in ./ebra.db\n"
    "  -h, --help         This text\n"
    "\n"
    "Gone for good: a client that repeats a request for a removed call under its\n"
    "Idempotency-Key makes a new call, a webhook for one is unknown.\n"
    "\n"
    "Example: ebra prune --older-than 30d --dry-run\n";

/// How often a long run says how far it is.
constexpr std::int64_t kToldEveryCalls = 100'000;

struct PruneOptions {
    std::string file;
    std::string older_than;
    bool is_dry_run = false;
};

/// From the option or the config; nothing when neither says what can be meant.
std::optional<std::int64_t> age_ms(const PruneOptions& options, const Config& config) {
    if (options.older_than.empty() && config.engine.keep_finished_ms > 0) {
        return config.engine.keep_finished_ms;
    }
    const std::optional<std::int64_t> age = duration_ms(options.older_than);
    if (age && *age >= kKeepFinishedMsMin) return age;
    say_error(options.older_than.empty()
                  ? "say how old a call must be: --older-than 30d, or engine.keep_finished in the "
                    "config"
                  : "--older-than expects 24h or more, such as 30d, as webhooks and repeated "
                    "requests come late; it is \"" +
                        options.older_than + "\"");
    return std::nullopt;
}

void print(const Pruned& pruned, bool is_dry_run) {
    const auto row = [](std::int64_t number, const char* what) {
        return std::vector<std::string>{std::to_string(number), what};
    };
    std::cout << (is_dry_run ? "would remove\n" : "removed\n")
              << columns({row(pruned.calls, "calls"), row(pruned.placements, "placements"),
                          row(pruned.entries, "lines of history"),
                          row(pruned.evidence, "webhooks remembered"),
                          row(pruned.numbers, "numbers forgotten"),
                          row(pruned.nodes, "nodes long gone")});
}

int run_prune(const PruneOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    const auto age = age_ms(options, *config);
    if (!age) return kUsage;
    const auto store = StoreAccess::open(*config);
    if (!store) return fail(store.error());
    std::int64_t told_at = 0;
    const auto pruned =
        store.value()->prune(*age, options.is_dry_run, [&told_at](const Pruned& so_far) {
            if (so_far.calls < told_at + kToldEveryCalls) return;
            told_at = so_far.calls;
            std::cerr << so_far.calls << " calls so far\n";
        });
    if (!pruned) return fail(pruned.error());
    print(pruned.value(), options.is_dry_run);
    return kOk;
}

}  // namespace

Command prune_command() {
    return {"prune", "Remove finished calls of long ago", kPruneHelp, [](CLI::App& app) {
                const auto options = std::make_shared<PruneOptions>();
                declare_config(app, options->file);
                app.add_option("--older-than", options->older_than);
                app.add_flag("--dry-run", options->is_dry_run);
                return [options] { return run_prune(*options); };
            }};
}

}  // namespace ebra::commands
