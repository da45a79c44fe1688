/// @file
/// OptionsReader: reads the options object key by key, remembers which keys were asked for, reports
/// what is wrong with JSON pointers. Lives while options are read.
#pragma once

#include "problem.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ebra::provider_http {

class OptionsReader {
 public:
    OptionsReader(const nlohmann::json& options, std::vector<Problem>& problems)
        : options_(options), problems_(problems) {}

    std::optional<std::string> text(const std::string& key);
    std::int64_t number(const std::string& key, std::int64_t fallback, std::int64_t min,
                        std::int64_t max);
    bool flag(const std::string& key, bool fallback);
    /// A text, or a list of texts.
    std::vector<std::string> texts(const std::string& key);
    const nlohmann::json* object(const std::string& key);

    void problem(const std::string& key, std::string text, std::string nearest = {});
    /// Reports all keys nobody asked for. Call it last.
    void finish();

 private:
    const nlohmann::json* find(const std::string& key);

    const nlohmann::json& options_;
    std::vector<Problem>& problems_;
    std::set<std::string> asked_;
};

}  // namespace ebra::provider_http
