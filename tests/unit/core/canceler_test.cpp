#include "canceler.hpp"

#include "fake_provider.hpp"
#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class CancelerTest : public ::testing::Test {
 protected:
    CancelerTest() {
        provider_.answer.answer = EBRA_CANCEL_DONE;
        add_provider();
    }

    void add_provider() {
        providers_.add(std::make_unique<Provider>("p", testing::FakeProvider::table(), &provider_));
    }

    /// A call that completed by an earlier placement while this one is open.
    static Call rung_for_nothing() {
        Call call = testing::claimed_call("c", 2);
        call.fixed_outcome = Outcome::kCompleted;
        call.placement->state = PlacementState::kPlaced;
        return call;
    }

    ManualClock system_{0};
    NodeSettings settings_;
    Metrics metrics_;
    Operations operations_{system_};
    testing::FakeProvider provider_{operations_};
    Providers providers_;
    Canceler canceler_{providers_, operations_, settings_, metrics_};
};

TEST_F(CancelerTest, HasALivePlacementEndedWhenAnEarlierOneCompleted) {
    canceler_.look_at(rung_for_nothing());

    EXPECT_EQ(provider_.canceled, std::vector<std::string>{"c.2"});
    EXPECT_EQ(canceler_.in_hand(), 0u);
    EXPECT_EQ(metrics_.cancels.Value(), 1);
}

TEST_F(CancelerTest, HasOneEndedOfWhichNobodyKnowsWhetherItRings) {
    Call call = rung_for_nothing();
    call.placement->state = PlacementState::kUnknown;

    canceler_.look_at(call);

    EXPECT_EQ(provider_.canceled.size(), 1u);
}

TEST_F(CancelerTest, LeavesCallsAloneWhoseOutcomeIsOpen) {
    Call call = rung_for_nothing();
    call.fixed_outcome = Outcome::kNone;

    canceler_.look_at(call);

    EXPECT_TRUE(provider_.canceled.empty());
}

TEST_F(CancelerTest, LeavesAloneWhatIsClosedAndWhatMayNotHaveBeenSent) {
    for (const auto state : {PlacementState::kClaimed, PlacementState::kEnded,
                             PlacementState::kReleased, PlacementState::kRefused}) {
        Call call = rung_for_nothing();
        call.placement->state = state;
        canceler_.look_at(call);
    }

    EXPECT_TRUE(provider_.canceled.empty());
}

TEST_F(CancelerTest, AsksNothingOfAProviderThatCannot) {
    provider_.capabilities = EBRA_PROVIDER_QUERY;
    Providers providers;
    providers.add(std::make_unique<Provider>("p", testing::FakeProvider::table(), &provider_));
    Canceler canceler(providers, operations_, settings_, metrics_);

    canceler.look_at(rung_for_nothing());

    EXPECT_TRUE(provider_.canceled.empty());
    EXPECT_EQ(operations_.open(), 0u);
}

TEST_F(CancelerTest, StopsAtItsLimitAndGoesOnAfterAnswersOrTimeOuts) {
    settings_.queries_in_hand_max = 1;
    provider_.answers = false;
    canceler_.look_at(rung_for_nothing());
    canceler_.look_at(rung_for_nothing());
    EXPECT_EQ(provider_.canceled.size(), 1u);

    system_.advance_ms(settings_.query_timeout_ms);
    operations_.expire();
    EXPECT_EQ(canceler_.in_hand(), 0u);
    // The late answer frees nothing twice.
    EXPECT_EQ(operations_.op_done(provider_.last_op, provider_.answer), EBRA_STALE);
    EXPECT_EQ(canceler_.in_hand(), 0u);

    canceler_.look_at(rung_for_nothing());
    EXPECT_EQ(provider_.canceled.size(), 2u);
}

TEST_F(CancelerTest, LeavesNothingOpenWhenThePluginDoesNotTakeTheOrder) {
    provider_.taken = EBRA_UNAVAILABLE;

    canceler_.look_at(rung_for_nothing());

    EXPECT_EQ(operations_.open(), 0u);
    EXPECT_EQ(canceler_.in_hand(), 0u);
}

}  // namespace
}  // namespace ebra
