#include "toml_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace ebra::provider_http {

void PresetProblems::add(const toml::node& at, const std::string& key, std::string text,
                         std::string nearest) {
    const auto line = at.source().begin.line;
    all.push_back(
        {file + ":" + std::to_string(line) + ": " + key, std::move(text), std::move(nearest)});
}

std::optional<std::string> scalar_text(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    return std::nullopt;
}

const toml::node* TomlReader::node(const std::string& key) {
    asked_.insert(key);
    return table_.get(key);
}

std::optional<std::string> TomlReader::text(const std::string& key) {
    const toml::node* found = node(key);
    if (found == nullptr) return std::nullopt;
    if (const auto* text = found->as_string()) return text->get();
    problem(key, "must be text");
    return std::nullopt;
}

std::string TomlReader::required_text(const std::string& key) {
    std::optional<std::string> found = text(key);
    if (found && !found->empty()) return std::move(*found);
    if (table_.get(key) == nullptr || found) problem(key, "is required");
    return {};
}

bool TomlReader::flag(const std::string& key, bool fallback) {
    const toml::node* found = node(key);
    if (found == nullptr) return fallback;
    if (const auto* flag = found->as_boolean()) return flag->get();
    problem(key, "must be true or false");
    return fallback;
}

std::int64_t TomlReader::number(const std::string& key, std::int64_t fallback, std::int64_t min,
                                std::int64_t max) {
    const toml::node* found = node(key);
    if (found == nullptr) return fallback;
    const auto* number = found->as_integer();
    if (number != nullptr && number->get() >= min && number->get() <= max) return number->get();
    problem(key,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
}

std::string TomlReader::choice(const std::string& key, const std::vector<std::string>& names) {
    const std::optional<std::string> found = text(key);
    if (!found) return names.front();
    if (std::find(names.begin(), names.end(), *found) != names.end()) return *found;
    problem(key, "must be " + one_of(names), nearest_to(*found, names));
    return names.front();
}

std::vector<std::string> TomlReader::texts(const std::string& key) {
    const toml::node* found = node(key);
    if (found == nullptr) return {};
    if (const auto one = scalar_text(*found)) return {*one};
    std::vector<std::string> made;
    const auto* list = found->as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const auto one = scalar_text((*list)[i])) made.push_back(*one);
    }
    if (list == nullptr || made.size() != list->size()) {
        problem(key, "must be text or a list of texts");
    }
    return made;
}

const toml::table* TomlReader::table(const std::string& key) {
    const toml::node* found = node(key);
    if (found == nullptr) return nullptr;
    if (const auto* table = found->as_table()) return table;
    problem(key, "must be a table");
    return nullptr;
}

void TomlReader::each_table(const std::string& key, const std::function<void(TomlReader&)>& read) {
    const toml::node* found = node(key);
    if (found == nullptr) return;
    const auto read_one = [&](const toml::table& table, const std::string& path) {
        TomlReader reader(table, path, problems_);
        read(reader);
        reader.finish();
    };
    if (const auto* table = found->as_table()) return read_one(*table, path_of(key));
    const auto* list = found->as_array();
    if (list == nullptr || !list->is_homogeneous<toml::table>()) {
        return problem(key, "must be a list of tables");
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        read_one(*(*list)[i].as_table(), path_of(key) + "[" + std::to_string(i) + "]");
    }
}

void TomlReader::parse(const std::string& key, const std::function<void()>& parse) {
    try {
        parse();
    } catch (const std::invalid_argument& thrown) {
        problem(key, std::string("is not understood: ") + thrown.what());
    }
}

void TomlReader::finish() {
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    for (const auto& [key, value] : table_) {
        const std::string name(key.str());
        if (asked_.count(name) != 0) continue;
        problem(name, "is no key of a preset", nearest_to(name, known));
    }
}

void TomlReader::problem(const std::string& key, std::string text, std::string nearest) {
    const toml::node* at = table_.get(key);
    problems_.add(at == nullptr ? static_cast<const toml::node&>(table_) : *at, path_of(key),
                  std::move(text), std::move(nearest));
}

std::string TomlReader::path_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

}  // namespace ebra::provider_http
