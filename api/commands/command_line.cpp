#include "commands/command_line.hpp"

#include "commands/command.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include "ebra/config.hpp"

#include <algorithm>
#include <iostream>
#include <map>

namespace ebra::commands {

namespace {

constexpr std::size_t kNameColumns = 14;

std::vector<std::string> names_of(const std::vector<Command>& commands) {
    std::vector<std::string> names;
    for (const Command& command : commands) names.push_back(command.name);
    return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
    std::vector<std::string> names = {"--help"};
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
    const std::string nearest = nearest_name(word, candidates);
    return nearest.empty() ? std::string() : "; did you mean \"" + nearest + "\"?";
}

int usage_error(const std::string& message, const std::string& command) {
    say_error(message);
    std::cerr << "Help: ebra " << (command.empty() ? "" : command + " ") << "--help\n";
    return kUsage;
}

/// What CLI11 could not place: mistyped options, or words too many.
int explain_extras(const CLI::App& app, const Command& command) {
    const std::vector<std::string> extras = app.remaining();
    const std::string first = extras.empty() ? std::string() : extras.front();
    const std::string name = first.substr(0, first.find('='));
    if (name.rfind("-", 0) != 0) {
        return usage_error("ebra " + command.name + " takes no \"" + first + "\"", command.name);
    }
    return usage_error(
        "ebra " + command.name + " has no option " + name + did_you_mean(name, options_of(app)),
        command.name);
}

int run_command(const Command& command, const std::vector<std::string>& arguments) {
    CLI::App app;
    app.allow_extras();
    const auto run = command.declare(app);
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        std::cout << command.help;
        return kOk;
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what(), command.name);
    }
    if (app.remaining_size() > 0) return explain_extras(app, command);
    return run();
}

int unknown_command(const std::string& word, const std::vector<Command>& commands) {
    std::vector<std::string> candidates = names_of(commands);
    const bool is_option = word.rfind("-", 0) == 0;
    if (is_option) candidates = {"--help", "--version"};
    return usage_error((is_option ? "there is no option " : "there is no command ") + word +
                           did_you_mean(word, candidates),
                       "");
}

}  // namespace

std::vector<Command> all_commands() {
    return {serve_command(),   check_config_command(), plugins_command(),
            inspect_command(), map_command(),          migrate_command(),
            prune_command(),   recover_command(),      provider_command()};
}

std::string general_help() {
    std::string text =
        "Ebra places outbound AI phone calls for other programs: it stores them, starts\n"
        "each at a provider, learns how it ended, retries, and never knowingly\n"
        "dials twice.\n"
        "\n"
        "Usage: ebra COMMAND [OPTIONS]\n"
        "\n"
        "Commands:\n";
    for (const Command& command : all_commands()) {
        text += "  " + command.name +
                std::string(kNameColumns - std::min(kNameColumns, command.name.size()), ' ') +
                command.summary + "\n";
    }
    text +=
        "\n"
        "Options:\n"
        "  -h, --help      This text; ebra COMMAND --help for a command's own\n"
        "  -V, --version   The version\n"
        "\n"
        "Settings come from ./ebra.toml (or --config FILE), from .env and from the\n"
        "environment. Without any of them ebra serve runs on SQLite and a simulator\n"
        "that places no real calls.\n"
        "\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict,\n"
        "5 unavailable for now.\n"
        "\n"
        "Example: ebra serve\n";
    return text;
}

int run_command_line(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        std::cerr << general_help();
        return kUsage;
    }
    const std::string& first = arguments.front();
    const std::vector<Command> commands = all_commands();
    const auto named = [&commands](const std::string& name) {
        return std::find_if(commands.begin(), commands.end(),
                            [&name](const Command& one) { return one.name == name; });
    };
    if (first == "--version" || first == "-V") {
        std::cout << "ebra " << EBRA_VERSION << "\n";
        return kOk;
    }
    if (first == "--help" || first == "-h" || first == "help") {
        if (arguments.size() > 1 && named(arguments[1]) != commands.end()) {
            std::cout << named(arguments[1])->help;
        } else {
            std::cout << general_help();
        }
        return kOk;
    }
    const auto command = named(first);
    if (command == commands.end()) return unknown_command(first, commands);
    return run_command(*command, {arguments.begin() + 1, arguments.end()});
}

}  // namespace ebra::commands
