#include "node_lease.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class NodeLeaseTest : public ::testing::Test {
 protected:
    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    SeededRandom random_{1};
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    NodeLease lease_{store_.store(), clock_, settings_, random_, trouble_, metrics_};
};

TEST_F(NodeLeaseTest, HoldsNothingBeforeTheStoreHasGrantedIt) {
    EXPECT_FALSE(lease_.holder().has_value());

    lease_.renew();

    EXPECT_EQ(lease_.holder(), store_.leases.front());
}

TEST_F(NodeLeaseTest, IsRenewedOftenEnoughThatTwoRenewalsMayFail) {
    EXPECT_LE(lease_.renew() * 3, settings_.lease_ms);
}

TEST_F(NodeLeaseTest, EndsByItselfByTheStoresClock) {
    lease_.renew();
    system_.advance_ms(settings_.lease_ms - 1);
    EXPECT_TRUE(lease_.holder().has_value());

    system_.advance_ms(1);

    EXPECT_FALSE(lease_.holder().has_value());
}

TEST_F(NodeLeaseTest, KeepsTheLeaseItHasWhileTheStoreIsAwayAndTriesAgainSoon) {
    lease_.renew();
    store_.lease_status = EBRA_UNAVAILABLE;

    const std::int64_t wait_ms = lease_.renew();

    EXPECT_TRUE(lease_.holder().has_value());
    EXPECT_LE(wait_ms, settings_.lease_ms / 3);
}

TEST_F(NodeLeaseTest, ComesBackUnderANewNameOnceItWasDeclaredDead) {
    lease_.renew();
    const std::string old = *lease_.holder();
    store_.lease_status = EBRA_STALE;
    EXPECT_EQ(lease_.renew(), 0);
    EXPECT_FALSE(lease_.holder().has_value());

    store_.lease_status = EBRA_OK;
    lease_.renew();

    ASSERT_TRUE(lease_.holder().has_value());
    EXPECT_NE(*lease_.holder(), old);
    EXPECT_EQ(metrics_.leases_lost.Value(), 1);
}

TEST_F(NodeLeaseTest, CountsItsDeathOnceWhoeverTellsOfIt) {
    lease_.renew();

    lease_.declare_lost();
    lease_.declare_lost();

    EXPECT_EQ(metrics_.leases_lost.Value(), 1);
}

TEST_F(NodeLeaseTest, DoesNotRenewByAClockThatTheStoreWasTooSlowToTell) {
    store_.on_now = [this] { system_.advance_ms(StoreClock::kAnswerMsMax + 1); };

    lease_.renew();

    EXPECT_TRUE(store_.leases.empty());
}

TEST_F(NodeLeaseTest, EndsInOrderAndHoldsNothingAfterwards) {
    lease_.renew();
    const std::string node = *lease_.holder();

    EXPECT_TRUE(lease_.end().ok());

    EXPECT_EQ(store_.leases_ended, std::vector<std::string>{node});
    EXPECT_FALSE(lease_.holder().has_value());
}

}  // namespace
}  // namespace ebra
