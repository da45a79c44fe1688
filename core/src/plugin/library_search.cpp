#include "plugin/library_search.hpp"

#include "plugin/library_file.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <system_error>

namespace ebra {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".so";
/// A message stays readable with this many names in it.
constexpr std::size_t kNamesShownMax = 20;
/// A directory with more entries than this holds something else than plugins.
constexpr std::size_t kDirectoryEntriesMax = 10'000;
/// Longer names are not names of plugins; the ABI allows 64 bytes for an id.
constexpr std::size_t kNameBytesMax = 128;

std::string join(const std::vector<std::string>& words) {
    std::string joined;
    for (const std::string& word : words) {
        if (!joined.empty()) joined += ", ";
        joined += word;
    }
    return joined;
}

std::string join_paths(const std::vector<fs::path>& paths) {
    std::vector<std::string> words;
    for (const fs::path& path : paths) words.push_back(path.string());
    return join(words);
}

/// How many letters must be added, removed or changed to make one from the other.
std::size_t edit_distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t changed = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
        }
    }
    return row[other.size()];
}

Error not_found(const std::string& name, const std::vector<fs::path>& allowed_dirs) {
    std::vector<std::string> names = library_names(allowed_dirs);
    const std::string rule = "not found in " + join_paths(allowed_dirs);
    if (names.empty()) {
        return plugin_refused(ErrorCode::kNotFound, name, rule + ", which holds no plugins",
                              "install the plugin there or correct plugin_dirs");
    }
    const std::string nearest = *std::ranges::min_element(
        names, {}, [&](const std::string& there) { return edit_distance(name, there); });
    const bool is_cut = names.size() > kNamesShownMax;
    if (is_cut) names.resize(kNamesShownMax);
    return plugin_refused(
        ErrorCode::kNotFound, name, rule,
        "did you mean \"" + nearest + "\"? There is: " + join(names) + (is_cut ? ", ..." : ""));
}

bool is_under(const fs::path& path, const fs::path& directory) {
    const auto end = std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
    return end.first == directory.end() && end.second != path.end();
}

/// The file `name`.so in the first directory that has it, or empty.
fs::path find_by_name(const std::string& name, const std::vector<fs::path>& allowed_dirs) {
    for (const fs::path& directory : allowed_dirs) {
        const fs::path candidate = directory / (name + std::string(kSuffix));
        std::error_code unknown;
        if (fs::exists(candidate, unknown)) return candidate;
    }
    return {};
}

/// `found` with its links resolved, if that is under one of `allowed_dirs`.
Result<LibraryPlace> keep_inside(const std::string& plugin, const fs::path& found,
                                 const std::vector<fs::path>& allowed_dirs) {
    std::error_code failed;
    LibraryPlace place;
    place.path = fs::canonical(found, failed);
    if (failed) {
        return plugin_refused(ErrorCode::kNotFound, plugin,
                              "there is no file " + found.string() + " (" + failed.message() + ")",
                              "correct the path");
    }
    for (const fs::path& directory : allowed_dirs) {
        place.allowed_dir = fs::canonical(directory, failed);
        if (!failed && is_under(place.path, place.allowed_dir)) return place;
    }
    return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                          "its file, " + place.path.string() +
                              " with links resolved, is outside of the allowed directories (" +
                              join_paths(allowed_dirs) + ")",
                          "move it there or add its directory to plugin_dirs");
}

}  // namespace

std::vector<std::string> library_names(const std::vector<fs::path>& allowed_dirs) {
    std::vector<std::string> names;
    for (const fs::path& directory : allowed_dirs) {
        std::error_code failed;
        std::size_t seen = 0;
        // A directory that cannot be read offers no names; the caller's message names it.
        for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
             entry.increment(failed)) {
            if (++seen > kDirectoryEntriesMax) break;
            const fs::path file = entry->path().filename();
            if (file.extension() == kSuffix) names.push_back(file.stem().string());
        }
    }
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

Result<LibraryPlace> find_library(const std::string& name_or_path,
                                  const std::vector<fs::path>& allowed_dirs) {
    if (allowed_dirs.empty()) {
        return plugin_refused(ErrorCode::kInvalidArgument, name_or_path,
                              "no directory is allowed to hold plugins",
                              "set plugin_dirs in the config");
    }
    if (fs::path(name_or_path).is_absolute()) {
        return keep_inside(name_or_path, name_or_path, allowed_dirs);
    }
    if (name_or_path.empty() || name_or_path.size() > kNameBytesMax ||
        name_or_path.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
        return plugin_refused(
            ErrorCode::kInvalidArgument, name_or_path,
            "a plugin is named by an absolute path or by a name without slashes",
            "write \"store-sqlite\" or \"/usr/lib/ebra/plugins/store-sqlite.so\"");
    }
    const fs::path found = find_by_name(name_or_path, allowed_dirs);
    if (found.empty()) return not_found(name_or_path, allowed_dirs);
    return keep_inside(name_or_path, found, allowed_dirs);
}

}  // namespace ebra
