#include "options.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace ebra::sqlite {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kKeys = {"path", "durability", "busy_timeout_ms"};
constexpr std::size_t kNearestDistanceMax = 4;

struct Problem {
    std::string pointer;
    std::string text;
    std::string nearest;
};

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

std::string nearest_key(std::string_view unknown) {
    const auto nearest = std::min_element(kKeys.begin(), kKeys.end(), [&](auto left, auto right) {
        return edit_distance(unknown, left) < edit_distance(unknown, right);
    });
    const bool is_near = edit_distance(unknown, *nearest) <= kNearestDistanceMax;
    return is_near ? std::string(*nearest) : std::string();
}

/// A key as a JSON pointer's token.
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

void read_path(const json& options, Options& into, std::vector<Problem>& problems) {
    const auto found = options.find("path");
    if (found == options.end()) {
        problems.push_back({"/path", "is required: the file that holds the calls", ""});
    } else if (!found->is_string() || found->get_ref<const std::string&>().empty()) {
        problems.push_back({"/path", "must be a file name, e.g. \"/var/lib/ebra/calls.db\"", ""});
    } else {
        into.path = found->get<std::string>();
        const bool is_special = into.path == ":memory:" || into.path.rfind("file:", 0) == 0;
        if (!is_special && into.path.find('\0') == std::string::npos) return;
        problems.push_back({"/path", "must be the plain name of a file on disk", ""});
    }
}

void read_durability(const json& options, Options& into, std::vector<Problem>& problems) {
    const auto found = options.find("durability");
    if (found == options.end()) return;
    if (*found == "full" || *found == "normal") {
        into.always_full = *found == "full";
        return;
    }
    problems.push_back({"/durability", "must be \"full\" or \"normal\"", ""});
}

void read_busy_timeout(const json& options, Options& into, std::vector<Problem>& problems) {
    const auto found = options.find("busy_timeout_ms");
    if (found == options.end()) return;
    if (found->is_number_integer()) {
        const auto value = found->get<std::int64_t>();
        if (value >= kBusyTimeoutMsMin && value <= kBusyTimeoutMsMax) {
            into.busy_timeout_ms = static_cast<int>(value);
            return;
        }
    }
    problems.push_back({"/busy_timeout_ms", "must be a whole number from 100 to 60000", ""});
}

std::vector<Problem> read(std::string_view text, Options& into) {
    const json options = json::parse(text, nullptr, false);
    if (!options.is_object()) return {{"", "must be a JSON object with a \"path\"", ""}};
    std::vector<Problem> problems;
    read_path(options, into, problems);
    read_durability(options, into, problems);
    read_busy_timeout(options, into, problems);
    for (const auto& item : options.items()) {
        if (std::find(kKeys.begin(), kKeys.end(), item.key()) != kKeys.end()) continue;
        problems.push_back(
            {pointer_to(item.key()), "is not an option of store-sqlite", nearest_key(item.key())});
    }
    return problems;
}

}  // namespace

Options parse_options(std::string_view json) {
    Options options;
    const std::vector<Problem> problems = read(json, options);
    if (problems.empty()) return options;
    const Problem& first = problems.front();
    std::string message = "store-sqlite: " + first.pointer + " " + first.text;
    if (!first.nearest.empty()) message += "; did you mean \"" + first.nearest + "\"?";
    throw invalid(message);
}

ebra_status check_options(std::string_view json, const ebra_config_sink& sink) {
    Options options;
    const std::vector<Problem> problems = read(json, options);
    for (const Problem& problem : problems) {
        auto put = plugin::sized<ebra_config_problem>();
        put.pointer = plugin::str(problem.pointer);
        put.text = plugin::str(problem.text);
        put.nearest = plugin::str(problem.nearest);
        sink.put(sink.context, &put);
    }
    return problems.empty() ? EBRA_OK : EBRA_INVALID_ARGUMENT;
}

}  // namespace ebra::sqlite
