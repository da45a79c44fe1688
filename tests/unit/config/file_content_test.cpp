#include "config/file_content.hpp"

#include "loading.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ebra::config_test {
namespace {

using config::read_file;
using config::read_secret;

TEST(FileContent, ReadsUpToItsLimitAndNoFurther) {
    Loading loading;
    loading.write("four", "four");

    EXPECT_EQ(read_file(loading.path("four").string(), 4).value(), "four");
    const auto refused = read_file(loading.path("four").string(), 3);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("larger than 3 bytes"), std::string::npos);
}

TEST(FileContent, AnEndlessFileIsRefused) {
    EXPECT_FALSE(read_file("/dev/zero", 1'000).ok());
}

TEST(FileContent, TellsAMissingFileFromOneThatCannotBeRead) {
    Loading loading;

    EXPECT_EQ(read_file(loading.path("none").string(), 4).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(read_file(loading.path("").string(), 4).error().code, ErrorCode::kInvalidArgument);
}

TEST(FileContent, AConfigThatIsAFolderIsRefused) {
    Loading loading;

    const auto loaded = loading.load_file(loading.path(""));

    ASSERT_EQ(loaded.index(), 1u);
    EXPECT_NE(std::get<1>(loaded).front().message.find("Is a directory"), std::string::npos);
}

TEST(FileContent, ASecretIsTheFirstLine) {
    Loading loading;
    loading.write("good", "secret with space \r\nsecond\n");

    EXPECT_EQ(read_secret(loading.path("good").string()).value(), "secret with space ");
}

TEST(FileContent, ASecretMayBeReadByItsGroupButByNobodyElse) {
    Loading loading;

    EXPECT_TRUE(read_secret(loading.path("group").string()).ok());
    for (const char* file : {"open", "shared"}) {
        const auto refused = read_secret(loading.path(file).string());
        ASSERT_FALSE(refused.ok()) << file;
        EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
        EXPECT_EQ(refused.error().message.find(kSecret), std::string::npos);
    }
}

TEST(FileContent, ASecretInAPipeIsRefusedWithoutWaitingForIt) {
    Loading loading;
    ASSERT_EQ(mkfifo(loading.path("pipe").c_str(), 0600), 0);

    const auto refused = read_secret(loading.path("pipe").string());

    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("plain file"), std::string::npos);
}

}  // namespace
}  // namespace ebra::config_test
