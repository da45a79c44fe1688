// The store's clock never goes back: not with the wall clock, not over restarts.
#include "store_face.hpp"
#include "store_time.hpp"

#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

TEST(StoreTime, GoesOnWithTheMonotonicClock) {
    Host host;
    const StoreTime time(host.table(), 0);

    host.wall_ms = kStart - 3'600'000;
    host.advance_ms(250);

    EXPECT_EQ(time.now(), kStart + 250);
}

TEST(StoreTime, StartsAtTheFloorWhenTheWallClockWasSetBack) {
    Host host;
    const StoreTime time(host.table(), kStart + 5000);

    host.advance_ms(10);

    EXPECT_EQ(time.now(), kStart + 5010);
}

TEST(StoreTime, AdoptsALaterFloorAndGoesOnFromThere) {
    Host host;
    StoreTime time(host.table(), 0);

    time.adopt(kStart + 700);
    time.adopt(kStart + 100);
    host.advance_ms(5);

    EXPECT_EQ(time.now(), kStart + 705);
}

TEST(StoreClock, SurvivesARestartWithTheWallClockSetBack) {
    const Folder folder;
    Host host;
    ebra_time_ms before = 0;
    {
        StoreFace store(host, folder.file("calls.db"));
        host.advance_ms(60'000);
        before = store.now();
    }

    host.wall_ms = kStart - 86'400'000;
    StoreFace store(host, folder.file("calls.db"));

    EXPECT_GE(store.now(), before);
}

TEST(StoreClock, RefusesANowThatIsAhead) {
    const Folder folder;
    Host host;
    StoreFace store(host, folder.file("calls.db"));

    EXPECT_EQ(store.renew(kStart + 1001), EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(store.renew(kStart + 1000), EBRA_OK);
}

TEST(StoreClock, TwoInstancesAgreeAfterAWrite) {
    const Folder folder;
    Host early;
    Host late;
    late.wall_ms = kStart + 50'000;
    StoreFace first(early, folder.file("calls.db"));
    StoreFace second(late, folder.file("calls.db"));

    ASSERT_EQ(second.renew(kStart + 50'000), EBRA_OK);
    ASSERT_EQ(first.renew(kStart + 50'000), EBRA_OK);

    EXPECT_GE(first.now(), kStart + 50'000);
}

}  // namespace
}  // namespace ebra::sqlite::test
