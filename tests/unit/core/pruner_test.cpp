#include "pruner.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;

class PrunerTest : public ::testing::Test {
 protected:
    PrunerTest() {
        settings_.keep_finished_ms = 7 * kMsPerDay;
        (void)clock_.sync(store_.store());
    }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    Metrics metrics_;
    Pruner pruner_{store_.store(), clock_, system_, settings_, metrics_};
};

TEST_F(PrunerTest, LeavesEverythingWhenCallsAreKeptForEver) {
    settings_.keep_finished_ms = 0;

    pruner_.step();

    EXPECT_TRUE(store_.prunes.empty());
}

TEST_F(PrunerTest, AsksForWhatIsOlderThanItIsKeptByTheStoresClock) {
    pruner_.step();

    ASSERT_EQ(store_.prunes.size(), 1u);
    EXPECT_EQ(store_.prunes.front().now, store_.now);
    EXPECT_EQ(store_.prunes.front().before, store_.now - 7 * kMsPerDay);
    EXPECT_EQ(store_.prunes.front().after, 0u);
    EXPECT_EQ(store_.prunes.front().flags, EBRA_PRUNE_OWED);
}

TEST_F(PrunerTest, GoesOnWhereTheLastStepEndedAndBeginsAnewAfterAPass) {
    store_.prunable = {200, 200, 3};

    for (int step = 0; step < 4; ++step) pruner_.step();

    ASSERT_EQ(store_.prunes.size(), 4u);
    EXPECT_EQ(store_.prunes[1].after, store_.prunes[0].limit);
    EXPECT_GT(store_.prunes[2].after, store_.prunes[1].after);
    EXPECT_EQ(store_.prunes[3].after, 0u);
    EXPECT_EQ(metrics_.pruned.Value(), 403);
}

TEST_F(PrunerTest, RestsLongerThanItsStepsTakeAndMuchLongerBetweenPasses) {
    store_.prunable = {200, 200, 3};
    store_.on_prune = [this] { system_.advance_ms(40); };

    EXPECT_EQ(pruner_.step(), 40 * Pruner::kPausesPerStep);
    store_.on_prune = nullptr;
    EXPECT_GT(pruner_.step(), 0);
    EXPECT_GE(pruner_.step(), 60'000);
}

TEST_F(PrunerTest, TriesTheSameStepAgainWhenTheStoreCouldNot) {
    store_.prunable = {200, 200, 3};
    pruner_.step();
    store_.prune_status = EBRA_UNAVAILABLE;
    const std::int64_t wait_ms = pruner_.step();
    store_.prune_status = EBRA_OK;
    pruner_.step();

    EXPECT_GE(wait_ms, 1'000);
    ASSERT_EQ(store_.prunes.size(), 3u);
    EXPECT_EQ(store_.prunes[2].after, store_.prunes[1].after);
}

}  // namespace
}  // namespace ebra
