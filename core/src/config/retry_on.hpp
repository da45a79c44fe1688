/// @file
/// [engine] retry_on: which dispositions are tried again, and after how long. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::config {

/// "busy: 5m, no_answer: 30m" by disposition, in milliseconds; without a time 0, which leaves the
/// wait to the usual backoff. Nothing when `text` is not of that form, or names a disposition that
/// is none or that may not be tried again.
std::optional<std::map<std::string, std::int64_t>> parse_retry_on(std::string_view text);

/// What it may look like, for messages.
std::string expected_retry_on();

}  // namespace ebra::config
