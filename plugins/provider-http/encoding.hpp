/// @file
/// Encodings that providers use: hex, base64, URL and form encoding, JSON text. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra::provider_http {

std::string to_hex(std::string_view bytes);
/// Nothing when `text` is not hex of whole bytes.
std::optional<std::string> from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);
/// With the URL alphabet and without padding, as in a JWT.
std::string to_base64_url(std::string_view bytes);
/// Either alphabet, with or without padding; nothing when it is neither.
std::optional<std::string> from_base64(std::string_view text);

/// All but letters, digits and "-._~" as %XX.
std::string url_encoded(std::string_view text);
/// %XX and, where `plus_is_space`, "+".
std::string url_decoded(std::string_view text, bool plus_is_space);

/// "a=1&b=2" as pairs, decoded, in order.
std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text);

/// A JSON string literal; bytes that are not UTF-8 are replaced.
std::string json_quoted(std::string_view text);

/// At most `bytes_max` bytes of `text`, whole characters, control characters and bad UTF-8
/// replaced: what others wrote is shown to people only so.
std::string printable(std::string_view text, std::size_t bytes_max);

bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace ebra::provider_http
