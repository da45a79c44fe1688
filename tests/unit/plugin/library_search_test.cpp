#include "plugin/library_search.hpp"

#include "plugin_folder.hpp"

#include <gmock/gmock.h>

namespace ebra {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const std::string& name, const PluginFolder& folder) {
    const auto found = find_library(name, folder.policy.allowed_dirs);
    return found ? "found" : found.error().message;
}

TEST(LibrarySearch, AnUnknownNameIsAnsweredWithTheNearestAndAll) {
    PluginFolder folder;
    folder.write(folder.plugins() / "store-sqlite.so", "");
    folder.write(folder.plugins() / "provider-http.so", "");

    EXPECT_EQ(refusal("store-sqlit", folder),
              "plugin \"store-sqlit\": not found in " + folder.plugins().string() +
                  "; did you mean \"store-sqlite\"? There is: provider-http, store-sqlite");
}

TEST(LibrarySearch, AnEmptyDirectoryIsSaidToBeEmpty) {
    PluginFolder folder;

    EXPECT_THAT(refusal("store-sqlite", folder),
                HasSubstr("which holds no plugins; install the plugin there"));
}

TEST(LibrarySearch, TheFirstDirectoryThatHasTheNameWins) {
    PluginFolder folder;
    folder.policy.allowed_dirs = {folder.elsewhere(), folder.plugins()};
    folder.write(folder.plugins() / "both.so", "");
    folder.write(folder.elsewhere() / "both.so", "");

    const auto found = find_library("both", folder.policy.allowed_dirs);

    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().path, folder.elsewhere() / "both.so");
    EXPECT_EQ(found.value().allowed_dir, folder.elsewhere());
}

TEST(LibrarySearch, ARelativePathIsRefused) {
    PluginFolder folder;

    EXPECT_THAT(refusal("plugins/x.so", folder), HasSubstr("an absolute path or by a name"));
    EXPECT_THAT(refusal("../x", folder), HasSubstr("an absolute path or by a name"));
    EXPECT_THAT(refusal("", folder), HasSubstr("an absolute path or by a name"));
}

TEST(LibrarySearch, AnAbsolutePathToNothingIsNotFound) {
    PluginFolder folder;
    const auto found =
        find_library((folder.plugins() / "gone.so").string(), folder.policy.allowed_dirs);

    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(found.error().message, HasSubstr("there is no file"));
}

TEST(LibrarySearch, WithoutAnAllowedDirectoryNothingIsFound) {
    const auto found = find_library("store-sqlite", {});

    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("; set plugin_dirs in the config"));
}

TEST(LibrarySearch, ADirectoryWhoseNameOnlyBeginsTheSameIsNotInside) {
    PluginFolder folder;
    const std::filesystem::path sibling = folder.plugins().string() + "-other";
    std::filesystem::create_directory(sibling);
    folder.write(sibling / "x.so", "");

    EXPECT_THAT(refusal((sibling / "x.so").string(), folder), HasSubstr("is outside of"));
}

TEST(LibrarySearch, NamesAreSortedAndGivenOnce) {
    PluginFolder folder;
    folder.policy.allowed_dirs = {folder.plugins(), folder.elsewhere()};
    for (const char* name : {"b.so", "a.so", "readme.txt"}) {
        folder.write(folder.plugins() / name, "");
    }
    folder.write(folder.elsewhere() / "a.so", "");

    EXPECT_THAT(library_names(folder.policy.allowed_dirs), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace ebra
