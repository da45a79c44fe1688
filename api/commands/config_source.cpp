#include "commands/config_source.hpp"

#include "commands/terminal.hpp"

#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace ebra::commands {

namespace {

constexpr const char* kDefaultFile = "ebra.toml";

}  // namespace

void declare_config(CLI::App& app, std::string& file) {
    app.add_option("-c,--config", file);
}

std::variant<Config, std::vector<ConfigProblem>> find_config(const std::string& file) {
    ConfigInput input;
    std::error_code failure;
    input.working_directory = std::filesystem::current_path(failure);
    input.environment = process_environment;
    if (!file.empty()) {
        input.file = file;
    } else if (std::filesystem::exists(kDefaultFile, failure)) {
        input.file = kDefaultFile;
    }
    return load_config(input);
}

std::optional<Config> read_config(const std::string& file) {
    auto found = find_config(file);
    if (auto* config = std::get_if<Config>(&found)) return std::move(*config);
    say_problems(std::get<std::vector<ConfigProblem>>(found));
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
