#include "encoding.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace ebra::provider_http {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

int base64_value(char digit) {
    if (digit == '-') return 62;
    if (digit == '_') return 63;
    const std::size_t at = kBase64.find(digit);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string base64_in(std::string_view alphabet, std::string_view bytes) {
    std::string made;
    made.reserve((bytes.size() + 2) / 3 * 4);
    unsigned int kept = 0;
    int bits = 0;
    for (const char byte : bytes) {
        kept = (kept << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) made += alphabet[(kept >> (bits - 6)) & 63];
    }
    if (bits > 0) made += alphabet[(kept << (6 - bits)) & 63];
    return made;
}

bool is_unreserved(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
}

/// Printable ASCII, but for `except`: what nearly all names, numbers and ids are.
bool is_plain(std::string_view text, std::string_view except) {
    return std::all_of(text.begin(), text.end(), [except](char letter) {
        return letter >= 0x20 && letter <= 0x7e && except.find(letter) == std::string_view::npos;
    });
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    std::string made;
    made.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        made += kHexDigits[static_cast<unsigned char>(byte) >> 4];
        made += kHexDigits[static_cast<unsigned char>(byte) & 15];
    }
    return made;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string made;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        made += static_cast<char>(high * 16 + low);
    }
    return made;
}

std::string to_base64(std::string_view bytes) {
    std::string made = base64_in(kBase64, bytes);
    made.append((4 - made.size() % 4) % 4, '=');
    return made;
}

std::string to_base64_url(std::string_view bytes) {
    return base64_in(kBase64Url, bytes);
}

std::optional<std::string> from_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string made;
    unsigned int kept = 0;
    int bits = 0;
    for (const char digit : text) {
        const int value = base64_value(digit);
        if (value < 0) return std::nullopt;
        kept = (kept << 6) | static_cast<unsigned int>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        made += static_cast<char>((kept >> bits) & 255);
    }
    // Two spellings of the same bytes would let a changed signature pass.
    if ((kept & ((1u << bits) - 1)) != 0) return std::nullopt;
    return made;
}

std::string url_encoded(std::string_view text) {
    std::string made;
    for (const char letter : text) {
        if (is_unreserved(letter)) {
            made += letter;
        } else {
            made += '%';
            made += "0123456789ABCDEF"[static_cast<unsigned char>(letter) >> 4];
            made += "0123456789ABCDEF"[static_cast<unsigned char>(letter) & 15];
        }
    }
    return made;
}

std::string url_decoded(std::string_view text, bool plus_is_space) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                               hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
        if (is_escape) {
            made += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            made += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return made;
}

std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> made;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : "";
        made.emplace_back(url_decoded(pair.substr(0, equals), true), url_decoded(value, true));
    }
    return made;
}

std::string json_quoted(std::string_view text) {
    if (is_plain(text, "\"\\")) {
        std::string made;
        made.reserve(text.size() + 2);
        return made.append(1, '"').append(text).append(1, '"');
    }
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string printable(std::string_view text, std::size_t bytes_max) {
    if (is_plain(text, "")) return std::string(text.substr(0, bytes_max));
    // The library's own repair of UTF-8, taken out of its quotes by reading it back.
    const std::string repaired = json_quoted(text.substr(0, bytes_max));
    auto whole = nlohmann::json::parse(repaired).get<std::string>();
    for (char& letter : whole) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || byte == 0x7f) letter = ' ';
    }
    while (whole.size() > bytes_max) {
        do {
            const auto last = static_cast<unsigned char>(whole.back());
            whole.pop_back();
            if (last < 0x80 || last >= 0xc0) break;
        } while (!whole.empty());
    }
    return whole;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace ebra::provider_http
