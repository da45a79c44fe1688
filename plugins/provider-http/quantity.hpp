/// @file
/// Quantities as providers write them, brought to Ebra's units: times to milliseconds since 1970,
/// durations to milliseconds, money to millionths. Constant; thread-safe.
#pragma once

#include "expression.hpp"

#include "ebra/abi/base.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

/// The longest wait that a provider can ask for: a day.
constexpr std::int64_t kRetryAfterMsMax = 24 * 60 * 60 * 1'000;

/// A time in ISO 8601, as an HTTP date, or as seconds or milliseconds since 1970 (told apart by
/// size).
std::optional<ebra_time_ms> parse_time(std::string_view text);

/// The same as "2024-01-31T23:59:59Z".
std::string iso_time(ebra_time_ms time);

/// A decimal number that is finite and below 10^15.
std::optional<double> parse_decimal(std::string_view text);

/// How long: one number, or the time between two.
struct DurationRule {
    std::optional<Pick> value;
    double ms_per_unit = 1000;
    std::optional<Pick> from;
    std::optional<Pick> to;

    /// Milliseconds, not negative; nothing when not said.
    std::optional<std::int64_t> ms(const Scope& scope) const;
};

/// How much it cost.
struct CostRule {
    std::optional<Pick> value;
    double micros_per_unit = 1'000'000;
    std::string currency;  ///< When no name is given, or it has no value.
    std::optional<Pick> currency_name;

    /// Millionths of the currency, not negative: some providers write costs as negative.
    std::optional<std::int64_t> micros(const Scope& scope) const;
    std::string currency_of(const Scope& scope) const;
};

/// What `Retry-After` says, in milliseconds from `now`: seconds or an HTTP date; at most a day.
std::optional<std::int64_t> parse_retry_after(std::string_view text, ebra_time_ms now);

}  // namespace ebra::provider_http
