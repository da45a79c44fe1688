#include "claimer.hpp"

#include "fake_provider.hpp"
#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class ClaimerTest : public ::testing::Test {
 protected:
    ClaimerTest() {
        provider_.answer.answer = EBRA_START_PLACED;
        provider_.answer.provider_call_id = plugin::str("pc-1");
        providers_.add(std::make_unique<Provider>("p", testing::FakeProvider::table(), &provider_));
        (void)lease_.renew();
        store_.claim_report.stopped_by = EBRA_CLAIM_STOP_EMPTY;
        store_.claim_report.lease_until = clock_.now() + settings_.lease_ms;
    }

    std::vector<std::int32_t> commit() {
        while (committer_.waiting() > 0) committer_.step();
        std::vector<std::int32_t> steps;
        for (const Step& step : store_.advanced) steps.push_back(step.step);
        return steps;
    }

    using Steps = std::vector<std::int32_t>;

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    SeededRandom random_{1};
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Operations operations_{system_};
    testing::FakeProvider provider_{operations_};
    Providers providers_;
    RetryPolicy retry_policy_{settings_, random_};
    Decisions decisions_{retry_policy_};
    CallbackRef callback_ref_{"secret"};
    NodeLease lease_{store_.store(), clock_, settings_, random_, trouble_, metrics_};
    Committer committer_{store_.store(), clock_, settings_, trouble_, metrics_};
    Taps taps_{committer_, clock_, metrics_};
    Dialer dialer_{providers_,    operations_, committer_, taps_,     decisions_,
                   callback_ref_, system_,     clock_,     settings_, metrics_};
    Claimer claimer_{store_.store(), clock_,  lease_,    providers_, taps_,
                     dialer_,        random_, settings_, trouble_,   metrics_};
};

TEST_F(ClaimerTest, ClaimsUnderItsLeaseAndDialsWhatItGot) {
    store_.claimable = {testing::claimed_call("c")};

    claimer_.step();

    ASSERT_EQ(store_.claims.size(), 1u);
    EXPECT_EQ(store_.claims.front().node, *lease_.holder());
    EXPECT_EQ(store_.claims.front().providers, std::vector<std::string>{"p"});
    EXPECT_EQ(provider_.started, std::vector<std::string>{"c.1"});
    EXPECT_EQ(commit(), Steps{EBRA_STEP_ACCEPTED});
}

TEST_F(ClaimerTest, ClaimsOneCallForATapThatAnotherNodeClosed) {
    Limit& tap = store_.shown_limits.emplace_back();
    tap.key = "provider:p";
    tap.blocked_until = clock_.now() + 5'000;
    provider_.answers = false;
    EXPECT_GT(claimer_.step(), 0);
    EXPECT_TRUE(store_.claims.empty());
    system_.advance_ms(5'000);
    store_.claim_report.lease_until = clock_.now() + settings_.lease_ms;
    (void)lease_.renew();
    store_.claimable = {testing::claimed_call("a")};

    claimer_.step();
    claimer_.step();

    ASSERT_EQ(store_.claims.size(), 1u) << "while the probe is under way";
    EXPECT_EQ(store_.claims.front().limit, 1u);
}

TEST_F(ClaimerTest, ClaimsNothingWhileItCannotSeeWhatOthersClosed) {
    store_.limits_status = EBRA_UNAVAILABLE;

    EXPECT_GT(claimer_.step(), 0);

    EXPECT_TRUE(store_.claims.empty());
}

TEST_F(ClaimerTest, LooksForWhatOthersClosedBehindTheDialAndNotBeforeIt) {
    claimer_.step();
    system_.advance_ms(1'500);
    store_.claim_report.lease_until = clock_.now() + settings_.lease_ms;
    store_.claimable = {testing::claimed_call("c")};
    store_.limits_status = EBRA_UNAVAILABLE;

    claimer_.step();
    const std::size_t started = provider_.started.size();
    const std::size_t claims = store_.claims.size();
    system_.advance_ms(1'500);
    claimer_.step();

    EXPECT_EQ(started, 1u);
    EXPECT_EQ(store_.claims.size(), claims) << "the last look is too old";
}

TEST_F(ClaimerTest, NeverClaimsMoreThanItHasHandsFor) {
    settings_.starts_in_hand_max = 3;
    provider_.answers = false;
    store_.claimable = {testing::claimed_call("a"), testing::claimed_call("b")};
    claimer_.step();
    claimer_.step();
    EXPECT_EQ(store_.claims.back().limit, 1u);

    store_.claimable = {testing::claimed_call("c")};
    claimer_.step();
    const std::size_t claims = store_.claims.size();
    claimer_.step();

    EXPECT_EQ(store_.claims.size(), claims);
}

TEST_F(ClaimerTest, ClaimsNothingWithoutALease) {
    system_.advance_ms(settings_.lease_ms);

    claimer_.step();

    EXPECT_TRUE(store_.claims.empty());
}

TEST_F(ClaimerTest, GivesItsLeaseUpForLostWhenTheStoreSaysSo) {
    store_.claim_status = EBRA_STALE;

    claimer_.step();

    EXPECT_FALSE(lease_.holder().has_value());
    EXPECT_EQ(metrics_.leases_lost.Value(), 1);
}

TEST_F(ClaimerTest, ReadsAClaimInDoubtBackAndReleasesItInsteadOfDialing) {
    store_.claim_status = EBRA_IN_DOUBT;
    claimer_.step();
    store_.claim_status = EBRA_OK;
    store_.in_doubt = {testing::claimed_call("c")};

    claimer_.step();

    EXPECT_EQ(commit(), Steps{EBRA_STEP_RELEASE});
    EXPECT_TRUE(provider_.started.empty());
}

TEST_F(ClaimerTest, ClaimsNothingMoreUntilTheDoubtIsSettled) {
    store_.claim_status = EBRA_IN_DOUBT;
    claimer_.step();
    store_.find_status = EBRA_UNAVAILABLE;

    claimer_.step();
    EXPECT_EQ(store_.claims.size(), 1u);

    store_.find_status = EBRA_OK;
    claimer_.step();
    EXPECT_EQ(store_.claims.size(), 2u);
}

TEST_F(ClaimerTest, ReleasesWhatItGetsOnceItIsStopping) {
    store_.claimable = {testing::claimed_call("c")};
    claimer_.stop();

    claimer_.step();

    EXPECT_TRUE(store_.claims.empty());
}

TEST_F(ClaimerTest, DoesNotDialWhenTheClaimTookHalfTheLease) {
    store_.claimable = {testing::claimed_call("c")};
    store_.on_claim = [this] { system_.advance_ms(settings_.lease_ms / 2); };

    claimer_.step();

    EXPECT_TRUE(provider_.started.empty());
    EXPECT_EQ(commit(), Steps{EBRA_STEP_RELEASE});
}

TEST_F(ClaimerTest, GetsNoMoreTimeFromALeaseThatWasRenewedMeanwhile) {
    store_.claimable = {testing::claimed_call("c")};
    store_.on_claim = [this] {
        system_.advance_ms(settings_.lease_ms / 2);
        store_.claim_report.lease_until = clock_.now() + settings_.lease_ms;
    };

    claimer_.step();

    EXPECT_TRUE(provider_.started.empty());
}

TEST_F(ClaimerTest, ComesAgainAtOnceWhenThereIsMoreAndWhenTimeMakesRoomOtherwise) {
    store_.claim_report.stopped_by = EBRA_CLAIM_STOP_LIMIT;
    EXPECT_EQ(claimer_.step(), 0);

    store_.claim_report.stopped_by = EBRA_CLAIM_STOP_RATE;
    store_.claim_report.next_room_at = clock_.now() + 40;
    EXPECT_EQ(claimer_.step(), 40);

    store_.claim_report.stopped_by = EBRA_CLAIM_STOP_EMPTY;
    store_.claim_report.next_due_at = clock_.now() + 70;
    EXPECT_EQ(claimer_.step(), 70);
}

TEST_F(ClaimerTest, ProbesAProviderThatFailedWithOneCall) {
    for (std::uint32_t n = 0; n < Taps::kFaultsInARowMax; ++n) taps_.failed("p", 0, "down");
    claimer_.step();
    EXPECT_TRUE(store_.claims.empty());

    system_.advance_ms(5'000);
    store_.claimable = {testing::claimed_call("c")};
    claimer_.step();

    ASSERT_EQ(store_.claims.size(), 1u);
    EXPECT_EQ(store_.claims.front().limit, 1u);
}

TEST_F(ClaimerTest, WaitsAfterAProbeForWhichThereIsNoCall) {
    for (std::uint32_t n = 0; n < Taps::kFaultsInARowMax; ++n) taps_.failed("p", 0, "down");
    system_.advance_ms(5'000);

    EXPECT_GT(claimer_.step(), 0) << "else an idle node claims without a pause";

    EXPECT_EQ(store_.claims.size(), 1u);
}

}  // namespace
}  // namespace ebra
