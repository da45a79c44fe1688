/// @file
/// TomlReader: reads one table of a preset key by key, remembers which keys it was asked for, and
/// reports everything that is wrong with file, line and key. Lives while a preset is read.
#pragma once

#include "problem.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

namespace ebra::provider_http {

/// What reading a preset has brought to light.
struct PresetProblems {
    std::string file;
    std::vector<Problem> all;
    std::vector<std::string> option_names;  ///< What "option.NAME" may name.

    void add(const toml::node& at, const std::string& key, std::string text,
             std::string nearest = {});
};

class TomlReader {
 public:
    /// `path`: the table's own key, for messages. Both references must outlive this.
    TomlReader(const toml::table& table, std::string path, PresetProblems& problems)
        : table_(table), path_(std::move(path)), problems_(problems) {}

    std::optional<std::string> text(const std::string& key);
    std::string required_text(const std::string& key);
    bool flag(const std::string& key, bool fallback);
    std::int64_t number(const std::string& key, std::int64_t fallback, std::int64_t min,
                        std::int64_t max);
    /// One of `names`, or the first of them when the key is missing.
    std::string choice(const std::string& key, const std::vector<std::string>& names);
    /// A text or a list of texts, numbers and truth values, all as text.
    std::vector<std::string> texts(const std::string& key);
    const toml::table* table(const std::string& key);
    /// A table, or a list of tables: one by one.
    void each_table(const std::string& key, const std::function<void(TomlReader&)>& read);
    const toml::node* node(const std::string& key);

    /// Calls `parse`, and reports at `key` what it throws as std::invalid_argument.
    void parse(const std::string& key, const std::function<void()>& parse);
    /// Reports all keys nobody asked for. Call it last.
    void finish();

    void problem(const std::string& key, std::string text, std::string nearest = {});
    const toml::table& raw() const { return table_; }
    const std::string& path() const { return path_; }
    PresetProblems& problems() { return problems_; }
    std::string path_of(const std::string& key) const;

 private:
    const toml::table& table_;
    const std::string path_;
    PresetProblems& problems_;
    std::set<std::string, std::less<>> asked_;
};

/// A text, number or truth value as text; nothing for tables, lists and times.
std::optional<std::string> scalar_text(const toml::node& node);

}  // namespace ebra::provider_http
