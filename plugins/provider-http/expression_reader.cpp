// The parts of a preset that are made of templates, picks and conditions.
#include "encoding.hpp"
#include "preset_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace ebra::provider_http {

namespace {

/// Names that stand for themselves.
const std::vector<std::string> kNames = {
    "to",        "script_id",    "metadata",         "reference", "call_id",
    "attempt",   "callback_url", "base_url",         "id",        "now_s",
    "since",     "since_s",      "status",           "body",      "raw",
    "timestamp", "url",          "url_base",         "method",    "query_sorted",
    "query_dot", "form_sorted",  "form_sorted_once",
};
/// Names that something follows, behind a dot.
const std::vector<std::string> kRoots = {"metadata", "option", "state", "header",
                                         "query",    "body",   "item"};

void check_name(TomlReader& reader, const std::string& key, const std::string& name) {
    if (const auto option = behind(name, "option")) {
        const auto& options = reader.problems().option_names;
        if (std::find(options.begin(), options.end(), *option) != options.end()) return;
        return reader.problem(key, "names \"" + name + "\", but [options] has no such key",
                              nearest_to(*option, options));
    }
    const std::size_t dot = name.find('.');
    const auto& known = dot == std::string::npos ? kNames : kRoots;
    const std::string root = name.substr(0, dot);
    if (std::find(known.begin(), known.end(), root) != known.end()) return;
    reader.problem(key, "names \"" + name + "\", which is nothing a preset can name",
                   nearest_to(root, known));
}

void check_names(TomlReader& reader, const std::string& key,
                 const std::vector<std::string>& names) {
    for (const std::string& name : names) check_name(reader, key, name);
}

Pick pick_in_braces(const std::string& text) {
    const bool is_one = text.size() > 2 && text.front() == '{' && text.find('}') == text.size() - 1;
    if (!is_one) throw std::invalid_argument("it must be one name in braces, e.g. \"{body.id}\"");
    return Pick(std::string_view(text).substr(1, text.size() - 2));
}

void add_terms(Condition& into, const toml::table& table, const std::string& prefix,
               TomlReader& reader, const std::string& key, bool is_forbidden) {
    TomlReader terms(table, reader.path_of(key), reader.problems());
    for (const auto& [name_key, node] : table) {
        const std::string name = prefix + std::string(name_key.str());
        const std::string own(name_key.str());
        if (const auto* deeper = node.as_table()) {
            const bool is_not = prefix.empty() && own == "not";
            add_terms(into, *deeper, is_not ? "" : name + ".", reader, key, is_not || is_forbidden);
            continue;
        }
        std::vector<std::string> patterns = terms.texts(own);
        terms.parse(own, [&] {
            Pick pick(name);
            check_names(terms, own, pick.names());
            if (is_forbidden) {
                into.forbid(std::move(pick), std::move(patterns));
            } else {
                into.require(std::move(pick), std::move(patterns));
            }
        });
    }
}

}  // namespace

std::optional<Pick> read_pick(TomlReader& reader, const std::string& key) {
    const std::optional<std::string> text = reader.text(key);
    if (!text) return std::nullopt;
    std::optional<Pick> made;
    reader.parse(key, [&] { made = pick_in_braces(*text); });
    if (made) check_names(reader, key, made->names());
    return made;
}

Template read_template(TomlReader& reader, const std::string& key, bool is_required) {
    const std::optional<std::string> text = reader.text(key);
    Template made;
    if (!text || text->empty()) {
        if (is_required) reader.problem(key, "is required");
        return made;
    }
    reader.parse(key, [&] { made = Template(*text); });
    check_names(reader, key, made.names());
    return made;
}

Condition read_condition(TomlReader& reader, const std::string& key) {
    Condition made;
    if (const toml::table* table = reader.table(key)) {
        add_terms(made, *table, "", reader, key, false);
    }
    return made;
}

BodyTemplate read_body(const toml::node& node, const std::string& path, PresetProblems& problems) {
    if (const auto* table = node.as_table()) {
        TomlReader reader(*table, path, problems);
        BodyTemplate::Object object;
        for (const auto& [key, child] : *table) {
            const std::string name(key.str());
            if (child.is_string()) {
                object.emplace(name, BodyTemplate(read_template(reader, name, false)));
            } else {
                object.emplace(name, read_body(child, reader.path_of(name), problems));
            }
        }
        return BodyTemplate(std::move(object));
    }
    if (const auto* list = node.as_array()) {
        BodyTemplate::Array array;
        for (const auto& child : *list) array.push_back(read_body(child, path + "[]", problems));
        return BodyTemplate(std::move(array));
    }
    if (const auto* text = node.as_string()) {
        try {
            return BodyTemplate(Template(text->get()));
        } catch (const std::invalid_argument& thrown) {
            problems.add(node, path, std::string("is not understood: ") + thrown.what());
            return {};
        }
    }
    if (const auto* decimal = node.as_floating_point()) {
        return BodyTemplate(nlohmann::json(decimal->get()).dump());
    }
    if (const auto literal = scalar_text(node)) return BodyTemplate(*literal);
    problems.add(node, path, "must be text, a number, true, false, a list or a table");
    return {};
}

RequestRule read_request(TomlReader& reader, const std::string& default_method) {
    static const std::vector<std::string> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    RequestRule rule;
    rule.method = default_method;
    if (reader.node("method") != nullptr) rule.method = reader.choice("method", kMethods);
    rule.url = read_template(reader, "url", true);
    rule.encoding = reader.choice("encoding", {"json", "form"}) == "form" ? BodyFormat::kForm
                                                                          : BodyFormat::kJson;
    if (const toml::table* headers = reader.table("headers")) {
        TomlReader header_reader(*headers, reader.path_of("headers"), reader.problems());
        for (const auto& [key, node] : *headers) {
            const std::string name(key.str());
            rule.headers.emplace(name, read_template(header_reader, name, false));
        }
    }
    if (const toml::node* body = reader.node("body")) {
        rule.body = read_body(*body, reader.path_of("body"), reader.problems());
    }
    for (const std::string& url : reader.texts("allowed_urls")) {
        reader.parse("allowed_urls", [&] { rule.allowed_urls.emplace_back(url); });
    }
    return rule;
}

KeepRules read_keep(TomlReader& reader) {
    KeepRules rules;
    const toml::table* table = reader.table("keep");
    if (table == nullptr) return rules;
    TomlReader keep_reader(*table, reader.path_of("keep"), reader.problems());
    for (const auto& [key, node] : *table) {
        const std::string name(key.str());
        if (auto pick = read_pick(keep_reader, name)) rules.emplace(name, std::move(*pick));
    }
    return rules;
}

}  // namespace ebra::provider_http
