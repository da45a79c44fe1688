#include "clock.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

TEST(ManualClockTest, StandsStillUntilToldAndMovesBothReadingsAlike) {
    ManualClock clock(5'000);
    const MonotonicNs before = clock.monotonic_ns();
    EXPECT_EQ(clock.monotonic_ns(), before);

    clock.advance_ms(250);

    EXPECT_EQ(clock.monotonic_ns(), before + 250 * kNsPerMs);
    EXPECT_EQ(clock.wall_ms(), 5'250);
}

TEST(ManualClockTest, StepsTheWallClockAloneAsAnOperatorWould) {
    ManualClock clock(5'000);
    const MonotonicNs before = clock.monotonic_ns();

    clock.step_wall_ms(-3'600'000);

    EXPECT_EQ(clock.wall_ms(), 5'000 - 3'600'000);
    EXPECT_EQ(clock.monotonic_ns(), before);
}

TEST(SystemClockTest, NeverGoesBack) {
    const SystemClock clock;
    MonotonicNs last = clock.monotonic_ns();
    for (int n = 0; n < 10'000; ++n) {
        const MonotonicNs now = clock.monotonic_ns();
        ASSERT_GE(now, last);
        last = now;
    }
}

TEST(SystemClockTest, ReadsAWallClockOfThisCentury) {
    EXPECT_GT(SystemClock().wall_ms(), 1'600'000'000'000);
}

}  // namespace
}  // namespace ebra
