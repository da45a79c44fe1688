/// @file
/// Reading JSON as text: a body is validated whole, then its members are looked at where they
/// stand, so that a value can be kept byte for byte. Pure functions, any thread; they never recurse
/// deeper than kJsonDepthMax and never build a tree of the input.
#pragma once

#include "ebra/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

/// Objects and arrays within each other; deeper bodies are refused.
inline constexpr std::size_t kJsonDepthMax = 32;

/// One member of an object. `value` is its text in the input, without blanks around it.
struct JsonMember {
    std::string name;
    std::string_view value;
};

/// The members of the object that `text` is, in order, repeated names included. The views point
/// into `text`. kInvalidArgument, with a sentence for the client, for anything that is not one JSON
/// object: broken syntax, bytes that are no UTF-8, half surrogates, NUL, depth beyond
/// kJsonDepthMax, numbers beyond 10^4932.
Result<std::vector<JsonMember>> read_json_object(std::string_view text);

/// True when the validated value `text` is an object.
bool is_json_object(std::string_view text);

/// The string that the validated value `text` is, decoded; nothing when it is no string.
std::optional<std::string> json_string(std::string_view text);

/// The number that the validated value `text` is; nothing when it is none or no finite double.
std::optional<double> json_number(std::string_view text);

/// The same text for values that mean the same: without blanks outside strings, members sorted by
/// name. Numbers and strings stay as written. `text` must be validated.
std::string canonical_json(std::string_view text);

}  // namespace ebra
