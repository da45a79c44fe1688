#include "store_clock.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class StoreClockTest : public ::testing::Test {
 protected:
    StoreClockTest() { EXPECT_TRUE(clock_.sync(store_.store()).ok()); }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
};

TEST_F(StoreClockTest, FollowsTheStoreAndNotTheWallClock) {
    system_.step_wall_ms(-3'600'000);
    system_.advance_ms(250);

    EXPECT_EQ(clock_.now(), store_.now + 250);
}

TEST_F(StoreClockTest, NeverGoesBackWhenTheStoreAnswersLower) {
    system_.advance_ms(5'000);
    const TimeMs before = clock_.now();

    EXPECT_TRUE(clock_.sync(store_.store()).ok());

    EXPECT_EQ(clock_.now(), before);
}

TEST_F(StoreClockTest, DoesNotBelieveAnAnswerThatTookTooLong) {
    store_.on_now = [this] { system_.advance_ms(StoreClock::kAnswerMsMax + 1); };
    const TimeMs before = clock_.now();

    const Status synced = clock_.sync(store_.store());

    ASSERT_FALSE(synced.ok());
    EXPECT_EQ(synced.error().code, ErrorCode::kTimeout);
    // The old base still counts on.
    EXPECT_EQ(clock_.now(), before + StoreClock::kAnswerMsMax + 1);
}

TEST_F(StoreClockTest, TranslatesStoreTimeToThisMachinesMonotonicClock) {
    const MonotonicNs now_ns = system_.monotonic_ns();

    EXPECT_EQ(clock_.monotonic_at(store_.now + 1'000), now_ns + 1'000 * kNsPerMs);
    EXPECT_EQ(clock_.monotonic_at(store_.now - 500), now_ns - 500 * kNsPerMs);
}

}  // namespace
}  // namespace ebra
