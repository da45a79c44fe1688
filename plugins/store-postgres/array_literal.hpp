/// @file
/// Rows and arrays as PostgreSQL reads them from text: the quoting is ours, as libpqxx has none for
/// parameters that are arrays. Pure. The types are checked by the server; what no text may hold
/// (NUL, bytes that are not UTF-8) is checked by `is_storable` before anything is built.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace ebra::postgres {

/// True when PostgreSQL can store `text`: valid UTF-8 without NUL.
bool is_storable(std::string_view text);
/// The same, and short enough for an index to hold: longer ones are no names.
bool is_storable_name(std::string_view text);

/// Bytes as hexadecimal digits, and back.
std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view digits);

/// One row of a table, column by column: "(1,\"a\",,t)".
class RowLiteral {
 public:
    RowLiteral& add(std::string_view text);
    RowLiteral& add(const char* text) { return add(std::string_view(text)); }
    RowLiteral& add(const std::string& text) { return add(std::string_view(text)); }
    RowLiteral& add(bool value);
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) RowLiteral& add(Number value) {
        separate();
        text_ += std::to_string(value);
        return *this;
    }
    /// `count` columns that the reader does not look at, or that take their default.
    RowLiteral& skip(int count = 1);

    std::string text() const { return text_ + ")"; }

 private:
    void separate();

    std::string text_ = "(";
    bool is_first_ = true;
};

/// One array, element by element: "{1,2}", "{\"a\",\"b\"}".
class ArrayLiteral {
 public:
    ArrayLiteral& add(std::string_view text);
    ArrayLiteral& add(const char* text) { return add(std::string_view(text)); }
    ArrayLiteral& add(const std::string& text) { return add(std::string_view(text)); }
    ArrayLiteral& add(const RowLiteral& row) { return add(row.text()); }
    ArrayLiteral& add(bool value);
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) ArrayLiteral& add(Number value) {
        separate();
        text_ += std::to_string(value);
        return *this;
    }

    bool is_empty() const { return text_.size() == 1; }
    std::string text() const { return text_ + "}"; }

 private:
    void separate();

    std::string text_ = "{";
};

}  // namespace ebra::postgres
