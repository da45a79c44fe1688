#include "condition.hpp"

#include <algorithm>

namespace ebra::provider_http {

namespace {

bool is_status_class(std::string_view pattern) {
    return pattern.size() == 3 && pattern[0] >= '1' && pattern[0] <= '5' && pattern[1] == 'x' &&
           pattern[2] == 'x';
}

bool fits(const std::string& pattern, const std::optional<std::string>& value) {
    if (pattern.empty()) return !value;
    if (!value) return false;
    if (is_status_class(pattern)) return value->size() == 3 && value->front() == pattern.front();
    return matches_glob(pattern, *value);
}

}  // namespace

/// Goes back to the last star only, so it is quadratic at worst.
bool matches_glob(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_at = 0;
    while (at < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            star_at = at;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
            ++in_pattern;
            ++at;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++star_at;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

void Condition::require(Pick name, std::vector<std::string> patterns) {
    terms_.push_back({std::move(name), std::move(patterns), false});
}

void Condition::forbid(Pick name, std::vector<std::string> patterns) {
    terms_.push_back({std::move(name), std::move(patterns), true});
}

bool Condition::holds(const Scope& scope) const {
    return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
        const std::optional<std::string> value = term.name.text_from(scope);
        const bool is_one = std::any_of(term.patterns.begin(), term.patterns.end(),
                                        [&](const auto& pattern) { return fits(pattern, value); });
        return is_one != term.is_forbidden;
    });
}

}  // namespace ebra::provider_http
