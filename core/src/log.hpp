/// @file
/// Structured log lines: an event name and named fields, as JSON or as text, on standard error.
/// Every claim, start, settle, retry, reclaim and refusal is one line with call id and attempt.
/// Thread-safe. Never blocks on a slow reader longer than the write itself; never logs a secret,
/// because no caller passes one.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace ebra::log {

enum class Level { kDebug, kInfo, kWarn, kError, kOff };
enum class Format { kText, kJson };

/// One named value of a line. Views are only read until write() returns.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t> value;

    Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
    template <std::integral Number>
    Field(std::string_view field_name, Number number)
        : name(field_name), value(static_cast<std::int64_t>(number)) {}
};

/// Sets the lowest level written and the format. Once, before threads start. Default: info, text.
void configure(Level lowest, Format format);

/// True when a line of this level would be written.
bool enabled(Level level);

/// Writes one line: time, level, `event` (past tense, e.g. "call_claimed") and the fields.
void write(Level level, std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields) {
    if (enabled(Level::kDebug)) write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields) {
    if (enabled(Level::kInfo)) write(Level::kInfo, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<Field> fields) {
    if (enabled(Level::kWarn)) write(Level::kWarn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields) {
    if (enabled(Level::kError)) write(Level::kError, event, fields);
}

}  // namespace ebra::log
