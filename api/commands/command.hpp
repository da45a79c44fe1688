/// @file
/// Command: one subcommand of `ebra`: its name, its help, its options and what it does. The table
/// of all of them is the program; each stands in a file of its own.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace ebra::commands {

struct Command {
    std::string name;
    std::string summary;  ///< One line for `ebra --help`.
    std::string help;     ///< All of `ebra NAME --help`, below 80 columns, with an example.
    /// Declares options on `app`; what is returned runs the command once they are parsed and gives
    /// the exit code.
    std::function<std::function<int()>(CLI::App& app)> declare;
};

Command serve_command();
Command check_config_command();
Command plugins_command();
Command inspect_command();
Command map_command();
Command migrate_command();
Command recover_command();
Command provider_command();

/// All commands, in the order of `ebra --help`.
std::vector<Command> all_commands();

}  // namespace ebra::commands
