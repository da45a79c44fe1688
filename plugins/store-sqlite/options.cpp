#include "options.hpp"

#include "error.hpp"
#include "option_problems.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

namespace ebra::sqlite {

using namespace rules;

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kKeys = {"path", "durability", "restored",
                                                   "busy_timeout_ms"};

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

void read_restored(const json& options, Options& into, std::vector<Problem>& problems) {
    const auto found = options.find("restored");
    if (found == options.end()) return;
    if (*found == "quarantine" || *found == "stop") {
        into.recovers = *found == "quarantine";
        return;
    }
    problems.push_back({"/restored", "must be \"quarantine\" or \"stop\"", ""});
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
    read_restored(options, into, problems);
    read_busy_timeout(options, into, problems);
    for (const auto& item : options.items()) {
        if (std::find(kKeys.begin(), kKeys.end(), item.key()) != kKeys.end()) continue;
        problems.push_back({pointer_to(item.key()), "is not an option of store-sqlite",
                            nearest_name(item.key(), {kKeys.begin(), kKeys.end()})});
    }
    return problems;
}

}  // namespace

Options parse_options(std::string_view json) {
    Options options;
    require_none(read(json, options), "store-sqlite");
    return options;
}

ebra_status check_options(std::string_view json, const ebra_config_sink& sink) {
    Options options;
    return put_problems(read(json, options), sink);
}

}  // namespace ebra::sqlite
