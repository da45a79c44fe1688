// What the loader makes of a library's contents: the entry and the descriptor.
#include "plugin_folder.hpp"

#include <gmock/gmock.h>

namespace ebra {
namespace {

using testing::HasSubstr;

TEST(LoaderEntry, ASoundPluginLoads) {
    PluginFolder folder;
    const auto path = folder.put("sample-good");

    const auto loaded = folder.load("sample-good");

    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_STREQ(loaded.value().descriptor->id, "sample");
    EXPECT_EQ(loaded.value().path, path);
    EXPECT_EQ(loaded.value().sha256.size(), 64u);
}

TEST(LoaderEntry, TheSameFileTwiceIsTheSameLibrary) {
    PluginFolder folder;
    const auto path = folder.put("sample-good");

    const auto by_name = folder.load("sample-good");
    const auto by_path = folder.load(path.string());

    ASSERT_TRUE(by_name && by_path);
    EXPECT_EQ(by_name.value().descriptor, by_path.value().descriptor);
}

TEST(LoaderEntry, TwoFilesAreTwoLibraries) {
    PluginFolder folder;
    folder.put("sample-good", folder.plugins() / "one.so");
    folder.put("sample-good", folder.plugins() / "two.so");
    folder.write(folder.plugins() / "broken.so", "not a library");

    const auto one = folder.load("one");
    ASSERT_NE(folder.refusal("broken"), "loaded");
    const auto two = folder.load("two");

    ASSERT_TRUE(one && two);
    EXPECT_NE(one.value().descriptor, two.value().descriptor);
}

TEST(LoaderEntry, AFileThatIsNoLibraryIsRefused) {
    PluginFolder folder;
    folder.write(folder.plugins() / "notes.so", "These are notes.\n");

    const std::string message = folder.refusal("notes");

    EXPECT_THAT(message, refuses("notes", "it cannot be loaded", "build it for this machine"));
    EXPECT_THAT(message, HasSubstr((folder.plugins() / "notes.so").string()));
}

TEST(LoaderEntry, AnUndefinedSymbolIsNamedAtLoad) {
    PluginFolder folder;
    folder.put("sample-undefined");

    EXPECT_THAT(folder.refusal("sample-undefined"),
                refuses("sample-undefined", "ebra_sample_function_that_is_nowhere", "build it"));
}

TEST(LoaderEntry, ALibraryWithoutTheEntryIsRefused) {
    PluginFolder folder;
    folder.put("sample-no-entry");

    EXPECT_THAT(folder.refusal("sample-no-entry"),
                refuses("sample-no-entry", "has no entry ebra_plugin_v1", "name a plugin's .so"));
}

TEST(LoaderEntry, ALibraryOfTheNextMajorIsToldSo) {
    PluginFolder folder;
    folder.put("sample-only-v2");

    EXPECT_THAT(folder.refusal("sample-only-v2"),
                refuses("sample-only-v2", "only the entry ebra_plugin_v2", "use a newer Ebra"));
}

TEST(LoaderEntry, AnEntryThatReturnsNullIsRefused) {
    PluginFolder folder;
    folder.put("sample-null");

    EXPECT_THAT(folder.refusal("sample-null"),
                refuses("sample-null", "returned NULL", "ask its author"));
}

TEST(LoaderEntry, AnEntryThatThrowsIsRefusedWithItsWords) {
    PluginFolder folder;
    folder.put("sample-throws");

    EXPECT_THAT(folder.refusal("sample-throws"),
                refuses("sample-throws", "threw: no luck", "ask its author"));
}

TEST(LoaderEntry, AnEntryThatThrowsAnythingIsRefused) {
    PluginFolder folder;
    folder.put("sample-throws-int");

    EXPECT_THAT(folder.refusal("sample-throws-int"),
                refuses("sample-throws-int", "ebra_plugin_v1 threw", "ask its author"));
}

TEST(LoaderEntry, APluginThatNeedsANewerHostIsRefused) {
    PluginFolder folder;
    folder.put("sample-too-new");

    EXPECT_THAT(
        folder.refusal("sample-too-new"),
        refuses("sample-too-new", "needs plugin ABI 1." + std::to_string(EBRA_ABI_MINOR + 1),
                "use a newer Ebra or an older build"));
}

TEST(LoaderEntry, ADescriptorTooSmallForTheRequiredFunctionsIsRefused) {
    PluginFolder folder;
    folder.put("sample-too-small");

    EXPECT_THAT(folder.refusal("sample-too-small"),
                refuses("sample-too-small", "16 bytes, too few", "ask its author"));
}

TEST(LoaderEntry, AMissingRequiredFunctionIsNamed) {
    PluginFolder folder;
    for (const std::string function : {"create", "destroy", "get_interface"}) {
        const std::string plugin =
            "sample-no-" + (function == "get_interface" ? "get-interface" : function);
        folder.put(plugin);

        EXPECT_THAT(folder.refusal(plugin),
                    refuses(plugin, "required function " + function, "ask its author"));
    }
}

TEST(LoaderEntry, AnIllFormedIdIsRefused) {
    PluginFolder folder;
    for (const std::string plugin : {"sample-bad-id", "sample-no-id"}) {
        folder.put(plugin);

        EXPECT_THAT(folder.refusal(plugin),
                    refuses(plugin, "its id is not 1 to 64 of a-z", "ask its author"));
    }
}

}  // namespace
}  // namespace ebra
