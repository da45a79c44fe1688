#include "option_problems.hpp"

#include "store_error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <numeric>

namespace ebra::rules {

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

std::string nearest_name(std::string_view unknown, const std::vector<std::string_view>& names) {
    const auto nearest = std::min_element(names.begin(), names.end(), [&](auto left, auto right) {
        return edit_distance(unknown, left) < edit_distance(unknown, right);
    });
    if (nearest == names.end()) return {};
    const bool is_near = edit_distance(unknown, *nearest) <= kNearestDistanceMax;
    return is_near ? std::string(*nearest) : std::string();
}

std::string pointer_to(std::string_view key) {
    std::string pointer = "/";
    for (const char letter : key) {
        if (letter == '~') {
            pointer += "~0";
        } else if (letter == '/') {
            pointer += "~1";
        } else {
            pointer += letter;
        }
    }
    return pointer;
}

void require_none(const std::vector<Problem>& problems, const std::string& plugin) {
    if (problems.empty()) return;
    const Problem& first = problems.front();
    std::string message = plugin + ": " + first.pointer + " " + first.text;
    if (!first.nearest.empty()) message += "; did you mean \"" + first.nearest + "\"?";
    throw invalid(message);
}

ebra_status put_problems(const std::vector<Problem>& problems, const ebra_config_sink& sink) {
    for (const Problem& problem : problems) {
        auto put = plugin::sized<ebra_config_problem>();
        put.pointer = plugin::str(problem.pointer);
        put.text = plugin::str(problem.text);
        put.nearest = plugin::str(problem.nearest);
        sink.put(sink.context, &put);
    }
    return problems.empty() ? EBRA_OK : EBRA_INVALID_ARGUMENT;
}

}  // namespace ebra::rules
