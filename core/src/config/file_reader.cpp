#include "config/file_reader.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/stat.h>

namespace ebra::config {

namespace {

ConfigPosition position_of(const toml::source_region& at) {
    return {at.begin.line, at.begin.column};
}

std::vector<std::string> names_in(std::string_view section) {
    std::vector<std::string> names;
    for (const auto& field : fields()) {
        if (field.section != section) continue;
        names.emplace_back(field.name);
        if (field.kind == Kind::kSecret) names.push_back(std::string(field.name) + "_file");
    }
    if (section == "store") names.emplace_back("options");
    return names;
}

std::vector<std::string> provider_names() {
    std::vector<std::string> names;
    for (const auto& field : provider_fields()) names.emplace_back(field.name);
    names.emplace_back("options");
    return names;
}

const Field<Config>* find_field(std::string_view section, std::string_view name) {
    for (const auto& field : fields()) {
        if (field.section == section && field.name == name) return &field;
    }
    return nullptr;
}

std::string one_line(std::string_view text) {
    std::string made(text);
    std::replace(made.begin(), made.end(), '\n', ' ');
    return made;
}

}  // namespace

void FileReader::read() {
    std::ifstream file(file_, std::ios::binary);
    if (!file) {
        problems_.push_back(
            {file_, {}, "", "the file cannot be read: " + std::string(std::strerror(errno)), ""});
        return;
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    try {
        read_root(toml::parse(text, file_));
    } catch (const toml::parse_error& error) {
        problems_.push_back({file_, position_of(error.source()), "",
                             "this is no TOML: " + one_line(error.description()), ""});
    }
}

void FileReader::read_root(const toml::table& root) {
    static const std::vector<std::string> kSections = {"plugin_dirs", "engine", "http",
                                                       "log",         "store",  "provider"};
    for (const auto& [key, node] : root) {
        const std::string name(key.str());
        if (name == "plugin_dirs") {
            read_plugin_dirs(node);
        } else if (name == "provider") {
            read_providers(node);
        } else if (std::find(kSections.begin(), kSections.end(), name) != kSections.end()) {
            read_section(name, node);
        } else {
            unknown_key("at the top", name, key.source(), kSections);
        }
    }
}

void FileReader::read_section(const std::string& section, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return problem(node, section, "expected a table: [" + section + "]");
    if (section == "store") has_store_ = true;
    config_.positions[section] = position_of(node.source());
    for (const auto& [key, value] : *table) {
        const std::string name(key.str());
        const std::vector<std::string> valid = names_in(section);
        if (std::find(valid.begin(), valid.end(), name) == valid.end()) {
            unknown_key("in [" + section + "]", name, key.source(), valid);
        } else {
            config_.positions[section + "." + name] = position_of(value.source());
            read_section_key(section, name, value);
        }
    }
}

void FileReader::read_section_key(const std::string& section, const std::string& name,
                                  const toml::node& node) {
    const std::string key = section + "." + name;
    if (section == "store" && name == "options") {
        return read_options("store", node, config_.store.options_json);
    }
    if (const Field<Config>* field = find_field(section, name))
        return set(*field, config_, key, node);
    const std::string secret = name.substr(0, name.size() - std::string_view("_file").size());
    read_secret_file(*find_field(section, secret), key, node);
}

void FileReader::read_secret_file(const Field<Config>& field, const std::string& key,
                                  const toml::node& node) {
    const auto path = text_of(key, node);
    if (!path) return;
    struct stat status {};
    if (stat(path->c_str(), &status) != 0) {
        return problem(node, key, *path + " cannot be read: " + std::strerror(errno));
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return problem(node, key, *path + " may be read by others; run chmod 600 " + *path);
    }
    std::ifstream file(*path);
    std::string secret;
    std::getline(file, secret);
    if (secret.empty())
        return problem(node, key, *path + " is empty; its first line is the secret");
    *static_cast<std::string*>(field.place(config_)) = secret;
}

void FileReader::read_plugin_dirs(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
        return problem(node, "plugin_dirs",
                       "expected a list of folders, such as [\"/usr/lib/ebra\"]");
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
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (name == "options") {
            read_options(owner, value, provider.options_json);
            continue;
        }
        const auto& all = provider_fields();
        const auto field =
            std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
        if (field == all.end()) {
            unknown_key("in [[provider]]", name, key.source(), provider_names());
            continue;
        }
        config_.positions[owner + "." + name] = position_of(value.source());
        set(*field, provider, "provider." + name, value);
    }
}

void FileReader::read_options(const std::string& owner, const toml::node& node, std::string& into) {
    if (!node.is_table()) {
        return problem(node, owner + ".options",
                       "expected a table, such as { path = \"ebra.db\" }");
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
    if (node.is_string()) return text_of(place, node).value_or("");
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    std::ostringstream text;  // Dates and times.
    node.visit([&text](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) text << value.get();
    });
    return text.str();
}

template <typename Owner>
void FileReader::set(const Field<Owner>& field, Owner& owner, const std::string& key,
                     const toml::node& node) {
    std::optional<std::string> wanted = expected(field);
    const bool is_numeric = field.kind == Kind::kInteger || field.kind == Kind::kNumber;
    if (is_numeric && node.is_number()) {
        const double number = node.is_integer() ? static_cast<double>(node.as_integer()->get())
                                                : node.as_floating_point()->get();
        wanted = set_number(field, owner, number);
    } else if (node.is_string()) {
        const auto text = text_of(key, node);
        if (!text) return;
        if (!is_numeric) wanted = set_from_text(field, owner, *text, false);
    }
    if (!wanted) return;
    std::string suggestion;
    if (field.kind == Kind::kChoice && node.is_string()) {
        suggestion = nearest_name(node.as_string()->get(), field.choices);
    }
    problem(node, key, "\"" + key + "\" expects " + *wanted, suggestion);
}

std::optional<std::string> FileReader::text_of(const std::string& key, const toml::node& node) {
    const auto* text = node.as_string();
    if (text == nullptr) {
        problem(node, key, "\"" + key + "\" expects text in quotes");
        return std::nullopt;
    }
    std::string missing;
    auto made = environment_.interpolate(text->get(), missing);
    if (!made) {
        problem(node, key,
                "${" + missing + "} is not set; export " + missing + " or put it into .env");
    }
    return made;
}

void FileReader::unknown_key(const std::string& where, std::string_view name,
                             const toml::source_region& at, const std::vector<std::string>& valid) {
    std::string known;
    for (const std::string& one : valid) known += (known.empty() ? "" : ", ") + one;
    problems_.push_back(
        {file_, position_of(at), std::string(name),
         "unknown key \"" + std::string(name) + "\" " + where + "; it may hold " + known,
         nearest_name(name, valid)});
}

void FileReader::problem(const toml::node& node, std::string key, std::string message,
                         std::string suggestion) {
    problems_.push_back({file_, position_of(node.source()), std::move(key), std::move(message),
                         std::move(suggestion)});
}

bool FileReader::is_set(const std::string& key) const {
    return config_.positions.contains(key);
}

}  // namespace ebra::config
