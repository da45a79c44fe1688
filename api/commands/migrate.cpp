// ebra migrate: brings a store's schema to this version, or shows what that would do.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/plugins.hpp"

#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kMigrateHelp =
    "Brings the store's schema to this version. ebra serve does so by itself; this\n"
    "is for looking first, and for doing it on its own.\n"
    "\n"
    "Usage: ebra migrate [OPTIONS]\n"
    "\n"
    "  -c, --config FILE  The config that names the store; ./ebra.toml when not\n"
    "                     given, else SQLite in ./ebra.db\n"
    "  --dry-run          Say what is missing and change nothing\n"
    "  --sql              Print the SQL of what is missing and change nothing\n"
    "  -h, --help         This text\n"
    "\n"
    "Example: ebra migrate --dry-run\n";

struct MigrateOptions {
    std::string file;
    bool is_dry_run = false;
    bool shows_sql = false;
};

std::string named(const Migration& migration) {
    return std::to_string(migration.number) + " " + migration.name;
}

int show_missing(const Config& config, const MigrateOptions& options) {
    const auto all = list_migrations(config);
    if (!all) return fail(all.error());
    std::size_t missing = 0;
    for (const Migration& migration : all.value()) {
        if (!migration.is_applied) ++missing;
        if (options.shows_sql) {
            if (migration.is_applied) continue;
            std::cout << "-- " << named(migration) << "\n" << migration.sql << "\n";
        } else {
            std::cout << named(migration) << ": " << (migration.is_applied ? "applied" : "missing")
                      << "\n";
        }
    }
    if (missing == 0) std::cerr << "nothing to do: the schema is up to date\n";
    return kOk;
}

int run_migrate(const MigrateOptions& options) {
    const auto config = read_config(options.file);
    if (!config) return kFailed;
    if (options.is_dry_run || options.shows_sql) return show_missing(*config, options);
    const auto applied = apply_migrations(*config);
    if (!applied) return fail(applied.error());
    for (const Migration& migration : applied.value()) {
        std::cout << named(migration) << ": applied\n";
    }
    if (applied->empty()) std::cerr << "nothing to do: the schema is up to date\n";
    return kOk;
}

}  // namespace

Command migrate_command() {
    return {"migrate", "Bring the store's schema to this version", kMigrateHelp, [](CLI::App& app) {
                const auto options = std::make_shared<MigrateOptions>();
                declare_config(app, options->file);
                app.add_flag("--dry-run", options->is_dry_run);
                app.add_flag("--sql", options->shows_sql);
                return [options] { return run_migrate(*options); };
            }};
}

}  // namespace ebra::commands
