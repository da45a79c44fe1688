#include "problem.hpp"

#include <algorithm>
#include <numeric>

namespace ebra::provider_http {

namespace {

constexpr std::size_t kNearestDistanceMax = 4;

std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string to_text(const Problem& problem) {
    std::string text =
        problem.pointer.empty() ? problem.text : problem.pointer + " " + problem.text;
    if (!problem.nearest.empty()) text += "; did you mean \"" + problem.nearest + "\"?";
    return text;
}

std::string nearest_to(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t best_distance = std::min(kNearestDistanceMax, word.size()) + 1;
    for (const std::string& name : known) {
        const std::size_t distance = edit_distance(word, name);
        if (distance >= best_distance) continue;
        best = name;
        best_distance = distance;
    }
    return best;
}

std::string one_of(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += "\"" + names[i] + "\"";
    }
    return text;
}

}  // namespace ebra::provider_http
