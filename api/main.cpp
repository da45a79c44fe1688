// The program: its arguments to a command, and nothing thrown past here.
#include "commands/command_line.hpp"
#include "commands/exit_code.hpp"
#include "commands/terminal.hpp"

#include <exception>
#include <string>
#include <vector>

int main(int argument_count, char** arguments) {
    try {
        return ebra::commands::run_command_line({arguments + 1, arguments + argument_count});
    } catch (const std::exception& error) {
        ebra::commands::say_error(std::string("a defect, please report it: ") + error.what());
        return ebra::commands::kFailed;
    }
}
