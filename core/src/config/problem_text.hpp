/// @file
/// What a problem may show of the file it is in: never a secret that stands there. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ebra::config {

/// The text without line breaks and other control characters, so that it stays one line.
std::string one_line(std::string_view text);

/// True for the name of something that people keep to themselves: "api_key", "DB_PASS".
bool is_secret_name(std::string_view name);

/// False when line `number` (from 1) of a TOML file holds a secret, or may be a part of one.
bool may_show_line(std::string_view content, std::uint32_t number);

}  // namespace ebra::config
