/// @file
/// Text to values: durations, whole numbers, and the sentence that says what was expected. Pure.
#pragma once

#include "config/fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ebra::config {

/// "250ms", "30s", "15m", "1h", "2d", or a sum such as "1h30m", in milliseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// "30s", "15m": the shortest exact form.
std::string format_duration(std::int64_t milliseconds);
/// A whole number, all of the text.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// "true", "1", "yes", "on" and their opposites, in any case.
std::optional<bool> parse_boolean(std::string_view text);

/// What `field` wants: "a whole number from 1 to 100", "a duration from 1s to 7d such as \"30s\""
/// ...
template <typename Owner>
std::string expected(const Field<Owner>& field);

/// Sets `field` of `owner` from text, as an environment variable gives it (`counts_seconds`) or a
/// string in the file does. Nothing when it worked, else what was expected.
template <typename Owner>
std::optional<std::string> set_from_text(const Field<Owner>& field, Owner& owner,
                                         std::string_view text, bool counts_seconds);
/// Sets an integer, number or duration (in milliseconds) after checking its range.
template <typename Owner>
std::optional<std::string> set_number(const Field<Owner>& field, Owner& owner, double number);

/// The value for people; secrets only as "(set)".
template <typename Owner>
std::string shown(const Field<Owner>& field, Owner& owner);

}  // namespace ebra::config
