#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <sstream>

namespace ebra::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::int64_t> unit_ms(std::string_view name) {
    for (const Unit& unit : kUnits) {
        if (unit.name == name) return unit.ms;
    }
    return std::nullopt;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "\"" : ", \"") + word + "\"";
    return text;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    constexpr std::int64_t kMax = 366LL * 86'400'000;
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    while (!text.empty()) {
        const auto digits = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
        const auto amount = parse_integer(text.substr(0, digits));
        text.remove_prefix(digits);
        const auto letters = static_cast<std::size_t>(
            std::find_if(text.begin(), text.end(), is_digit) - text.begin());
        const auto unit = unit_ms(text.substr(0, letters));
        text.remove_prefix(letters);
        if (!amount || !unit || *amount > kMax / *unit) return std::nullopt;
        total += *amount * *unit;
    }
    return total <= kMax ? std::optional(total) : std::nullopt;
}

std::string format_duration(std::int64_t milliseconds) {
    if (milliseconds == 0) return "0s";
    for (const Unit& unit : kUnits) {
        if (milliseconds % unit.ms == 0) {
            return std::to_string(milliseconds / unit.ms) + std::string(unit.name);
        }
    }
    return std::to_string(milliseconds) + "ms";
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return is_whole && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
    const std::string word = lower(text);
    if (word == "true" || word == "1" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "0" || word == "no" || word == "off" || word.empty())
        return false;
    return std::nullopt;
}

template <typename Owner>
std::string expected(const Field<Owner>& field) {
    switch (field.kind) {
        case Kind::kInteger:
            return "a whole number from " + std::to_string(field.min) + " to " +
                   std::to_string(field.max);
        case Kind::kNumber:
            return "a number from " + std::to_string(field.min) + " to " +
                   std::to_string(field.max);
        case Kind::kDuration:
            return "a duration from " + format_duration(field.min) + " to " +
                   format_duration(field.max) + ", such as \"250ms\", \"30s\" or \"15m\"";
        case Kind::kChoice:
            return "one of " + joined(field.choices);
        default:
            return "text in quotes";
    }
}

template <typename Owner>
std::optional<std::string> set_number(const Field<Owner>& field, Owner& owner, double number) {
    const bool is_in_range = number >= static_cast<double>(field.min) &&
                             number <= static_cast<double>(field.max) && std::isfinite(number);
    if (!is_in_range) return expected(field);
    if (field.kind == Kind::kNumber) {
        *static_cast<double*>(field.place(owner)) = number;
        return std::nullopt;
    }
    if (number != std::floor(number)) return expected(field);
    *static_cast<std::int64_t*>(field.place(owner)) = static_cast<std::int64_t>(number);
    return std::nullopt;
}

template <typename Owner>
std::optional<std::string> set_from_text(const Field<Owner>& field, Owner& owner,
                                         std::string_view text, bool counts_seconds) {
    if (field.kind == Kind::kInteger || field.kind == Kind::kNumber || counts_seconds) {
        const auto number = parse_integer(text);
        if (!number) {
            return counts_seconds ? "a whole number of seconds from " +
                                        std::to_string((field.min + 999) / 1'000) + " to " +
                                        std::to_string(field.max / 1'000)
                                  : expected(field);
        }
        return set_number(field, owner,
                          static_cast<double>(*number) * (counts_seconds ? 1'000 : 1));
    }
    if (field.kind == Kind::kDuration) {
        const auto ms = parse_duration(text);
        return ms ? set_number(field, owner, static_cast<double>(*ms)) : expected(field);
    }
    const auto& choices = field.choices;
    if (field.kind == Kind::kChoice &&
        std::find(choices.begin(), choices.end(), text) == choices.end()) {
        return expected(field);
    }
    *static_cast<std::string*>(field.place(owner)) = std::string(text);
    return std::nullopt;
}

template <typename Owner>
std::string shown(const Field<Owner>& field, Owner& owner) {
    const void* place = field.place(owner);
    switch (field.kind) {
        case Kind::kInteger:
            return std::to_string(*static_cast<const std::int64_t*>(place));
        case Kind::kDuration:
            return format_duration(*static_cast<const std::int64_t*>(place));
        case Kind::kNumber: {
            std::ostringstream text;
            text << *static_cast<const double*>(place);
            return text.str();
        }
        case Kind::kSecret:
            return static_cast<const std::string*>(place)->empty() ? "" : "(set)";
        default:
            return *static_cast<const std::string*>(place);
    }
}

#define EBRA_INSTANTIATE(Owner)                                                          \
    template std::string expected(const Field<Owner>&);                                  \
    template std::optional<std::string> set_number(const Field<Owner>&, Owner&, double); \
    template std::optional<std::string> set_from_text(const Field<Owner>&, Owner&,       \
                                                      std::string_view, bool);           \
    template std::string shown(const Field<Owner>&, Owner&);
EBRA_INSTANTIATE(Config)
EBRA_INSTANTIATE(ProviderConfig)

}  // namespace ebra::config
