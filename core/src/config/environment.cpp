#include "config/environment.hpp"

#include <cstdlib>
#include <fstream>

namespace ebra {

std::optional<std::string> process_environment(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

namespace config {

namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string unquoted(std::string text) {
    const bool is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                           text.back() == text.front();
    return is_quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

Environment::Environment(const ConfigInput& input, std::vector<ConfigProblem>& problems)
    : input_(input) {
    const auto path = input.working_directory / ".env";
    std::ifstream file(path);
    std::string line;
    for (std::uint32_t number = 1; std::getline(file, line); ++number) {
        read_line(trimmed(line), {number, 1}, path.string(), problems);
    }
}

void Environment::read_line(const std::string& line, const ConfigPosition& at,
                            const std::string& file, std::vector<ConfigProblem>& problems) {
    if (line.empty() || line.front() == '#') return;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals == 0) {
        problems.push_back({file, at, "", "expected NAME=value", ""});
        return;
    }
    std::string name = trimmed(std::string_view(line).substr(0, equals));
    if (name.rfind("export ", 0) == 0) name = trimmed(std::string_view(name).substr(7));
    dot_env_[name] = unquoted(trimmed(std::string_view(line).substr(equals + 1)));
}

std::optional<Environment::Value> Environment::get(std::string_view name) const {
    const auto real = input_.environment ? input_.environment(name) : std::nullopt;
    if (real && !real->empty()) return Value{*real, "environment " + std::string(name)};
    const auto found = dot_env_.find(name);
    if (real || found == dot_env_.end() || found->second.empty()) return std::nullopt;
    return Value{found->second, ".env " + std::string(name)};
}

std::optional<std::string> Environment::interpolate(std::string_view text,
                                                    std::string& missing) const {
    std::string made;
    while (!text.empty()) {
        const std::size_t open = text.find("${");
        made += text.substr(0, open);
        if (open == std::string_view::npos) return made;
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) return made += text.substr(open);
        const std::string name(text.substr(open + 2, close - open - 2));
        const auto value = get(name);
        if (!value) {
            missing = name;
            return std::nullopt;
        }
        made += value->text;
        text.remove_prefix(close + 1);
    }
    return made;
}

}  // namespace config

}  // namespace ebra
