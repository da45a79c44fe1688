#include "taps.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class TapsTest : public ::testing::Test {
 protected:
    TapsTest() { EXPECT_TRUE(clock_.sync(store_.store()).ok()); }

    /// Until when the store was told to give nothing to the provider; 0 = it was told nothing.
    TimeMs told_until() {
        store_.limits.clear();
        committer_.step();
        return store_.limits.empty() ? 0 : store_.limits.back().blocked_until;
    }

    void fail(std::uint32_t times) {
        for (std::uint32_t n = 0; n < times; ++n) taps_.failed("p", 0, "down");
    }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Committer committer_{store_.store(), clock_, settings_, trouble_, metrics_};
    Taps taps_{committer_, clock_, metrics_};
    const std::vector<std::string> both_ = {"p", "q"};
    const std::vector<std::string> only_p_ = {"p"};
    const std::vector<std::string> only_q_ = {"q"};
};

TEST_F(TapsTest, ClaimsForEveryProviderWhileNothingIsWrong) {
    const Taps::Turn turn = taps_.turn(both_);

    EXPECT_EQ(turn.providers, both_);
    EXPECT_FALSE(turn.is_probe);
}

TEST_F(TapsTest, ClosesForAsLongAsTheProviderSaysWhenItHasNoCapacity) {
    taps_.no_capacity("p", 9'000, "busy");

    EXPECT_EQ(told_until(), clock_.now() + 9'000);
    EXPECT_EQ(taps_.turn(both_).providers, only_q_);
    system_.advance_ms(9'000);
    EXPECT_EQ(taps_.turn(both_).providers, both_);
}

TEST_F(TapsTest, WaitsLongerEachTimeThereIsStillNoCapacityUpToAMinute) {
    std::int64_t expected_ms = 1'000;
    for (int n = 0; n < 12; ++n) {
        taps_.no_capacity("p", 0, "busy");
        EXPECT_EQ(told_until(), clock_.now() + std::min<std::int64_t>(expected_ms, 60'000));
        system_.advance_ms(std::min<std::int64_t>(expected_ms, 60'000));
        expected_ms *= 2;
    }
}

TEST_F(TapsTest, StartsOverWithShortPausesOnceACallWasAccepted) {
    for (int n = 0; n < 5; ++n) {
        taps_.no_capacity("p", 0, "busy");
        system_.advance_ms(60'000);
    }
    (void)told_until();

    taps_.works("p");
    taps_.no_capacity("p", 0, "busy");

    EXPECT_EQ(told_until(), clock_.now() + 1'000);
}

TEST_F(TapsTest, NeverClosesForLongerThanAnHourWhateverAProviderSays) {
    taps_.no_capacity("p", 999'999'999, "busy");

    EXPECT_EQ(told_until(), clock_.now() + 3'600'000);
}

TEST_F(TapsTest, DoesNotGrowThePauseForWhatWasUnderWayWhenTheTapClosed) {
    for (int n = 0; n < 50; ++n) taps_.no_capacity("p", 0, "busy");

    EXPECT_EQ(told_until(), clock_.now() + 1'000);
    EXPECT_EQ(metrics_.taps_closed_capacity.Value(), 1);
}

TEST_F(TapsTest, ClosesAtOnceWhenTheAccountIsBroken) {
    taps_.account_broken("p", ErrorClass::kConfiguration, "401");

    EXPECT_EQ(told_until(), clock_.now() + 60'000);
    EXPECT_EQ(metrics_.taps_closed_account.Value(), 1);
}

TEST_F(TapsTest, ClosesOnlyAfterSeveralFaultsInARow) {
    fail(Taps::kFaultsInARowMax - 1);
    taps_.works("p");
    fail(Taps::kFaultsInARowMax - 1);
    EXPECT_EQ(told_until(), 0);

    fail(1);

    EXPECT_EQ(told_until(), clock_.now() + 5'000);
    EXPECT_EQ(metrics_.taps_closed_faults.Value(), 1);
}

TEST_F(TapsTest, ProbesWithOneCallWhenThePauseIsOver) {
    fail(Taps::kFaultsInARowMax);
    system_.advance_ms(5'000);

    const Taps::Turn probe = taps_.turn(only_p_);
    EXPECT_TRUE(probe.is_probe);
    EXPECT_EQ(probe.providers, only_p_);

    taps_.sent("p");
    EXPECT_TRUE(taps_.turn(only_p_).providers.empty());
}

TEST_F(TapsTest, OwesAnotherProbeWhenTheOneNeverLeft) {
    fail(Taps::kFaultsInARowMax);
    const TimeMs until = told_until();
    system_.advance_ms(5'000);
    taps_.sent("p");

    taps_.not_sent("p");

    EXPECT_TRUE(taps_.turn(only_p_).is_probe);
    EXPECT_EQ(told_until(), 0) << "the pause that ended at " << until << " grows no longer";
}

TEST_F(TapsTest, ProbesWithOneCallWhatAnotherNodeHasClosed) {
    const TimeMs until = clock_.now() + 5'000;
    taps_.closed_in_store("p", until);
    taps_.closed_in_store("p", until);
    EXPECT_EQ(taps_.turn(both_).providers, only_q_);
    EXPECT_EQ(told_until(), 0) << "the store knows";
    system_.advance_ms(5'000);

    EXPECT_TRUE(taps_.turn(only_p_).is_probe);
    taps_.sent("p");
    EXPECT_TRUE(taps_.turn(only_p_).providers.empty());
    fail(1);
    EXPECT_EQ(told_until(), clock_.now() + 10'000) << "the second pause, whoever made the first";
    system_.advance_ms(10'000);
    taps_.sent("p");
    taps_.works("p");
    taps_.closed_in_store("p", clock_.now());
    EXPECT_FALSE(taps_.turn(only_p_).is_probe);
}

TEST_F(TapsTest, TakesItsOwnClosingInTheStoreForItsOwn) {
    taps_.no_capacity("p", 3'000, "busy");
    taps_.closed_in_store("p", told_until());
    system_.advance_ms(3'000);

    EXPECT_FALSE(taps_.turn(only_p_).is_probe) << "it answered, so it is there";
}

TEST_F(TapsTest, LeavesEverySecondTurnToTheOthersWhileItProbes) {
    fail(Taps::kFaultsInARowMax);
    system_.advance_ms(5'000);

    const Taps::Turn first = taps_.turn(both_);
    const Taps::Turn second = taps_.turn(both_);

    EXPECT_NE(first.is_probe, second.is_probe);
    EXPECT_EQ((first.is_probe ? second : first).providers, only_q_);
}

TEST_F(TapsTest, GivesEachProviderThatIsToBeProbedItsTurnThoughTheFirstHasNoCall) {
    fail(Taps::kFaultsInARowMax);
    taps_.closed_in_store("q", clock_.now() + 5'000);
    system_.advance_ms(5'000);

    const Taps::Turn first = taps_.turn(both_);
    const Taps::Turn second = taps_.turn(both_);

    EXPECT_EQ(first.providers, only_p_);
    EXPECT_FALSE(first.is_last);
    EXPECT_EQ(second.providers, only_q_);
    EXPECT_TRUE(second.is_last) << "whoever finds nothing now may wait";
    EXPECT_EQ(taps_.turn(both_).providers, only_p_);
}

TEST_F(TapsTest, GoesOnFromTheStartWhenFewerAreAbleThanBefore) {
    taps_.closed_in_store("p", clock_.now() + 5'000);
    taps_.closed_in_store("q", clock_.now() + 5'000);
    system_.advance_ms(5'000);
    (void)taps_.turn({"p", "q", "r"});
    (void)taps_.turn({"p", "q", "r"});

    EXPECT_EQ(taps_.turn(only_p_).providers, only_p_);
    EXPECT_TRUE(taps_.turn({}).providers.empty());
}

TEST_F(TapsTest, OpensWhenTheProbeIsAcceptedAndClosesForLongerWhenItFails) {
    fail(Taps::kFaultsInARowMax);
    system_.advance_ms(5'000);
    taps_.sent("p");
    fail(1);
    EXPECT_EQ(told_until(), clock_.now() + 10'000);

    system_.advance_ms(10'000);
    taps_.sent("p");
    taps_.works("p");

    const Taps::Turn turn = taps_.turn(only_p_);
    EXPECT_EQ(turn.providers, only_p_);
    EXPECT_FALSE(turn.is_probe);
}

}  // namespace
}  // namespace ebra
