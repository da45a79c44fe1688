/// @file
/// What a preset may write where a value is wanted. Constant after construction; thread-safe.
///
///   Pick      "body.call.id, body.id | base64"   the first name that has a value, through filters
///             "state.hang_up, 'no-answer'"       what is in quotes is itself
///   Template  "Bearer {option.api_key}"          text with picks in braces; "{{" is a brace
#pragma once

#include "scope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ebra::provider_http {

/// What is done to a value on its way.
enum class Filter {
    kDigits,  ///< "+1 555" to "1555": a number without its plus.
    kBase64,
    kFromBase64,  ///< What is not base64 has no value.
    kUrl,         ///< URL encoding, where it is not done anyway.
    kJsonText,    ///< JSON as a string, not as JSON.
    kNumber,      ///< A JSON number, from digits in text.
    kLower,
    kOptional,  ///< Missing is empty, where missing would make the whole text missing.
};

/// The names of all filters, for messages.
const std::vector<std::string>& filter_names();

class Pick {
 public:
    /// Throws std::invalid_argument that says what is wrong.
    explicit Pick(std::string_view text);
    /// The first name's value that there is, filtered.
    std::optional<Value> from(const Scope& scope) const;
    /// The same as text.
    std::optional<std::string> text_from(const Scope& scope) const;
    /// What it looks up; texts in quotes are no names.
    std::vector<std::string> names() const;

 private:
    /// A name, or a text that stands for itself.
    struct Alternative {
        std::string text;
        bool is_literal;
    };
    static Alternative alternative_of(std::string word);

    std::vector<Alternative> alternatives_;
    std::vector<Filter> filters_;
};

class Template {
 public:
    Template() = default;
    /// Throws std::invalid_argument that says what is wrong.
    explicit Template(std::string_view text);
    /// The text; nothing when a pick in it has no value. `encodes`: picks are URL-encoded, but for
    /// one that the text begins with, which is the beginning of a URL.
    std::optional<std::string> from(const Scope& scope, bool encodes = false) const;
    /// When it is one pick and nothing else: its value, JSON kept as JSON.
    std::optional<Value> value_from(const Scope& scope) const;
    bool empty() const { return parts_.empty(); }
    /// All names its picks use.
    std::vector<std::string> names() const;

 private:
    std::vector<std::variant<std::string, Pick>> parts_;
};

}  // namespace ebra::provider_http
