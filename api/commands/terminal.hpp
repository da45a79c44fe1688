/// @file
/// How the program speaks to people: messages on standard error, coloured only on a terminal and
/// not with NO_COLOR set. Any thread.
#pragma once

#include "ebra/result.hpp"

#include <string>
#include <vector>

namespace ebra::commands {

/// True when `descriptor` is a terminal that may be coloured (NO_COLOR and TERM=dumb say no).
bool has_colours(int descriptor);

/// "error: MESSAGE" on standard error.
void say_error(const std::string& message);

/// Says what went wrong and returns the exit code for it.
int fail(const Error& error);

/// Rows as columns, each as wide as its widest cell, two spaces apart; ends with a newline.
std::string columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace ebra::commands
