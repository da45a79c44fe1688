#include "config/problem_text.hpp"

#include "config/file_content.hpp"

#include "ebra/config.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace ebra {

namespace config {

namespace {

constexpr std::array<std::string_view, 6> kSecretWords{"key",   "secret", "pass",
                                                       "token", "auth",   "cred"};
/// Longer lines are nobody's handwriting; only their place is told.
constexpr std::size_t kShownLineMax = 200;

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::string_view line_of(std::string_view content, std::uint32_t number) {
    for (std::uint32_t n = 1; n < number; ++n) {
        const std::size_t end = content.find('\n');
        if (end == std::string_view::npos) return {};
        content.remove_prefix(end + 1);
    }
    return content.substr(0, content.find('\n'));
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size())) {
        ++found;
    }
    return found;
}

/// The name before each `=` of a line, quotes taken off.
template <typename Visit>
void for_each_key(std::string_view line, const Visit& visit) {
    for (std::size_t at = line.find('='); at != std::string_view::npos; at = line.find('=', at)) {
        std::size_t end = at;
        while (end > 0 && !is_word(line[end - 1])) --end;
        std::size_t begin = end;
        while (begin > 0 && is_word(line[begin - 1])) --begin;
        visit(line.substr(begin, end - begin));
        ++at;
    }
}

bool names_secret(std::string_view line) {
    bool found = false;
    for_each_key(line, [&](std::string_view name) { found = found || is_secret_name(name); });
    // user:password@host
    return found || (line.find("://") != std::string_view::npos && line.find('@') != line.npos);
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string made(text);
    std::replace_if(
        made.begin(), made.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return made;
}

bool is_secret_name(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.ends_with("_file")) return false;
    return std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

bool may_show_line(std::string_view content, std::uint32_t number) {
    const std::string_view line = line_of(content, number);
    if (line.empty()) return true;
    const auto before = content.substr(0, static_cast<std::size_t>(line.data() - content.data()));
    const bool is_inside_text = count(before, "\"\"\"") % 2 == 1 || count(before, "'''") % 2 == 1;
    if (is_inside_text || names_secret(line)) return false;
    const bool starts_anew = line.find('=') != line.npos || line.find('[') == 0;
    if (starts_anew) return true;
    // Part of a value that began above: what is its key?
    const std::size_t key_end = before.rfind('=');
    if (key_end == before.npos) return true;
    const std::size_t key_line = before.rfind('\n', key_end) + 1;  // npos + 1 is the start.
    return !names_secret(before.substr(key_line, key_end + 1 - key_line));
}

}  // namespace config

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
        }
    }
    return row.back();
}

/// The line with a caret below the place, when it can be shown.
std::string excerpt(const ConfigProblem& problem) {
    const std::filesystem::path path = problem.file;
    std::error_code ignored;
    const bool can_be_read_again = std::filesystem::is_regular_file(path, ignored);
    if (problem.at.line == 0 || !can_be_read_again || path.filename() == ".env") return {};
    const auto content = config::read_file(problem.file, config::kConfigBytesMax);
    if (!content || !config::may_show_line(content.value(), problem.at.line)) return {};
    const std::string line = config::one_line(config::line_of(content.value(), problem.at.line));
    if (line.empty() || line.size() > config::kShownLineMax || problem.at.column == 0) return {};
    return "   | " + line + "\n   | " + std::string(problem.at.column - 1, ' ') + "^\n";
}

}  // namespace

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t kWordMax = 64;
    constexpr std::size_t kPrefixMin = 3;
    if (word.size() > kWordMax) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const bool is_longer_form = word.size() > kPrefixMin && word.starts_with(candidate);
        const std::size_t distance = is_longer_form ? 1 : edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = candidate;
    }
    return best;
}

std::string format_problem(const ConfigProblem& problem) {
    std::string text = "error: " + problem.message + "\n";
    if (!problem.file.empty()) {
        text += "  --> " + problem.file;
        if (problem.at.line > 0) {
            text += ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column);
        }
        text += "\n";
    }
    text += excerpt(problem);
    if (!problem.suggestion.empty()) text += "help: did you mean \"" + problem.suggestion + "\"?\n";
    return text;
}

}  // namespace ebra
