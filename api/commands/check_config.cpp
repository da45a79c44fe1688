// ebra check-config: everything that is wrong with a config, and nothing else.
#include "commands/command.hpp"
#include "commands/config_source.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/plugins.hpp"

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

int run(const Options& options) {
    auto found = find_config(options.file);
    std::vector<ConfigProblem> problems;
    const auto* config = std::get_if<Config>(&found);
    if (config == nullptr) {
        problems = std::get<std::vector<ConfigProblem>>(found);
    } else {
        problems = check_plugins(*config);
    }
    say_problems(problems);
    if (config != nullptr && options.shows_effective) show_effective(*config);
    const std::string& named = config != nullptr ? config->file : options.file;
    const std::string what =
        named.empty() ? (config != nullptr ? "the default config" : "the config") : named;
    std::cout << what << ": " << (problems.empty() ? "ok" : count(problems.size())) << "\n";
    return problems.empty() ? kOk : kFailed;
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
