#include "options.hpp"

#include "signature.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <vector>

namespace ebra::sim {

namespace {

using nlohmann::json;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kCapacityMax = 1'000'000;
constexpr double kPercentMax = 100;
constexpr std::size_t kNearestDistanceMax = 4;

struct Problem {
    std::string pointer;
    std::string text;
    std::string nearest;
};

using Problems = std::vector<Problem>;

/// Reads one value; `pointer` is where it stands.
using Reader = std::function<void(const json&, const std::string& pointer, Options&, Problems&)>;

struct Key {
    std::string_view name;
    Reader read;
};

std::string range_text(std::int64_t min, std::int64_t max) {
    return "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

std::optional<std::int64_t> integer_in(const json& value, std::int64_t min, std::int64_t max) {
    if (!value.is_number_integer()) return std::nullopt;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
        return std::nullopt;
    }
    const auto number = value.get<std::int64_t>();
    if (number < min || number > max) return std::nullopt;
    return number;
}

Reader integer(std::int64_t Options::*field, std::int64_t min, std::int64_t max) {
    return [=](const json& value, const std::string& pointer, Options& into, Problems& problems) {
        const auto number = integer_in(value, min, max);
        if (!number) return problems.push_back({pointer, "must be " + range_text(min, max), ""});
        into.*field = *number;
    };
}

Reader percent(double Options::*field) {
    return [=](const json& value, const std::string& pointer, Options& into, Problems& problems) {
        const double number = value.is_number() ? value.get<double>() : -1;
        if (number < 0 || number > kPercentMax) {
            return problems.push_back({pointer, "must be a percentage from 0 to 100", ""});
        }
        into.*field = number;
    };
}

std::string nearest_of(std::string_view unknown, const std::vector<std::string_view>& known);

/// A length of time: `250`, or `{ "min": 100, "max": 400 }`.
Reader span(Span Options::*field) {
    return [=](const json& value, const std::string& pointer, Options& into, Problems& problems) {
        if (const auto fixed = integer_in(value, 0, kDayMs)) {
            into.*field = Span{*fixed, *fixed};
            return;
        }
        const bool has_both = value.is_object() && value.contains("min") && value.contains("max");
        if (!has_both) {
            return problems.push_back(
                {pointer, "must be milliseconds or { min = ..., max = ... }", ""});
        }
        for (const auto& item : value.items()) {
            if (item.key() == "min" || item.key() == "max") continue;
            problems.push_back({pointer + "/" + item.key(), "is not known here",
                                nearest_of(item.key(), {"min", "max"})});
        }
        const auto min = integer_in(value["min"], 0, kDayMs);
        const auto max = integer_in(value["max"], 0, kDayMs);
        const std::string wanted = "must be milliseconds, " + range_text(0, kDayMs);
        if (!min) problems.push_back({pointer + "/min", wanted, ""});
        if (!max) problems.push_back({pointer + "/max", wanted, ""});
        if (!min || !max) return;
        if (*min > *max) return problems.push_back({pointer, "has a min above its max", ""});
        into.*field = Span{*min, *max};
    };
}

void read_ledger(const json& value, const std::string& pointer, Options& into, Problems& problems) {
    if (value.is_string() && !value.get_ref<const std::string&>().empty() &&
        value.get_ref<const std::string&>().find('\0') == std::string::npos) {
        into.ledger = value.get<std::string>();
        return;
    }
    problems.push_back({pointer, "must be a file name, e.g. \"ledger.jsonl\"", ""});
}

void read_seed(const json& value, const std::string& pointer, Options& into, Problems& problems) {
    if (value.is_number_integer() &&
        (value.is_number_unsigned() || value.get<std::int64_t>() >= 0)) {
        into.seed = value.get<std::uint64_t>();
        return;
    }
    problems.push_back({pointer, "must be a whole number from 0", ""});
}

void read_auto_callback(const json& value, const std::string& pointer, Options& into,
                        Problems& problems) {
    if (!value.is_boolean()) {
        return problems.push_back({pointer, "must be true or false", ""});
    }
    into.auto_callback = value.get<bool>();
}

void read_callback_delay(const json& value, const std::string& pointer, Options& into,
                         Problems& problems) {
    constexpr double kDelaySecondsMax = static_cast<double>(kDayMs) / 1000;
    const double seconds = value.is_number() ? value.get<double>() : -1;
    if (seconds < 0 || seconds > kDelaySecondsMax) {
        return problems.push_back({pointer, "must be seconds from 0 to 86400", ""});
    }
    into.callback_delay_ms = static_cast<std::int64_t>(seconds * 1000);
}

void read_callback_secret(const json& value, const std::string& pointer, Options& into,
                          Problems& problems) {
    if (value.is_string() && key_of_secret(value.get_ref<const std::string&>())) {
        into.callback_secret = value.get<std::string>();
        return;
    }
    problems.push_back({pointer, "must be text, or \"whsec_\" and base64", ""});
}

void read_query(const json& value, const std::string& pointer, Options& into, Problems& problems) {
    static const std::array<std::pair<std::string_view, QueryMode>, 4> kModes = {{
        {"absent", QueryMode::kAbsent},
        {"exact", QueryMode::kExact},
        {"lagging", QueryMode::kLagging},
        {"cannot_say", QueryMode::kCannotSay},
    }};
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    for (const auto& [name, mode] : kModes) {
        if (text != name) continue;
        into.query = mode;
        return;
    }
    problems.push_back({pointer, "must be \"absent\", \"exact\", \"lagging\" or \"cannot_say\"",
                        nearest_of(text, {"absent", "exact", "lagging", "cannot_say"})});
}

const std::vector<Key>& keys() {
    static const std::vector<Key> all = {
        {"ledger", read_ledger},
        {"seed", read_seed},
        {"auto_callback", read_auto_callback},
        {"callback_delay_sec", read_callback_delay},
        {"callback_secret", read_callback_secret},
        {"ring_ms", span(&Options::ring_ms)},
        {"talk_ms", span(&Options::talk_ms)},
        {"answer_ms", span(&Options::answer_ms)},
        {"query", read_query},
        {"query_lag_ms", integer(&Options::query_lag_ms, 0, kDayMs)},
        {"capacity", integer(&Options::capacity, 0, kCapacityMax)},
        {"retry_after_ms", integer(&Options::retry_after_ms, 0, kDayMs)},
        {"refuse_transient", percent(&Options::refuse_transient)},
        {"refuse_permanent", percent(&Options::refuse_permanent)},
        {"no_capacity", percent(&Options::no_capacity)},
        {"lost_answer", percent(&Options::lost_answer)},
        {"fail", percent(&Options::fail)},
        {"busy", percent(&Options::busy)},
        {"no_answer", percent(&Options::no_answer)},
        {"webhook_early", percent(&Options::webhook_early)},
        {"webhook_duplicate", percent(&Options::webhook_duplicate)},
        {"webhook_reordered", percent(&Options::webhook_reordered)},
        {"webhook_late", percent(&Options::webhook_late)},
        {"webhook_missing", percent(&Options::webhook_missing)},
        {"webhook_late_ms", integer(&Options::webhook_late_ms, 0, kDayMs)},
    };
    return all;
}

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

std::string nearest_of(std::string_view unknown, const std::vector<std::string_view>& known) {
    const auto nearest = std::min_element(known.begin(), known.end(), [&](auto left, auto right) {
        return edit_distance(unknown, left) < edit_distance(unknown, right);
    });
    const bool is_near = edit_distance(unknown, *nearest) <= kNearestDistanceMax;
    return is_near ? std::string(*nearest) : std::string();
}

std::string nearest_key(std::string_view unknown) {
    std::vector<std::string_view> names;
    for (const Key& key : keys()) names.push_back(key.name);
    return nearest_of(unknown, names);
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

void check_sum(std::initializer_list<double> parts, std::string_view names, Problems& problems) {
    if (std::accumulate(parts.begin(), parts.end(), 0.0) <= kPercentMax) return;
    problems.push_back({"", std::string(names) + " add up to more than 100 percent", ""});
}

/// What no value can be blamed for alone.
void check_together(const Options& options, Problems& problems) {
    check_sum({options.refuse_transient, options.refuse_permanent, options.no_capacity,
               options.lost_answer},
              "refuse_transient, refuse_permanent, no_capacity and lost_answer", problems);
    check_sum({options.fail, options.busy, options.no_answer}, "fail, busy and no_answer",
              problems);
    check_sum({options.webhook_early, options.webhook_duplicate, options.webhook_reordered,
               options.webhook_late, options.webhook_missing},
              "webhook_early, _duplicate, _reordered, _late and _missing", problems);
    const bool looks_up =
        options.query == QueryMode::kExact || options.query == QueryMode::kLagging;
    if (looks_up && options.ledger.empty()) {
        problems.push_back({"/ledger", "is required when query looks calls up", ""});
    }
    if (options.capacity > 0 && !options.auto_callback) {
        problems.push_back({"/capacity",
                            "needs auto_callback = true: a passive call never ends by itself, so "
                            "its place would never be free again",
                            ""});
    }
}

Problems read(std::string_view text, Options& into) {
    const json options = json::parse(text, nullptr, false);
    if (!options.is_object()) return {{"", "must be a JSON object", ""}};
    Problems problems;
    for (const auto& item : options.items()) {
        const std::string pointer = pointer_to(item.key());
        const auto known = std::find_if(keys().begin(), keys().end(),
                                        [&](const Key& key) { return key.name == item.key(); });
        if (known != keys().end()) {
            known->read(item.value(), pointer, into, problems);
        } else {
            problems.push_back(
                {pointer, "is not an option of provider-sim", nearest_key(item.key())});
        }
    }
    if (problems.empty()) check_together(into, problems);
    return problems;
}

}  // namespace

Options parse_options(std::string_view json) {
    Options options;
    const Problems problems = read(json, options);
    if (problems.empty()) return options;
    const Problem& first = problems.front();
    std::string message = "provider-sim: " + first.pointer + " " + first.text;
    if (!first.nearest.empty()) message += "; did you mean \"" + first.nearest + "\"?";
    throw BadOptions(message);
}

ebra_status check_options(std::string_view json, const ebra_config_sink& sink) {
    Options options;
    const Problems problems = read(json, options);
    for (const Problem& problem : problems) {
        auto put = plugin::sized<ebra_config_problem>();
        put.pointer = plugin::str(problem.pointer);
        put.text = plugin::str(problem.text);
        put.nearest = plugin::str(problem.nearest);
        sink.put(sink.context, &put);
    }
    return problems.empty() ? EBRA_OK : EBRA_INVALID_ARGUMENT;
}

}  // namespace ebra::sim
