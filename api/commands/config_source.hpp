/// @file
/// Which config a command works with: the file named, else ./ebra.toml when there is one, else the
/// defaults; `.env` and the environment on top. Blocks on reading files.
#pragma once

#include "ebra/config.hpp"

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace ebra::commands {

/// Declares --config on `app`; it fills `file`.
void declare_config(CLI::App& app, std::string& file);

/// The config, as far as it can be read, and every problem with it. `file` empty = ./ebra.toml when
/// it exists.
ConfigReading find_config(const std::string& file);

/// The config; nothing when there are problems, which are told on standard error.
std::optional<Config> read_config(const std::string& file);

/// Tells every problem on standard error, and how many there are.
void say_problems(const std::vector<ConfigProblem>& problems);

/// "config: /etc/ebra.toml", or that there is none and what runs instead.
std::string describe_source(const Config& config);

}  // namespace ebra::commands
