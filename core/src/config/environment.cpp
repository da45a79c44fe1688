#include "config/environment.hpp"

#include "config/file_content.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace ebra {

std::optional<std::string> process_environment(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

namespace config {

namespace {

bool is_variable_name(std::string_view name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), is_allowed);
}

/// The value written after `NAME=`: quoted, or up to a comment. Nothing when a quote stays open.
std::optional<std::string> value_of(std::string_view text) {
    const bool is_quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
    if (!is_quoted) return std::string(trimmed(text.substr(0, text.find(" #"))));
    const std::size_t close = text.find(text.front(), 1);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = trimmed(text.substr(close + 1));
    if (!rest.empty() && rest.front() != '#') return std::nullopt;
    return std::string(text.substr(1, close - 1));
}

Error mistake(std::string message) {
    return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

Environment::Environment(const ConfigInput& input, std::vector<ConfigProblem>& problems)
    : input_(input) {
    const std::string path = (input.working_directory / ".env").string();
    const auto content = read_file(path, kConfigBytesMax);
    if (!content) {
        const bool is_absent = content.error().code == ErrorCode::kNotFound;
        if (!is_absent) problems.push_back({path, {}, "", content.error().message, ""});
        return;
    }
    std::istringstream lines(content.value());
    std::string line;
    for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
        read_line(trimmed(line), {number, 1}, path, problems);
    }
}

void Environment::read_line(std::string_view line, const ConfigPosition& at,
                            const std::string& file, std::vector<ConfigProblem>& problems) {
    if (line.empty() || line.front() == '#') return;
    const std::size_t equals = line.find('=');
    std::string name(trimmed(line.substr(0, equals)));
    if (name.rfind("export ", 0) == 0)
        name = std::string(trimmed(std::string_view(name).substr(7)));
    if (equals == std::string_view::npos || !is_variable_name(name)) {
        problems.push_back({file, at, "", "expected NAME=value", ""});
        return;
    }
    const auto value = value_of(trimmed(line.substr(equals + 1)));
    if (!value) {
        problems.push_back({file, at, name, "the value of " + name + " has no closing quote", ""});
        return;
    }
    dot_env_[name] = *value;
}

std::optional<Environment::Value> Environment::get(std::string_view name) const {
    const auto real = input_.environment ? input_.environment(name) : std::nullopt;
    if (real && !real->empty()) return Value{*real, "environment " + std::string(name)};
    const auto found = dot_env_.find(name);
    if (real || found == dot_env_.end() || found->second.empty()) return std::nullopt;
    return Value{found->second, ".env " + std::string(name)};
}

Result<std::string> Environment::interpolate(std::string_view text) const {
    std::string made;
    for (;;) {
        const std::size_t open = text.find("${");
        made += text.substr(0, open);
        if (open == std::string_view::npos) return made;
        if (open > 0 && text[open - 1] == '$') {
            made += '{';
            text.remove_prefix(open + 2);
            continue;
        }
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) {
            return mistake("${ has no closing }; write $${ for the characters themselves");
        }
        auto value = value_for(text.substr(open + 2, close - open - 2));
        if (!value) return value;
        made += value.value();
        text.remove_prefix(close + 1);
    }
}

Result<std::string> Environment::value_for(std::string_view name) const {
    if (!is_variable_name(name)) {
        return mistake("${...} expects the name of a variable: letters, digits and _");
    }
    const std::string shown(name);
    const auto value = get(name);
    if (!value) {
        return mistake("${" + shown + "} is not set; export " + shown + " or put it into .env");
    }
    if (!is_utf8(value->text)) {
        return mistake("the value of " + shown + " is not UTF-8 text");
    }
    return value->text;
}

}  // namespace config

}  // namespace ebra
