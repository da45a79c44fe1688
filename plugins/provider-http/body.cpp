#include "body.hpp"

#include "encoding.hpp"

namespace ebra::provider_http {

namespace {

void append_pair(std::string& into, const std::string& name, const std::string& value) {
    if (!into.empty()) into += '&';
    into += url_encoded(name) + "=" + url_encoded(value);
}

}  // namespace

void BodyTemplate::merge(const BodyTemplate& over) {
    auto* mine = std::get_if<Object>(&node_);
    const auto* theirs = std::get_if<Object>(&over.node_);
    if (mine == nullptr || theirs == nullptr) {
        if (!over.empty()) node_ = over.node_;
        return;
    }
    for (const auto& [name, child] : *theirs) (*mine)[name].merge(child);
}

std::optional<std::string> BodyTemplate::json(const Scope& scope) const {
    std::string made;
    if (!write_json(made, scope)) return std::nullopt;
    return made;
}

bool BodyTemplate::write_json(std::string& into, const Scope& scope) const {
    if (const auto* object = std::get_if<Object>(&node_)) return write_json(into, *object, scope);
    if (const auto* array = std::get_if<Array>(&node_)) return write_json(into, *array, scope);
    if (const auto* literal = std::get_if<std::string>(&node_)) {
        into += *literal;
        return true;
    }
    const auto* text = std::get_if<Template>(&node_);
    const std::optional<Value> value = text == nullptr ? std::nullopt : text->value_from(scope);
    if (!value) return false;
    into += value->is_json ? value->text : json_quoted(value->text);
    return true;
}

bool BodyTemplate::write_json(std::string& into, const Object& object, const Scope& scope) {
    const std::size_t begin = into.size();
    into += '{';
    for (const auto& [name, child] : object) {
        const std::size_t before = into.size();
        if (before > begin + 1) into += ',';
        into.append(json_quoted(name)).append(1, ':');
        if (!child.write_json(into, scope)) into.resize(before);
    }
    const bool is_left = into.size() > begin + 1 || object.empty();
    if (!is_left) into.resize(begin);
    if (is_left) into += '}';
    return is_left;
}

bool BodyTemplate::write_json(std::string& into, const Array& array, const Scope& scope) {
    const std::size_t begin = into.size();
    into += '[';
    for (const BodyTemplate& child : array) {
        const std::size_t before = into.size();
        if (before > begin + 1) into += ',';
        if (!child.write_json(into, scope)) into.resize(before);
    }
    const bool is_left = into.size() > begin + 1 || array.empty();
    if (!is_left) into.resize(begin);
    if (is_left) into += ']';
    return is_left;
}

std::optional<std::string> BodyTemplate::form(const Scope& scope) const {
    std::string made;
    if (const auto* fields = std::get_if<Object>(&node_)) {
        for (const auto& [name, child] : *fields) child.write_form(made, name, scope);
    }
    if (made.empty()) return std::nullopt;
    return made;
}

void BodyTemplate::write_form(std::string& into, const std::string& name,
                              const Scope& scope) const {
    if (const auto* array = std::get_if<Array>(&node_)) {
        for (const BodyTemplate& child : *array) child.write_form(into, name, scope);
    } else if (const auto* text = std::get_if<Template>(&node_)) {
        if (const std::optional<Value> value = text->value_from(scope)) {
            append_pair(into, name, value->text);
        }
    } else if (const std::optional<std::string> literal = json(scope)) {
        append_pair(into, name, *literal);
    }
}

}  // namespace ebra::provider_http
