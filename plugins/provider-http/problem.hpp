/// @file
/// Problem: one thing that is wrong with a preset or with options, and the nearest thing that is
/// right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

struct Problem {
    std::string pointer;  ///< In options: a JSON pointer. In a preset: "file:line: key".
    std::string text;
    std::string nearest;
};

/// "pointer text; did you mean "nearest"?"
std::string to_text(const Problem& problem);

/// The one of `known` that is spelled most like `word`; empty when none is near.
std::string nearest_to(std::string_view word, const std::vector<std::string>& known);

/// "a, b or c", each in quotes.
std::string one_of(const std::vector<std::string>& names);

}  // namespace ebra::provider_http
