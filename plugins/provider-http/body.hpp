/// @file
/// BodyTemplate: the body of a request as a preset writes it: a table whose texts are templates. A
/// key whose value has no value is left out, and so is a table or list of which nothing is left.
/// Constant once built; thread-safe.
#pragma once

#include "expression.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ebra::provider_http {

class BodyTemplate {
 public:
    using Object = std::map<std::string, BodyTemplate>;
    using Array = std::vector<BodyTemplate>;

    BodyTemplate() = default;
    explicit BodyTemplate(Template text) : node_(std::move(text)) {}
    /// A JSON literal: a number, true, false, or anything fixed.
    explicit BodyTemplate(std::string literal) : node_(std::move(literal)) {}
    explicit BodyTemplate(Object object) : node_(std::move(object)) {}
    explicit BodyTemplate(Array array) : node_(std::move(array)) {}

    bool empty() const { return std::holds_alternative<std::monostate>(node_); }
    const Object* object() const { return std::get_if<Object>(&node_); }

    /// Lays `over` over this, key by key.
    void merge(const BodyTemplate& over);

    /// As JSON; nothing when nothing is left.
    std::optional<std::string> json(const Scope& scope) const;
    /// As "a=1&b=2", of the top level; lists are repeated.
    std::optional<std::string> form(const Scope& scope) const;

 private:
    /// False, and `into` as it was, when nothing is left.
    bool write_json(std::string& into, const Scope& scope) const;
    static bool write_json(std::string& into, const Object& object, const Scope& scope);
    static bool write_json(std::string& into, const Array& array, const Scope& scope);
    void write_form(std::string& into, const std::string& name, const Scope& scope) const;

    std::variant<std::monostate, std::string, Template, Object, Array> node_;
};

}  // namespace ebra::provider_http
