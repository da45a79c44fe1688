/// @file
/// JsonWriter: puts one JSON text together, in order, without building a tree first: answers hold
/// metadata that must go out as its own bytes. One owner, one thread. It checks nothing: names and
/// nesting are the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ebra {

class JsonWriter {
 public:
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }

    /// The name of the next value. Names are plain ASCII of this program.
    JsonWriter& name(std::string_view name);

    JsonWriter& text(std::string_view text);
    /// The text, or null when it is empty.
    JsonWriter& text_or_null(std::string_view text);
    JsonWriter& number(std::int64_t number);
    /// The number, or null when it is negative: "not said".
    JsonWriter& number_or_null(std::int64_t number);
    JsonWriter& boolean(bool value);
    /// Milliseconds as RFC 3339, or null when 0: "none".
    JsonWriter& time(std::int64_t ms);
    /// A value that is JSON already.
    JsonWriter& raw(std::string_view json);

    std::string take() { return std::move(out_); }

 private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string out_;
    bool needs_comma_ = false;
};

}  // namespace ebra
