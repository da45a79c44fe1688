/// @file
/// What a program does once about itself, before it has threads, and the log for what is not the
/// engine's own.
#pragma once

#include "ebra/config.hpp"

#include <string_view>

namespace ebra {

/// Sets up the log as configured, makes a crash name the plugin it happened in, and lets a write to
/// a closed pipe fail instead of ending the process. Once, before threads start.
void prepare_process(const LogConfig& log);

/// One log line with one field. Any thread.
void log_info(std::string_view event, std::string_view name, std::string_view value);
void log_error(std::string_view event, std::string_view name, std::string_view value);

}  // namespace ebra
