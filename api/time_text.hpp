/// @file
/// Times as text: RFC 3339 in UTC with milliseconds going out, any RFC 3339 coming in. Pure
/// functions, any thread; they read no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebra {

constexpr std::int64_t kMsPerSecond = 1'000;

/// Milliseconds since 1970 as "2026-01-31T12:00:00.123Z". Years 1970 to 9999; beyond, the nearest
/// of those.
std::string time_text(std::int64_t ms);

/// The instant of an RFC 3339 date-time with any offset and any number of decimals (cut after the
/// third). A leap second is the last millisecond before it. Nothing for any other text, and for
/// instants before 1970.
std::optional<std::int64_t> parse_time_text(std::string_view text);

}  // namespace ebra
