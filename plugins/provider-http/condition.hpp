/// @file
/// Condition: a question about an answer or a webhook, as a preset asks it: each name must have one
/// of the patterns it is given. Constant after construction; thread-safe.
#pragma once

#include "expression.hpp"
#include "scope.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::provider_http {

/// Whether `text` is `pattern`, in which "*" stands for any text.
bool matches_glob(std::string_view pattern, std::string_view text);

class Condition {
 public:
    /// `name` must have a value that is one of `patterns`. "*" is any value that is there, "" none
    /// at all; "4xx" fits the status 400 to 499.
    void require(Pick name, std::vector<std::string> patterns);
    /// `name` must not have such a value.
    void forbid(Pick name, std::vector<std::string> patterns);
    /// True when it asks for nothing, or all it asks for is so.
    bool holds(const Scope& scope) const;
    bool empty() const { return terms_.empty(); }

 private:
    struct Term {
        Pick name;
        std::vector<std::string> patterns;
        bool is_forbidden;
    };
    std::vector<Term> terms_;
};

}  // namespace ebra::provider_http
