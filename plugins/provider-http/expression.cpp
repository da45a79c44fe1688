#include "expression.hpp"

#include "encoding.hpp"
#include "text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ebra::provider_http {

namespace {

struct NamedFilter {
    const char* name;
    Filter filter;
};

constexpr NamedFilter kFilters[] = {
    {"digits", Filter::kDigits},
    {"base64", Filter::kBase64},
    {"from_base64", Filter::kFromBase64},
    {"url", Filter::kUrl},
    {"json_text", Filter::kJsonText},
    {"number", Filter::kNumber},
    {"lower", Filter::kLower},
    {"optional", Filter::kOptional},
};

Filter filter_of(const std::string& name) {
    for (const NamedFilter& known : kFilters) {
        if (name == known.name) return known.filter;
    }
    std::string all;
    for (const NamedFilter& known : kFilters) all += std::string(" ") + known.name;
    throw std::invalid_argument("\"" + name + "\" is no filter; there are:" + all);
}

bool is_json_number(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    const bool has_leading_zero = text.size() > 1 && text.front() == '0';
    return !text.empty() && !has_leading_zero &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Value> filtered(Value&& value, Filter filter) {
    switch (filter) {
        case Filter::kDigits:
            std::erase_if(value.text, [](char letter) { return letter < '0' || letter > '9'; });
            return Value{std::move(value.text), false};  // "007" is no JSON number.
        case Filter::kBase64:
            return Value{to_base64(value.text), false};
        case Filter::kFromBase64: {
            std::optional<std::string> plain = from_base64(value.text);
            if (!plain || plain->empty()) return std::nullopt;
            return Value{std::move(*plain), false};
        }
        case Filter::kUrl:
            return Value{url_encoded(value.text), false};
        case Filter::kJsonText:
            return Value{std::move(value.text), false};
        case Filter::kNumber:
            if (!is_json_number(value.text)) return std::nullopt;
            return Value{std::move(value.text), true};
        case Filter::kLower:
            for (char& letter : value.text) {
                if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
            }
            return value;
        case Filter::kOptional:
            return value;
    }
    return value;
}

}  // namespace

const std::vector<std::string>& filter_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (const NamedFilter& known : kFilters) made.emplace_back(known.name);
        return made;
    }();
    return names;
}

Pick::Pick(std::string_view text) {
    std::size_t bar = std::min(text.find('|'), text.size());
    std::string_view names = text.substr(0, bar);
    while (!names.empty()) {
        const std::size_t comma = std::min(names.find(','), names.size());
        alternatives_.push_back(alternative_of(std::string(trimmed(names.substr(0, comma)))));
        names.remove_prefix(std::min(comma + 1, names.size()));
    }
    if (alternatives_.empty()) throw std::invalid_argument("a name is missing");
    while (bar < text.size()) {
        const std::size_t next = std::min(text.find('|', bar + 1), text.size());
        filters_.push_back(filter_of(std::string(trimmed(text.substr(bar + 1, next - bar - 1)))));
        bar = next;
    }
}

Pick::Alternative Pick::alternative_of(std::string word) {
    if (word.empty()) throw std::invalid_argument("a name is missing");
    const bool is_literal = word.size() > 2 && word.front() == '\'' && word.back() == '\'';
    if (is_literal) word = word.substr(1, word.size() - 2);
    if (word.find_first_of(" {}\"'") != std::string::npos) {
        throw std::invalid_argument("\"" + word + "\" is no name, nor a word in single quotes");
    }
    return {std::move(word), is_literal};
}

std::vector<std::string> Pick::names() const {
    std::vector<std::string> made;
    for (const Alternative& one : alternatives_) {
        if (!one.is_literal) made.push_back(one.text);
    }
    return made;
}

std::optional<Value> Pick::from(const Scope& scope) const {
    std::optional<Value> found;
    for (const Alternative& one : alternatives_) {
        found = one.is_literal ? Value{one.text, false} : scope.find(one.text);
        if (found) break;
    }
    for (const Filter filter : filters_) {
        if (!found && filter == Filter::kOptional) return Value{};
        if (!found) continue;
        found = filtered(std::move(*found), filter);
    }
    return found;
}

std::optional<std::string> Pick::text_from(const Scope& scope) const {
    std::optional<Value> found = from(scope);
    if (!found) return std::nullopt;
    return std::move(found->text);
}

Template::Template(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '{') {
            plain += text[at];
            continue;
        }
        if (at + 1 < text.size() && text[at + 1] == '{') {
            plain += text[at++];
            continue;
        }
        const std::size_t end = text.find('}', at);
        if (end == std::string_view::npos) {
            throw std::invalid_argument("\"{\" without \"}\"; write \"{{\" for a brace");
        }
        if (!plain.empty()) parts_.emplace_back(std::exchange(plain, {}));
        parts_.emplace_back(Pick(text.substr(at + 1, end - at - 1)));
        at = end;
    }
    if (!plain.empty()) parts_.emplace_back(std::move(plain));
}

std::optional<std::string> Template::from(const Scope& scope, bool encodes) const {
    std::string made;
    for (const auto& part : parts_) {
        if (const auto* plain = std::get_if<std::string>(&part)) {
            made += *plain;
            continue;
        }
        const Pick& pick = std::get<Pick>(part);
        const std::optional<std::string> text = pick.text_from(scope);
        if (!text) return std::nullopt;
        const bool is_start_of_url = made.empty();
        made += encodes && !is_start_of_url ? url_encoded(*text) : *text;
    }
    return made;
}

std::optional<Value> Template::value_from(const Scope& scope) const {
    if (parts_.size() == 1 && std::holds_alternative<Pick>(parts_.front())) {
        return std::get<Pick>(parts_.front()).from(scope);
    }
    std::optional<std::string> text = from(scope);
    if (!text) return std::nullopt;
    return Value{std::move(*text), false};
}

std::vector<std::string> Template::names() const {
    std::vector<std::string> made;
    for (const auto& part : parts_) {
        if (const auto* pick = std::get_if<Pick>(&part)) {
            const std::vector<std::string> names = pick->names();
            made.insert(made.end(), names.begin(), names.end());
        }
    }
    return made;
}

}  // namespace ebra::provider_http
