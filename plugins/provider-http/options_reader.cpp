#include "options_reader.hpp"

#include <utility>

namespace ebra::provider_http {

namespace {

/// A key as a JSON pointer's token.
std::string pointer_to(const std::string& key) {
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

}  // namespace

const nlohmann::json* OptionsReader::find(const std::string& key) {
    asked_.insert(key);
    const auto found = options_.find(key);
    return found == options_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> OptionsReader::text(const std::string& key) {
    const nlohmann::json* found = find(key);
    if (found == nullptr) return std::nullopt;
    if (found->is_string()) return found->get<std::string>();
    problem(key, "must be text");
    return std::nullopt;
}

std::int64_t OptionsReader::number(const std::string& key, std::int64_t fallback, std::int64_t min,
                                   std::int64_t max) {
    const nlohmann::json* found = find(key);
    if (found == nullptr) return fallback;
    const bool is_small = found->is_number_integer() && (!found->is_number_unsigned() ||
                                                         found->get<std::uint64_t>() <= INT64_MAX);
    if (is_small && found->get<std::int64_t>() >= min && found->get<std::int64_t>() <= max) {
        return found->get<std::int64_t>();
    }
    problem(key,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
}

bool OptionsReader::flag(const std::string& key, bool fallback) {
    const nlohmann::json* found = find(key);
    if (found == nullptr) return fallback;
    if (found->is_boolean()) return found->get<bool>();
    problem(key, "must be true or false");
    return fallback;
}

std::vector<std::string> OptionsReader::texts(const std::string& key) {
    const nlohmann::json* found = find(key);
    if (found == nullptr) return {};
    if (found->is_string()) return {found->get<std::string>()};
    std::vector<std::string> made;
    for (const auto& one : *found) {
        if (one.is_string()) made.push_back(one.get<std::string>());
    }
    if (!found->is_array() || made.size() != found->size()) {
        problem(key, "must be text or a list of texts");
        return {};
    }
    return made;
}

const nlohmann::json* OptionsReader::object(const std::string& key) {
    const nlohmann::json* found = find(key);
    if (found == nullptr || found->is_object()) return found;
    problem(key, "must be a table");
    return nullptr;
}

void OptionsReader::problem(const std::string& key, std::string text, std::string nearest) {
    problems_.push_back({pointer_to(key), std::move(text), std::move(nearest)});
}

void OptionsReader::finish() {
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    for (const auto& [key, value] : options_.items()) {
        if (asked_.count(key) == 0)
            problem(key, "is no option of this preset", nearest_to(key, known));
    }
}

}  // namespace ebra::provider_http
