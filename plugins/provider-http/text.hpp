/// @file
/// What is often done to text that providers and presets write. Pure functions.
#pragma once

#include <string_view>

namespace ebra::provider_http {

/// Without the blanks and line ends around it.
inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace ebra::provider_http
