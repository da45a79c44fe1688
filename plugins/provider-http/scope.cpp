#include "scope.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

namespace ebra::provider_http {

namespace {

const nlohmann::json* element_at(const nlohmann::json& array, std::string_view path) {
    const std::string_view word = path.substr(0, path.find('.'));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    if (error != std::errc() || end != word.data() + word.size() || index >= array.size()) {
        return nullptr;
    }
    if (word.size() == path.size()) return &array[index];
    return find_path(array[index], path.substr(word.size() + 1));
}

}  // namespace

std::optional<Value> Scopes::find(std::string_view name) const {
    for (const Scope* scope : scopes_) {
        if (std::optional<Value> found = scope->find(name)) return found;
    }
    return std::nullopt;
}

const nlohmann::json* find_path(const nlohmann::json& root, std::string_view path) {
    if (path.empty()) return &root;
    if (root.is_array()) return element_at(root, path);
    if (!root.is_object()) return nullptr;
    for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
         end = path.rfind('.', end - 1)) {
        const auto child = root.find(path.substr(0, end));
        if (child == root.end()) continue;
        if (end == path.size()) return &*child;
        if (const auto* found = find_path(*child, path.substr(end + 1))) return found;
    }
    return nullptr;
}

std::optional<Value> value_of(const nlohmann::json& node) {
    if (node.is_null()) return std::nullopt;
    if (!node.is_string()) {
        return Value{node.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), true};
    }
    const auto& text = node.get_ref<const std::string&>();
    if (text.empty()) return std::nullopt;
    return Value{text, false};
}

std::optional<std::string_view> behind(std::string_view name, std::string_view prefix) {
    if (name.size() <= prefix.size() || name.substr(0, prefix.size()) != prefix ||
        name[prefix.size()] != '.') {
        return std::nullopt;
    }
    return name.substr(prefix.size() + 1);
}

}  // namespace ebra::provider_http
