/// @file
/// Text to values: durations, whole numbers, and the sentence that says what was expected. Pure.
#pragma once

#include "config/fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ebra::config {

/// Without the blanks at its ends.
std::string_view trimmed(std::string_view text);
/// "250ms", "30s", "15m", "1h", "2d", or a sum such as "1h30m", in milliseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// "30s", "15m": the shortest exact form.
std::string format_duration(std::int64_t milliseconds);
/// A whole number, all of the text.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// A whole number from 0 to 65535.
bool is_port(std::string_view text);
/// "true", "1", "yes", "on" and their opposites, in any case.
std::optional<bool> parse_boolean(std::string_view text);
/// True for text that may stand in JSON.
bool is_utf8(std::string_view text);

/// What a setting wants: "a whole number from 1 to 100", "one of \"text\", \"json\"" ...
std::string expected(const Setting& setting);
/// The same for its variable, where durations count seconds.
std::string expected_of_variable(const Setting& setting);

/// Sets a field from a string in the file. False when it is not what the setting expects.
[[nodiscard]] bool set_from_text(const Field& field, std::string_view text);
/// Sets a field from its environment variable. False when it is not what was expected.
[[nodiscard]] bool set_from_variable(const Field& field, std::string_view text);
/// Sets an integer, number or duration (in milliseconds). False when out of range or not whole.
[[nodiscard]] bool set_number(const Field& field, double number);

/// The value for people; secrets only as "(set)".
std::string shown(const Field& field);

}  // namespace ebra::config
