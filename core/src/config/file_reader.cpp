#include "config/file_reader.hpp"

#include "config/file_content.hpp"
#include "config/problem_text.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ebra::config {

namespace {

constexpr std::string_view kFileSuffix = "_file";
constexpr std::array<std::string_view, 6> kTopKeys{"plugin_dirs", "engine", "http",
                                                   "log",         "store",  "provider"};

ConfigPosition position_of(const toml::source_region& at) {
    return {at.begin.line, at.begin.column};
}

/// What a table may hold: its fields, the file form of each secret, and a plugin's options.
std::vector<std::string> names_in(std::string_view section, const std::vector<Field>& fields) {
    std::vector<std::string> names;
    for (const Field& field : fields) {
        if (field.section != section) continue;
        const std::string& name = names.emplace_back(field.setting->name);
        if (field.setting->kind == Kind::kSecret) names.push_back(name + std::string(kFileSuffix));
    }
    if (section.empty() || section == "store") names.emplace_back("options");
    return names;
}

const Field* find_field(const std::vector<Field>& fields, std::string_view section,
                        std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
        return field.section == section && field.setting->name == name;
    });
    return found == fields.end() ? nullptr : &*found;
}

/// "[engine]" or "[[provider]]" when `name` belongs there instead of where it was found.
std::string home_of(std::string_view name) {
    Config config;
    for (const Field& field : fields_of(config)) {
        if (field.setting->name == name) return "[" + std::string(field.section) + "]";
    }
    ProviderConfig provider;
    return find_field(fields_of(provider), "", name) ? "[[provider]]" : "";
}

}  // namespace

void FileReader::read() {
    auto content = read_file(file_, kConfigBytesMax);
    if (!content) {
        problems_.push_back({file_, {}, "", std::move(content).error().message, ""});
        return;
    }
    try {
        read_root(toml::parse(content.value(), file_));
    } catch (const toml::parse_error& error) {
        const ConfigPosition at = position_of(error.source());
        const std::string why = may_show_line(content.value(), at.line)
                                    ? one_line(error.description())
                                    : "it stands beside a secret, so no more is shown";
        problems_.push_back({file_, at, "", "this is no TOML: " + why, ""});
    }
}

void FileReader::read_root(const toml::table& root) {
    for (const auto& [key, node] : root) {
        const std::string name(key.str());
        if (name == "plugin_dirs") {
            read_plugin_dirs(node);
        } else if (name == "provider") {
            read_providers(node);
        } else if (std::find(kTopKeys.begin(), kTopKeys.end(), name) != kTopKeys.end()) {
            read_section(name, node);
        } else {
            unknown_key("at the top", name, key.source(), {kTopKeys.begin(), kTopKeys.end()});
        }
    }
}

void FileReader::read_section(const std::string& section, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return problem(node, section, "expected a table: [" + section + "]");
    if (section == "store") has_store_ = true;
    config_.positions[section] = position_of(node.source());
    const std::vector<Field> fields = fields_of(config_);
    const std::vector<std::string> valid = names_in(section, fields);
    for (const auto& [key, value] : *table) {
        const std::string name(key.str());
        if (std::find(valid.begin(), valid.end(), name) == valid.end()) {
            unknown_key("in [" + section + "]", name, key.source(), valid);
        } else {
            config_.positions[section + "." + name] = position_of(value.source());
            read_section_key(fields, section, name, value);
        }
    }
    for (const Field& field : fields) {
        if (field.section == section) read_secret_file(field, *table);
    }
}

void FileReader::read_section_key(const std::vector<Field>& fields, const std::string& section,
                                  const std::string& name, const toml::node& node) {
    if (section == "store" && name == "options") {
        return read_options("store", node, config_.store.options_json);
    }
    // A name without a field is a secret's file: read_secret_file() sees to it.
    if (const Field* field = find_field(fields, section, name)) set(*field, node);
}

void FileReader::read_secret_file(const Field& field, const toml::table& table) {
    if (field.setting->kind != Kind::kSecret) return;
    const std::string name = std::string(field.setting->name) + std::string(kFileSuffix);
    const toml::node* node = table.get(name);
    if (node == nullptr) return;
    const std::string key = field.key() + std::string(kFileSuffix);
    if (table.contains(field.setting->name)) {
        return problem(*node, key,
                       "\"" + field.key() + "\" and \"" + key + "\" are both set; keep one");
    }
    const auto path = text_of(key, *node);
    if (!path) return;
    auto secret = read_secret(*path);
    if (!secret) return problem(*node, key, std::move(secret).error().message);
    *std::get<std::string*>(field.value) = std::move(secret).value();
}

void FileReader::read_plugin_dirs(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
        return problem(node, "plugin_dirs",
                       "\"plugin_dirs\" expects a list of folders, such as [\"/usr/lib/ebra\"]");
    }
    for (const toml::node& one : *array) {
        if (const auto text = text_of("plugin_dirs", one)) config_.plugin_dirs.push_back(*text);
    }
}

void FileReader::read_providers(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr || !array->is_array_of_tables()) {
        return problem(node, "provider", "expected [[provider]], once for each provider");
    }
    for (std::size_t index = 0; index < array->size(); ++index) {
        read_provider(index, *array->get_as<toml::table>(index));
    }
}

void FileReader::read_provider(std::size_t index, const toml::table& table) {
    const std::string owner = "provider/" + std::to_string(index);
    config_.positions[owner] = position_of(table.source());
    ProviderConfig& provider = config_.providers.emplace_back();
    const std::vector<Field> fields = fields_of(provider);
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        config_.positions[owner + "." + name] = position_of(value.source());
        if (name == "options") {
            read_options(owner, value, provider.options_json);
        } else if (const Field* field = find_field(fields, "", name)) {
            set(*field, value);
        } else {
            unknown_key("in [[provider]]", name, key.source(), names_in("", fields));
        }
    }
}

void FileReader::read_options(const std::string& owner, const toml::node& node, std::string& into) {
    if (!node.is_table()) {
        return problem(node, owner + ".options",
                       "\"options\" expects a table, such as { path = \"ebra.db\" }");
    }
    into = to_json(owner + "/options", node).dump();
}

nlohmann::json FileReader::to_json(const std::string& place, const toml::node& node) {
    config_.positions[place] = position_of(node.source());
    if (const toml::table* table = node.as_table()) {
        nlohmann::json made = nlohmann::json::object();
        for (const auto& [key, value] : *table) {
            const std::string name(key.str());
            made[name] = to_json(place + "/" + name, value);
            config_.positions[place + "/" + name] = position_of(key.source());
        }
        return made;
    }
    if (const toml::array* array = node.as_array()) {
        nlohmann::json made = nlohmann::json::array();
        for (const toml::node& value : *array) {
            made.push_back(to_json(place + "/" + std::to_string(made.size()), value));
        }
        return made;
    }
    return scalar_to_json(place, node);
}

nlohmann::json FileReader::scalar_to_json(const std::string& place, const toml::node& node) {
    if (node.is_string()) return text_of(place, node).value_or("");
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* number = node.as_floating_point()) {
        if (std::isfinite(number->get())) return number->get();
        problem(node, place, "\"" + place + "\" expects a finite number");
        return nullptr;
    }
    std::ostringstream text;  // Dates and times.
    node.visit([&text](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) text << value.get();
    });
    return text.str();
}

void FileReader::set(const Field& field, const toml::node& node) {
    const std::string key = field.key();
    const std::size_t known = problems_.size();
    if (set_value(field, node) || problems_.size() > known) return;
    std::string suggestion;
    if (field.setting->kind == Kind::kChoice && node.is_string()) {
        const auto& choices = field.setting->choices;
        suggestion = nearest_name(node.as_string()->get(), {choices.begin(), choices.end()});
    }
    problem(node, key, "\"" + key + "\" expects " + expected(*field.setting), suggestion);
}

/// False when the value is not what the field expects; text_of() may have said why already.
bool FileReader::set_value(const Field& field, const toml::node& node) {
    const Kind kind = field.setting->kind;
    const bool is_numeric = kind == Kind::kInteger || kind == Kind::kNumber;
    if (is_numeric && node.is_integer()) {
        return set_number(field, static_cast<double>(node.as_integer()->get()));
    }
    if (is_numeric && node.is_floating_point()) {
        return set_number(field, node.as_floating_point()->get());
    }
    if (!node.is_string()) return false;
    const auto text = text_of(field.key(), node);
    return text && set_from_text(field, *text);
}

std::optional<std::string> FileReader::text_of(const std::string& key, const toml::node& node) {
    const auto* text = node.as_string();
    if (text == nullptr) {
        problem(node, key, "\"" + key + "\" expects text in quotes");
        return std::nullopt;
    }
    auto made = environment_.interpolate(text->get());
    if (!made) {
        problem(node, key, std::move(made).error().message);
        return std::nullopt;
    }
    if (made.value() != text->get()) written_[key] = text->get();
    return std::move(made).value();
}

void FileReader::unknown_key(const std::string& where, std::string_view name,
                             const toml::source_region& at, const std::vector<std::string>& valid) {
    std::string known;
    for (const std::string& one : valid) known += (known.empty() ? "" : ", ") + one;
    const std::string home = home_of(name);
    problems_.push_back(
        {file_, position_of(at), std::string(name),
         "unknown key \"" + one_line(name) + "\" " + where +
             (home.empty() ? "; it may hold " + known : "; it belongs into " + home),
         home.empty() ? nearest_name(name, valid) : ""});
}

void FileReader::problem(const toml::node& node, std::string key, std::string message,
                         std::string suggestion) {
    problems_.push_back({file_, position_of(node.source()), std::move(key), std::move(message),
                         std::move(suggestion)});
}

bool FileReader::is_set(const std::string& key) const {
    return config_.positions.contains(key);
}

std::optional<std::string> FileReader::written(const std::string& key) const {
    const auto found = written_.find(key);
    return found == written_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace ebra::config
