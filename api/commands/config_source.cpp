#include "commands/config_source.hpp"

#include "commands/terminal.hpp"

#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace ebra::commands {

namespace {

constexpr const char* kDefaultFile = "ebra.toml";

ConfigInput input_of(const std::string& file) {
    ConfigInput input;
    std::error_code failure;
    input.working_directory = std::filesystem::current_path(failure);
    input.environment = process_environment;
    if (!file.empty()) {
        input.file = file;
    } else if (std::filesystem::exists(kDefaultFile, failure)) {
        input.file = kDefaultFile;
    }
    return input;
}

}  // namespace

void declare_config(CLI::App& app, std::string& file) {
    app.add_option("-c,--config", file);
}

ConfigReading find_config(const std::string& file) {
    return inspect_config(input_of(file));
}

std::optional<Config> read_config(const std::string& file) {
    ConfigReading found = find_config(file);
    if (found.problems.empty()) return std::move(found.config);
    say_problems(found.problems);
    return std::nullopt;
}

void say_problems(const std::vector<ConfigProblem>& problems) {
    constexpr std::string_view kPlain = "error:";
    for (const ConfigProblem& problem : problems) {
        std::string text = format_problem(problem);
        if (has_colours(STDERR_FILENO) && text.rfind(kPlain, 0) == 0) {
            text.replace(0, kPlain.size(), "\x1b[1;31merror:\x1b[0m");
        }
        std::cerr << text;
    }
}

std::string describe_source(const Config& config) {
    if (!config.file.empty()) return "config: " + config.file;
    std::string providers;
    for (const ProviderConfig& provider : config.providers) {
        providers += (providers.empty() ? "" : ", ") + provider.plugin;
    }
    return "config: none, as there is no ./ebra.toml; running on " + config.store.plugin + " and " +
           providers;
}

}  // namespace ebra::commands
