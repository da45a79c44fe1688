// What the loader demands of a plugin's file before any of its code runs.
#include "plugin_folder.hpp"

#include <cctype>
#include <cstdlib>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ebra {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uid_t kSomebodyElse = 54'321;

/// Makes `path` belong to somebody who may not own plugins: really, as root, or else by having
/// another service user.
void disown(PluginFolder& folder, const fs::path& path) {
    if (geteuid() == 0) {
        ASSERT_EQ(chown(path.c_str(), kSomebodyElse, static_cast<gid_t>(-1)), 0);
    } else {
        folder.policy.service_uid = kSomebodyElse;
    }
}

TEST(LoaderFile, AFileWritableByOthersIsRefused) {
    PluginFolder folder;
    const fs::path path = folder.put("sample-good");
    PluginFolder::set_mode(path, 0666);

    EXPECT_THAT(folder.refusal("sample-good"),
                refuses("sample-good", "is writable by everyone (mode 0666)",
                        "run: chmod go-w " + path.string()));
}

TEST(LoaderFile, AFileWritableByItsGroupIsRefused) {
    PluginFolder folder;
    const fs::path path = folder.put("sample-good");
    PluginFolder::set_mode(path, 0664);

    EXPECT_THAT(folder.refusal("sample-good"),
                refuses("sample-good", "is writable by its group (mode 0664)",
                        "run: chmod go-w " + path.string()));
}

TEST(LoaderFile, AFileOfAnotherUserIsRefused) {
    PluginFolder folder;
    disown(folder, folder.put("sample-good"));

    EXPECT_THAT(folder.refusal("sample-good"),
                refuses("sample-good", "is owned by user", "run: chown root"));
}

TEST(LoaderFile, ADirectoryWritableByOthersIsRefused) {
    PluginFolder folder;
    folder.put("sample-good");
    PluginFolder::set_mode(folder.plugins(), 0777);

    EXPECT_THAT(folder.refusal("sample-good"),
                refuses("sample-good",
                        "its directory " + folder.plugins().string() + " is writable by everyone",
                        "run: chmod go-w " + folder.plugins().string()));
}

TEST(LoaderFile, ADirectoryBetweenTheAllowedOneAndTheFileIsCheckedToo) {
    PluginFolder folder;
    const fs::path outer = folder.plugins() / "outer";
    fs::create_directories(outer / "inner");
    PluginFolder::set_mode(outer, 0777);
    PluginFolder::set_mode(outer / "inner", 0755);
    folder.put("sample-good", outer / "inner" / "sample-good.so");
    const std::string path = (outer / "inner" / "sample-good.so").string();

    EXPECT_THAT(folder.refusal(path),
                refuses(path, "its directory " + outer.string() + " is writable by everyone",
                        "run: chmod go-w"));
}

TEST(LoaderFile, ADirectoryOfAnotherUserIsRefused) {
    PluginFolder folder;
    folder.put("sample-good");
    disown(folder, folder.plugins());

    EXPECT_THAT(
        folder.refusal("sample-good"),
        refuses("sample-good", "its directory " + folder.plugins().string() + " is owned by",
                "run: chown root"));
}

TEST(LoaderFile, AFileOutsideOfTheAllowedDirectoriesIsRefused) {
    PluginFolder folder;
    const std::string path = (folder.elsewhere() / "sample-good.so").string();
    folder.put("sample-good", path);

    EXPECT_THAT(folder.refusal(path), refuses(path, "is outside of the allowed directories",
                                              "move it there or add its directory"));
}

TEST(LoaderFile, ALinkThatLeadsOutOfTheAllowedDirectoriesIsRefused) {
    PluginFolder folder;
    folder.put("sample-good", folder.elsewhere() / "sample-good.so");
    fs::create_symlink(folder.elsewhere() / "sample-good.so", folder.plugins() / "linked.so");

    EXPECT_THAT(folder.refusal("linked"), refuses("linked", "is outside of the allowed directories",
                                                  "move it there or add its directory"));
}

TEST(LoaderFile, APathThatClimbsOutOfTheAllowedDirectoryIsRefused) {
    PluginFolder folder;
    folder.put("sample-good", folder.elsewhere() / "sample-good.so");
    const std::string path = folder.plugins().string() + "/../elsewhere/sample-good.so";

    EXPECT_THAT(folder.refusal(path), HasSubstr("is outside of the allowed directories"));
}

TEST(LoaderFile, ALinkWithinTheAllowedDirectoryIsFollowed) {
    PluginFolder folder;
    folder.put("sample-good", folder.plugins() / "sample-1.2.so");
    fs::create_symlink("sample-1.2.so", folder.plugins() / "sample.so");

    EXPECT_EQ(folder.refusal("sample"), "loaded");
}

TEST(LoaderFile, ADirectoryIsNoPlugin) {
    PluginFolder folder;
    fs::create_directory(folder.plugins() / "folder.so");
    PluginFolder::set_mode(folder.plugins() / "folder.so", 0755);

    EXPECT_THAT(folder.refusal("folder"),
                refuses("folder", "is not a regular file", "name the plugin's .so file"));
}

TEST(LoaderFile, APipeIsRefusedWithoutWaitingForAWriter) {
    PluginFolder folder;
    ASSERT_EQ(mkfifo((folder.plugins() / "pipe.so").c_str(), 0600), 0);

    EXPECT_THAT(folder.refusal("pipe"),
                refuses("pipe", "is not a regular file", "name the plugin's .so file"));
}

TEST(LoaderFile, ThePinnedContentsLoadInEitherCase) {
    PluginFolder folder;
    folder.put("sample-good");
    const auto loaded = folder.load("sample-good");
    ASSERT_TRUE(loaded);
    std::string pin = loaded.value().sha256;
    for (char& digit : pin) digit = static_cast<char>(std::toupper(digit));

    EXPECT_TRUE(load_plugin({"sample-good", pin}, folder.policy));
}

TEST(LoaderFile, ContentsOtherThanThePinnedAreRefusedBeforeTheirCodeRuns) {
    PluginFolder folder;
    folder.put("sample-good");
    unsetenv("EBRA_SAMPLE_PLUGIN_RAN");

    const auto loaded = load_plugin({"sample-good", std::string(64, '0')}, folder.policy);

    ASSERT_FALSE(loaded);
    EXPECT_THAT(
        loaded.error().message,
        refuses("sample-good", "not the one pinned in the config, 000", "install the pinned"));
    EXPECT_EQ(getenv("EBRA_SAMPLE_PLUGIN_RAN"), nullptr);
}

TEST(LoaderFile, TheHashIsTheOneThatPeopleCompute) {
    PluginFolder folder;
    folder.write(folder.plugins() / "abc.so", "abc");

    // FIPS 180-2, appendix B.1.
    const auto loaded = load_plugin(
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, folder.policy);

    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("it cannot be loaded"));
}

TEST(LoaderFile, AFileChangedInPlaceSinceItWasLoadedIsRefused) {
    PluginFolder folder;
    const fs::path path = folder.put("sample-good");
    ASSERT_TRUE(folder.load("sample-good"));
    folder.write(path, "one more line");

    EXPECT_THAT(folder.refusal("sample-good"),
                refuses("sample-good", "was changed since it was loaded", "restart the program"));
}

}  // namespace
}  // namespace ebra
