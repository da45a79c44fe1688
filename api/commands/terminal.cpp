#include "commands/terminal.hpp"

#include "commands/exit_code.hpp"

#include "ebra/config.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace ebra::commands {

bool has_colours(int descriptor) {
    const bool is_refused = process_environment("NO_COLOR").value_or("") != "" ||
                            process_environment("TERM").value_or("dumb") == "dumb";
    return !is_refused && isatty(descriptor) == 1;
}

void say_error(const std::string& message) {
    const bool is_coloured = has_colours(STDERR_FILENO);
    std::cerr << (is_coloured ? "\x1b[1;31merror:\x1b[0m " : "error: ") << message << "\n";
}

int fail(const Error& error) {
    say_error(error.message);
    return exit_code_of(error.code);
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t at = 0; at < row.size(); ++at) {
            widths[at] = std::max(widths[at], row[at].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t at = 0; at < row.size(); ++at) {
            line += row[at] + std::string(widths[at] + 2 - row[at].size(), ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace ebra::commands
