// Pace: who writes alone waits for nobody, who writes among others for those who were there.
#include "pace.hpp"

#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

using std::chrono::milliseconds;

constexpr Pace::Clock::time_point kNoon{std::chrono::hours(12)};

TEST(Pace, NobodyIsExpectedAtFirst) {
    EXPECT_EQ(Pace().expected(kNoon), 1u);
}

TEST(Pace, ThoseOfTheLastCommitAreExpectedSoonAfterIt) {
    Pace pace;
    pace.committed(kNoon, kNoon + milliseconds(8), 3);

    EXPECT_EQ(pace.expected(kNoon + milliseconds(8)), 3u);
    EXPECT_EQ(pace.expected(kNoon + milliseconds(15)), 3u);
}

TEST(Pace, AfterAPauseAsLongAsACommitNobodyIsExpected) {
    Pace pace;
    pace.committed(kNoon, kNoon + milliseconds(8), 3);

    EXPECT_EQ(pace.expected(kNoon + milliseconds(16)), 1u);
}

TEST(Pace, AFastDisksPauseIsAMillisecond) {
    Pace pace;
    pace.committed(kNoon, kNoon + std::chrono::microseconds(50), 3);

    EXPECT_EQ(pace.expected(kNoon + std::chrono::microseconds(1049)), 3u);
    EXPECT_EQ(pace.expected(kNoon + std::chrono::microseconds(1050)), 1u);
}

TEST(Pace, PatienceIsAQuarterOfACommitAndAMillisecondAtMost) {
    Pace pace;
    pace.committed(kNoon, kNoon + milliseconds(2), 3);
    EXPECT_EQ(pace.patience(), std::chrono::microseconds(500));

    pace.committed(kNoon, kNoon + milliseconds(80), 3);
    EXPECT_EQ(pace.patience(), milliseconds(1));
}

}  // namespace
}  // namespace ebra::sqlite::test
