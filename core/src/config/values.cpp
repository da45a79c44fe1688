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

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        text += (text.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    return text;
}

std::string range_of(const char* what, std::int64_t min, std::int64_t max) {
    return std::string(what) + " from " + std::to_string(min) + " to " + std::to_string(max);
}

/// How many bytes follow a UTF-8 lead byte, and the smallest code point of that length.
struct Sequence {
    std::size_t more;
    char32_t bits;
    char32_t min;
};
std::optional<Sequence> sequence_of(unsigned char lead) {
    if (lead < 0x80) return Sequence{0, lead, 0};
    if ((lead & 0xE0) == 0xC0) return Sequence{1, lead & 0x1Fu, 0x80};
    if ((lead & 0xF0) == 0xE0) return Sequence{2, lead & 0x0Fu, 0x800};
    if ((lead & 0xF8) == 0xF0) return Sequence{3, lead & 0x07u, 0x10000};
    return std::nullopt;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

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
        if (!amount || !unit || *amount > (kMax - total) / *unit) return std::nullopt;
        total += *amount * *unit;
    }
    return total;
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

bool is_port(std::string_view text) {
    constexpr std::int64_t kPortMax = 65'535;
    const auto port = parse_integer(text);
    return port && *port >= 0 && *port <= kPortMax;
}

std::optional<bool> parse_boolean(std::string_view text) {
    const std::string word = lower(text);
    if (word == "true" || word == "1" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "0" || word == "no" || word == "off" || word.empty())
        return false;
    return std::nullopt;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto sequence = sequence_of(static_cast<unsigned char>(text[at++]));
        if (!sequence || text.size() - at < sequence->more) return false;
        char32_t point = sequence->bits;
        for (std::size_t n = 0; n < sequence->more; ++n) {
            const auto byte = static_cast<unsigned char>(text[at++]);
            if ((byte & 0xC0) != 0x80) return false;
            point = (point << 6) | (byte & 0x3Fu);
        }
        const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (point < sequence->min || point > 0x10FFFF || is_surrogate) return false;
    }
    return true;
}

std::string expected(const Setting& setting) {
    switch (setting.kind) {
        case Kind::kInteger:
            return range_of("a whole number", setting.min, setting.max);
        case Kind::kNumber:
            return range_of("a number", setting.min, setting.max);
        case Kind::kDuration:
            return "a duration from " + format_duration(setting.min) + " to " +
                   format_duration(setting.max) + ", such as \"250ms\", \"30s\" or \"15m\"";
        case Kind::kChoice:
            return "one of " + joined(setting.choices);
        default:
            return "text in quotes";
    }
}

std::string expected_of_variable(const Setting& setting) {
    if (setting.kind != Kind::kDuration) return expected(setting);
    return range_of("a whole number of seconds", (setting.min + kSecond - 1) / kSecond,
                    setting.max / kSecond);
}

bool set_number(const Field& field, double number) {
    const Setting& setting = *field.setting;
    const bool is_in_range = number >= static_cast<double>(setting.min) &&
                             number <= static_cast<double>(setting.max) && std::isfinite(number);
    if (!is_in_range) return false;
    if (setting.kind == Kind::kNumber) {
        *std::get<double*>(field.value) = number;
        return true;
    }
    if (number != std::floor(number)) return false;
    *std::get<std::int64_t*>(field.value) = static_cast<std::int64_t>(number);
    return true;
}

bool set_from_text(const Field& field, std::string_view text) {
    const Setting& setting = *field.setting;
    if (setting.kind == Kind::kInteger || setting.kind == Kind::kNumber) return false;
    if (setting.kind == Kind::kDuration) {
        const auto ms = parse_duration(text);
        return ms && set_number(field, static_cast<double>(*ms));
    }
    const auto& choices = setting.choices;
    if (setting.kind == Kind::kChoice &&
        std::find(choices.begin(), choices.end(), text) == choices.end()) {
        return false;
    }
    *std::get<std::string*>(field.value) = std::string(text);
    return true;
}

bool set_from_variable(const Field& field, std::string_view text) {
    if (!std::holds_alternative<std::int64_t*>(field.value)) return set_from_text(field, text);
    const auto number = parse_integer(text);
    const double unit = field.setting->kind == Kind::kDuration ? kSecond : 1;
    return number && set_number(field, static_cast<double>(*number) * unit);
}

std::string shown(const Field& field) {
    if (const auto* number = std::get_if<double*>(&field.value)) {
        std::ostringstream text;
        text << **number;
        return text.str();
    }
    if (const auto* number = std::get_if<std::int64_t*>(&field.value)) {
        const bool is_duration = field.setting->kind == Kind::kDuration;
        return is_duration ? format_duration(**number) : std::to_string(**number);
    }
    const std::string& text = *std::get<std::string*>(field.value);
    if (field.setting->kind == Kind::kSecret) return text.empty() ? "" : "(set)";
    return text;
}

}  // namespace ebra::config
