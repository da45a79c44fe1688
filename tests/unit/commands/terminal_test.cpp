#include "commands/terminal.hpp"

#include "commands/exit_code.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace ebra::commands {
namespace {

TEST(Columns, AlignAndEndWithoutSpaces) {
    EXPECT_EQ(columns({{"a", "long", "x"}, {"bbb", "c"}}), "a    long  x\nbbb  c\n");
    EXPECT_EQ(columns({}), "");
}

TEST(Colours, AreNotForPipes) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);

    EXPECT_FALSE(has_colours(ends[1]));

    close(ends[0]);
    close(ends[1]);
}

TEST(Fail, SaysTheErrorAndGivesItsExitCode) {
    testing::internal::CaptureStderr();

    const int code = fail({ErrorCode::kConflict, "that is another's"});

    EXPECT_EQ(code, kConflict);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "error: that is another's\n");
    EXPECT_EQ(exit_code_of(ErrorCode::kNotFound), kNotFound);
    EXPECT_EQ(exit_code_of(ErrorCode::kUnavailable), kUnavailable);
    EXPECT_EQ(exit_code_of(ErrorCode::kCorrupt), kFailed);
}

}  // namespace
}  // namespace ebra::commands
