#include "quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <curl/curl.h>

namespace ebra::provider_http {

namespace {

constexpr double kDecimalMax = 1e15;
/// Seconds since 1970 reach this in the year 5138; milliseconds passed it in 1973.
constexpr double kSecondsMax = 1e11;
constexpr std::int64_t kDurationMsMax = std::int64_t{30} * 24 * 60 * 60 * 1'000;

/// Digits at `at`, `count` of them.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int made = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        made = made * 10 + (text[i] - '0');
    }
    return made;
}

/// "Z", "+02:00", "-0700" or nothing, in minutes.
std::optional<int> offset_minutes(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") return 0;
    if (text.front() != '+' && text.front() != '-') return std::nullopt;
    const std::size_t minutes_at = text.size() > 3 && text[3] == ':' ? 4 : 3;
    const auto hours = digits(text, 1, 2);
    const auto minutes = text.size() > minutes_at ? digits(text, minutes_at, 2) : std::optional(0);
    if (!hours || !minutes) return std::nullopt;
    return (text.front() == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

std::optional<ebra_time_ms> parse_iso(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second || text[4] != '-') return {};
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::size_t at = 19;
    std::int64_t ms = 0;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        std::int64_t unit = 100;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
            ms += unit * (text[at] - '0');
        }
    }
    const auto offset = offset_minutes(text.substr(at));
    if (!offset) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + *hour) * 60 + *minute - *offset) * 60'000 + *second * 1'000 + ms;
}

}  // namespace

std::string iso_time(ebra_time_ms time) {
    const std::chrono::sys_seconds seconds{std::chrono::seconds(time / 1000)};
    const auto days = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(seconds - days);
    std::array<char, 32> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<double> parse_decimal(std::string_view text) {
    double made = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(made) || std::abs(made) > kDecimalMax) return std::nullopt;
    return made;
}

std::optional<ebra_time_ms> parse_time(std::string_view text) {
    if (const auto number = parse_decimal(text)) {
        if (*number <= 0) return std::nullopt;
        return std::llround(*number < kSecondsMax ? *number * 1000 : *number);
    }
    if (const auto iso = parse_iso(text)) return *iso > 0 ? iso : std::nullopt;
    const time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
    if (seconds <= 0) return std::nullopt;
    return static_cast<ebra_time_ms>(seconds) * 1000;
}

std::optional<std::int64_t> DurationRule::ms(const Scope& scope) const {
    std::optional<std::int64_t> made;
    if (value) {
        const auto number = parse_decimal(value->text_from(scope).value_or(""));
        if (number) made = std::llround(*number * ms_per_unit);
    } else if (from && to) {
        const auto first = parse_time(from->text_from(scope).value_or(""));
        const auto last = parse_time(to->text_from(scope).value_or(""));
        if (first && last) made = *last - *first;
    }
    if (!made || *made < 0 || *made > kDurationMsMax) return std::nullopt;
    return made;
}

std::optional<std::int64_t> CostRule::micros(const Scope& scope) const {
    if (!value) return std::nullopt;
    const auto number = parse_decimal(value->text_from(scope).value_or(""));
    if (!number || std::abs(*number) * micros_per_unit > kDecimalMax) return std::nullopt;
    return std::llround(std::abs(*number) * micros_per_unit);
}

std::string CostRule::currency_of(const Scope& scope) const {
    std::string named = currency_name ? currency_name->text_from(scope).value_or("") : "";
    const bool is_code = named.size() == 3 && std::all_of(named.begin(), named.end(), [](char c) {
                             return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                         });
    if (!is_code) return currency;
    for (char& letter : named) letter = static_cast<char>(letter & ~0x20);
    return named;
}

std::optional<std::int64_t> parse_retry_after(std::string_view text, ebra_time_ms now) {
    std::optional<std::int64_t> ms;
    if (const auto seconds = parse_decimal(text)) {
        ms = std::llround(*seconds * 1000);
    } else if (const auto at = parse_time(text)) {
        ms = *at - now;
    }
    if (!ms || *ms <= 0) return std::nullopt;
    return std::min(*ms, kRetryAfterMsMax);
}

}  // namespace ebra::provider_http
