// ebra check-config: everything that is wrong with a config, and nothing else.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/plugins.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace ebra::commands {

namespace {

constexpr const char* kHelp =
    "Checks a config: every setting, and what each plugin says of its options.\n"
    "Opens no socket, no database and no provider.\n"
    "\n"
    "Usage: ebra check-config [FILE] [OPTIONS]\n"
    "\n"
    "  FILE               The config; ./ebra.toml when not given\n"
    "  -c, --config FILE  The same\n"
    "  --effective        Show every setting, its value and where it came from;\n"
    "                     secrets are masked\n"
    "  -h, --help         This text\n"
    "\n"
    "Exit codes: 0 sound, 1 problems were found.\n"
    "\n"
    "Example: ebra check-config /etc/ebra/ebra.toml --effective\n";

struct Options {
    std::string file;
    bool shows_effective = false;
};

void show_effective(const Config& config) {
    std::vector<std::vector<std::string>> rows;
    for (const EffectiveSetting& setting : config.effective) {
        rows.push_back({setting.key, "= " + (setting.value.empty() ? "\"\"" : setting.value),
                        "# " + setting.source});
    }
    std::cout << columns(rows);
}

std::string count(std::size_t number) {
    return std::to_string(number) + (number == 1 ? " problem" : " problems");
}

/// What the plugins say too. Of a config that is not sound they are only told what it does say:
/// what they miss in it may be what could not be read.
void add_problems_of_plugins(ConfigReading& found) {
    const bool is_sound = found.problems.empty();
    const auto is_told = [&](const ConfigPosition& at) {
        return std::any_of(found.problems.begin(), found.problems.end(),
                           [&](const ConfigProblem& known) { return known.at.line == at.line; });
    };
    for (ConfigProblem& problem : check_plugins(found.config)) {
        const bool is_written = found.config.positions.contains(problem.key);
        if (!is_sound && (!is_written || is_told(problem.at))) continue;
        found.problems.push_back(std::move(problem));
    }
}

int run(const Options& options) {
    ConfigReading found = find_config(options.file);
    const bool can_be_read = found.problems.empty();
    add_problems_of_plugins(found);
    say_problems(found.problems);
    if (can_be_read && options.shows_effective) show_effective(found.config);
    const std::string& named = found.config.file;
    const std::string what =
        named.empty() ? (can_be_read ? "the default config" : "the config") : named;
    const auto problems = found.problems.size();
    std::cout << what << ": " << (problems == 0 ? "ok" : count(problems)) << "\n";
    return problems == 0 ? kOk : kFailed;
}

}  // namespace

Command check_config_command() {
    return {"check-config", "Say everything that is wrong with a config", kHelp, [](CLI::App& app) {
                const auto options = std::make_shared<Options>();
                app.add_option("file,-c,--config", options->file);
                app.add_flag("--effective", options->shows_effective);
                return [options] { return run(*options); };
            }};
}

}  // namespace ebra::commands
