/// @file
/// From the arguments of the process to the command they name. Data goes to standard output,
/// messages to standard error.
#pragma once

#include <string>
#include <vector>

namespace ebra::commands {

/// Parses `arguments` (without the program's name) and runs the command. The exit code; a usage
/// error says what was meant, as far as one can guess, and where the help is.
int run_command_line(const std::vector<std::string>& arguments);

/// What `ebra --help` prints.
std::string general_help();

}  // namespace ebra::commands
