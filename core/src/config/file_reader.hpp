/// @file
/// FileReader: the TOML file into a Config, collecting everything that is wrong with it, each with
/// its place. Used once, by load_config().
#pragma once

#include "config/environment.hpp"
#include "config/fields.hpp"

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <toml++/toml.h>
#include <vector>

namespace ebra::config {

class FileReader {
 public:
    FileReader(std::string file, const Environment& environment, Config& config,
               std::vector<ConfigProblem>& problems)
        : file_(std::move(file)), environment_(environment), config_(config), problems_(problems) {}

    /// Reads the file. What cannot be parsed at all is one problem with its place.
    void read();

    /// True when the file has a [store] table.
    bool has_store() const { return has_store_; }
    /// True when the file sets "section.name".
    bool is_set(const std::string& key) const;
    /// The text of "section.name" as it stands in the file, when ${...} in it was replaced: what
    /// may be shown of it.
    std::optional<std::string> written(const std::string& key) const;

 private:
    void read_root(const toml::table& root);
    void read_section(const std::string& section, const toml::node& node);
    void read_section_key(const std::vector<Field>& fields, const std::string& section,
                          const std::string& name, const toml::node& node);
    void read_secret_file(const Field& field, const toml::table& table);
    void read_providers(const toml::node& node);
    void read_provider(std::size_t index, const toml::table& table);
    void read_plugin_dirs(const toml::node& node);
    void read_options(const std::string& owner, const toml::node& node, std::string& into);
    nlohmann::json to_json(const std::string& place, const toml::node& node);
    nlohmann::json scalar_to_json(const std::string& place, const toml::node& node);
    void set(const Field& field, const toml::node& node);
    bool set_value(const Field& field, const toml::node& node);
    std::optional<std::string> text_of(const std::string& key, const toml::node& node);
    void unknown_key(const std::string& where, std::string_view name, const toml::source_region& at,
                     const std::vector<std::string>& valid);
    void problem(const toml::node& node, std::string key, std::string message,
                 std::string suggestion = {});

    const std::string file_;
    const Environment& environment_;
    Config& config_;
    std::vector<ConfigProblem>& problems_;
    std::map<std::string, std::string> written_;
    bool has_store_ = false;
};

}  // namespace ebra::config
