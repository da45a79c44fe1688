#include "array_literal.hpp"

#include <charconv>

namespace ebra::postgres {

namespace {

// What an index can hold of a name, among others.
constexpr std::size_t kNameBytesMax = 1024;

/// In rows as in arrays a quoted text may hold anything; `"` and `\` are escaped by `\`.
void append_quoted(std::string& into, std::string_view text) {
    into += '"';
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') into += '\\';
        into += letter;
    }
    into += '"';
}

unsigned byte_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

/// Bytes of the character that starts with `lead`, 0 when none does.
std::size_t length_of(unsigned lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte.
bool is_second_sound(unsigned lead, unsigned second) {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0;
        case 0xED:
            return second <= 0x9F;
        case 0xF0:
            return second >= 0x90;
        case 0xF4:
            return second <= 0x8F;
        default:
            return true;
    }
}

}  // namespace

bool is_storable_name(std::string_view text) {
    return text.size() <= kNameBytesMax && is_storable(text);
}

bool is_storable(std::string_view text) {
    std::size_t index = 0;
    while (index < text.size()) {
        const unsigned lead = byte_at(text, index);
        const std::size_t length = length_of(lead);
        if (lead == 0 || length == 0 || index + length > text.size()) return false;
        for (std::size_t i = 1; i < length; ++i) {
            if ((byte_at(text, index + i) & 0xC0) != 0x80) return false;
        }
        if (length > 1 && !is_second_sound(lead, byte_at(text, index + 1))) return false;
        index += length;
    }
    return true;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        digits += kDigits[value / 16];
        digits += kDigits[value % 16];
    }
    return digits;
}

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(digits.data() + i, digits.data() + i + 2, value, 16);
        bytes += static_cast<char>(value);
    }
    return bytes;
}

RowLiteral& RowLiteral::add(std::string_view text) {
    separate();
    append_quoted(text_, text);
    return *this;
}

RowLiteral& RowLiteral::add(bool value) {
    separate();
    text_ += value ? 't' : 'f';
    return *this;
}

RowLiteral& RowLiteral::skip(int count) {
    for (int i = 0; i < count; ++i) separate();
    return *this;
}

void RowLiteral::separate() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
}

ArrayLiteral& ArrayLiteral::add(std::string_view text) {
    separate();
    append_quoted(text_, text);
    return *this;
}

ArrayLiteral& ArrayLiteral::add(bool value) {
    separate();
    text_ += value ? 't' : 'f';
    return *this;
}

void ArrayLiteral::separate() {
    if (text_.size() > 1) text_ += ',';
}

}  // namespace ebra::postgres
