// The store's clock is the database's, measured; it never goes back.
#include "store_clock.hpp"
#include "store_error.hpp"

#include "ebra/plugin.hpp"

#include <gtest/gtest.h>

namespace ebra::postgres {
namespace {

constexpr ebra_time_ms kDatabase = 1'800'000'000'000;

class Clock : public testing::Test {
 protected:
    Clock() : host_(plugin::sized<ebra_host>()), clock_(&host_) {
        host_.impl = this;
        host_.monotonic_ns = [](const ebra_host* host) {
            return static_cast<Clock*>(host->impl)->monotonic_ms_ * 1'000'000;
        };
        clock_.measured(kDatabase);
    }

    ebra_host host_;
    std::uint64_t monotonic_ms_ = 50;
    StoreClock clock_;
};

TEST_F(Clock, GoesOnWithTheMonotonicClock) {
    monotonic_ms_ += 250;

    EXPECT_EQ(clock_.now(), kDatabase + 250);
}

TEST_F(Clock, ASmallStepBackIsStoodOut) {
    EXPECT_EQ(clock_.now(), kDatabase);
    clock_.measured(kDatabase - 40);

    EXPECT_EQ(clock_.now(), kDatabase);
    monotonic_ms_ += 50;
    EXPECT_EQ(clock_.now(), kDatabase + 10);
}

TEST_F(Clock, GoesOnWhenTheDatabasesClockIsSetBack) {
    clock_.measured(kDatabase - 3'600'000);
    monotonic_ms_ += 100;

    EXPECT_EQ(clock_.now(), kDatabase + 100);
}

TEST_F(Clock, FollowsADatabaseThatIsAhead) {
    clock_.measured(kDatabase + 5'000);

    EXPECT_EQ(clock_.now(), kDatabase + 5'000);
}

TEST_F(Clock, NeverStartsBelowWhatWasLeftBehind) {
    clock_.raise(kDatabase + 7'000);

    EXPECT_EQ(clock_.now(), kDatabase + 7'000);
}

TEST_F(Clock, RefusesANowMoreThanASecondAhead) {
    EXPECT_NO_THROW(clock_.require_not_ahead(kDatabase + 1'000));
    EXPECT_THROW(clock_.require_not_ahead(kDatabase + 1'001), rules::StoreError);
}

}  // namespace
}  // namespace ebra::postgres
