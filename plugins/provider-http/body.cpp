#include "body.hpp"

#include "encoding.hpp"

namespace ebra::provider_http {

namespace {

std::optional<std::string> json_of(const BodyTemplate::Object& object, const Scope& scope) {
    std::string made;
    for (const auto& [name, child] : object) {
        const std::optional<std::string> value = child.json(scope);
        if (!value) continue;
        made += made.empty() ? "{" : ",";
        made += json_quoted(name) + ":" + *value;
    }
    if (made.empty()) return object.empty() ? std::optional<std::string>("{}") : std::nullopt;
    return made + "}";
}

std::optional<std::string> json_of(const BodyTemplate::Array& array, const Scope& scope) {
    std::string made;
    for (const BodyTemplate& child : array) {
        const std::optional<std::string> value = child.json(scope);
        if (!value) continue;
        made += (made.empty() ? "[" : ",") + *value;
    }
    if (made.empty()) return array.empty() ? std::optional<std::string>("[]") : std::nullopt;
    return made + "]";
}

std::optional<std::string> json_of(const Template& text, const Scope& scope) {
    const std::optional<Value> value = text.value_from(scope);
    if (!value) return std::nullopt;
    return value->is_json ? value->text : json_quoted(value->text);
}

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
    if (const auto* literal = std::get_if<std::string>(&node_)) return *literal;
    if (const auto* text = std::get_if<Template>(&node_)) return json_of(*text, scope);
    if (const auto* object = std::get_if<Object>(&node_)) return json_of(*object, scope);
    if (const auto* array = std::get_if<Array>(&node_)) return json_of(*array, scope);
    return std::nullopt;
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
