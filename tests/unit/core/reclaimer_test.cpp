#include "reclaimer.hpp"

#include "fake_provider.hpp"
#include "fake_store.hpp"

#include "ebra/abi/ext/draft/store_recover.h"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class ReclaimerTest : public ::testing::Test {
 protected:
    ReclaimerTest() {
        settings_.retry_jitter_percent = 0;
        (void)lease_.renew();
        add("p", provider_);
        add("mute", mute_);
    }

    void add(const std::string& name, testing::FakeProvider& provider) {
        if (name == "mute") provider.capabilities = 0;
        providers_.add(std::make_unique<Provider>(name, testing::FakeProvider::table(), &provider));
    }

    /// A placement nobody heard of for that long.
    Call silent(PlacementState state, std::int64_t silent_ms) {
        Call call = testing::claimed_call("c");
        call.placement->state = state;
        call.placement->claimed_at = call.placement->evidence_at = clock_.now() - silent_ms;
        return call;
    }

    /// Long enough for a start under way to have become visible.
    std::int64_t provable_ms() const {
        return settings_.lease_ms + settings_.start_timeout_ms + provider_.visibility_delay_ms;
    }

    std::vector<std::int32_t> reclaim(const Call& call) {
        store_.advanced.clear();
        store_.to_reclaim = {call};
        reclaimer_.step();
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
    testing::FakeProvider mute_{operations_};
    Providers providers_;
    RetryPolicy retry_policy_{settings_, random_};
    Decisions decisions_{retry_policy_};
    NodeLease lease_{store_.store(), clock_, settings_, random_, trouble_, metrics_};
    Committer committer_{store_.store(), clock_, settings_, trouble_, metrics_};
    Canceler canceler_{providers_, operations_, settings_, metrics_};
    Reclaimer reclaimer_{store_.store(), clock_,     lease_,  providers_, operations_, committer_,
                         canceler_,      decisions_, random_, settings_,  trouble_,    metrics_};
};

TEST_F(ReclaimerTest, ADoubtfulPlacementThatWasNotDialedCostsNoAttempt) {
    provider_.answer.answer = EBRA_NOT_FOUND_EXACT;
    Call call = silent(PlacementState::kUnknown, provable_ms());
    call.placement->reason = EBRA_REASON_DOUBTFUL;

    EXPECT_EQ(reclaim(call), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_RETRY}));
    EXPECT_EQ(store_.advanced.front().error_class, ErrorClass::kCapacity);
    EXPECT_LE(store_.advanced.back().due_at, clock_.now() + 1'000);
}

TEST_F(ReclaimerTest, TakesTheEndThatTheProviderTellsOf) {
    auto event = plugin::sized<ebra_event>();
    event.kind = EBRA_EVENT_ENDED;
    event.outcome = EBRA_OUTCOME_COMPLETED;
    provider_.answer.answer = EBRA_FOUND;
    provider_.answer.event = &event;

    EXPECT_EQ(reclaim(silent(PlacementState::kUnknown, 1'000)), Steps{EBRA_STEP_ENDED});
    EXPECT_EQ(store_.advanced.front().outcome, Outcome::kCompleted);
    EXPECT_EQ(provider_.queried, std::vector<std::string>{"c.1"});
}

TEST_F(ReclaimerTest, NotesASignOfLifeOfACallThatStillRings) {
    auto event = plugin::sized<ebra_event>();
    event.kind = EBRA_EVENT_ANSWERED;
    provider_.answer.answer = EBRA_FOUND;
    provider_.answer.event = &event;

    EXPECT_EQ(reclaim(silent(PlacementState::kPlaced, 1'000)), Steps{EBRA_STEP_PROGRESS});
    EXPECT_EQ(reclaim(silent(PlacementState::kUnknown, 1'000)), Steps{EBRA_STEP_ACCEPTED});
}

TEST_F(ReclaimerTest, LooksAgainNoLaterThanWhenPatienceEnds) {
    settings_.stale_after_ms = 30'000;
    auto event = plugin::sized<ebra_event>();
    event.kind = EBRA_EVENT_ANSWERED;
    provider_.answer.answer = EBRA_FOUND;
    provider_.answer.event = &event;

    EXPECT_EQ(reclaim(silent(PlacementState::kPlaced, 1'000)), Steps{EBRA_STEP_PROGRESS});

    EXPECT_EQ(store_.advanced.front().due_at, clock_.now() + 30'000);
    EXPECT_EQ(store_.reclaim_ask_after_ms, 30'000);
}

TEST_F(ReclaimerTest, TakesAnExactNotFoundForProofOnlyOnceAStartMustHaveBecomeVisible) {
    provider_.answer.answer = EBRA_NOT_FOUND_EXACT;

    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, provable_ms() - 1)).empty());
    EXPECT_EQ(reclaim(silent(PlacementState::kUnknown, provable_ms())),
              (Steps{EBRA_STEP_NOT_SENT, EBRA_STEP_RETRY}));
}

TEST_F(ReclaimerTest, JudgesProofByWhenItAskedAndNotByWhenTheAnswerWasRead) {
    provider_.answer.answer = EBRA_NOT_FOUND_EXACT;
    provider_.answers = false;
    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, provable_ms() - 1)).empty());

    // The node stood still between the provider's answer and its reading.
    system_.advance_ms(60'000);
    (void)operations_.op_done(provider_.last_op, provider_.answer);

    EXPECT_EQ(committer_.waiting(), 0u);
}

TEST_F(ReclaimerTest, NeverTakesNotFoundForProofAboutACallTheProviderConfirmed) {
    provider_.answer.answer = EBRA_NOT_FOUND_EXACT;

    EXPECT_TRUE(reclaim(silent(PlacementState::kPlaced, provable_ms() + 1)).empty());
}

TEST_F(ReclaimerTest, NeverTakesAWeakNotFoundForProof) {
    provider_.answer.answer = EBRA_NOT_FOUND_WEAK;

    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, settings_.stale_after_ms - 1)).empty());
}

TEST_F(ReclaimerTest, GivesUpWhenPatienceHasEndedAndRetriesByDefault) {
    provider_.answer.answer = EBRA_QUERY_UNABLE;

    EXPECT_EQ(reclaim(silent(PlacementState::kUnknown, settings_.stale_after_ms)),
              (Steps{EBRA_STEP_GIVE_UP, EBRA_STEP_RETRY}));
}

TEST_F(ReclaimerTest, FailsInsteadOfRetryingWhenThePolicySaysSo) {
    settings_.on_unknown = UnknownPolicy::kFail;
    provider_.answer.answer = EBRA_QUERY_UNABLE;

    EXPECT_EQ(reclaim(silent(PlacementState::kUnknown, settings_.stale_after_ms)),
              (Steps{EBRA_STEP_GIVE_UP, EBRA_STEP_FAIL}));
}

TEST_F(ReclaimerTest, WaitsForPatienceToEndWhereNobodyCanBeAsked) {
    Call call = silent(PlacementState::kPlaced, settings_.stale_after_ms - 1);
    call.placement->provider = "mute";
    EXPECT_TRUE(reclaim(call).empty());

    call.placement->evidence_at -= 1;
    EXPECT_EQ(reclaim(call), (Steps{EBRA_STEP_GIVE_UP, EBRA_STEP_RETRY}));
    EXPECT_TRUE(mute_.queried.empty());
}

TEST_F(ReclaimerTest, LearnsNothingFromAQuestionThatIsNotAnsweredInTime) {
    provider_.answers = false;
    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, 1'000)).empty());

    system_.advance_ms(settings_.query_timeout_ms);
    operations_.expire();

    EXPECT_EQ(committer_.waiting(), 0u);
}

TEST_F(ReclaimerTest, AsksNoMoreThanItsLimitAtOnceWhateverElseIsUnderWay) {
    settings_.queries_in_hand_max = 2;
    provider_.answers = false;
    for (int start = 0; start < 300; ++start) operations_.begin(60'000, [](const auto&) {});

    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, 1'000)).empty());
    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, 1'000)).empty());
    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, 1'000)).empty());

    EXPECT_EQ(store_.reclaim_limits, (std::vector<std::uint32_t>{2, 1}));
    EXPECT_EQ(provider_.queried.size(), 2u);
}

TEST_F(ReclaimerTest, HasRoomForAQuestionAgainOnceEachAnswerHasComeHoweverItCame) {
    settings_.queries_in_hand_max = 1;
    provider_.answers = false;
    provider_.answer.answer = EBRA_QUERY_UNABLE;
    const Call call = silent(PlacementState::kUnknown, 1'000);

    reclaim(call);
    (void)operations_.op_done(provider_.last_op, provider_.answer);
    reclaim(call);
    system_.advance_ms(settings_.query_timeout_ms);
    operations_.expire();
    (void)operations_.op_done(provider_.last_op, provider_.answer);
    provider_.taken = EBRA_UNAVAILABLE;
    reclaim(call);
    provider_.taken = EBRA_OK;
    reclaim(call);
    reclaim(call);

    EXPECT_EQ(store_.reclaim_limits, std::vector<std::uint32_t>(4, 1));
}

TEST_F(ReclaimerTest, DecidesWhatWasLeftUndecided) {
    Call call = silent(PlacementState::kRefused, 3'000);
    call.is_undecided = true;
    call.placement->error_class = ErrorClass::kTransient;
    EXPECT_EQ(reclaim(call), Steps{EBRA_STEP_RETRY});

    call.placement->error_class = ErrorClass::kPermanent;
    EXPECT_EQ(reclaim(call), Steps{EBRA_STEP_FAIL});
    EXPECT_TRUE(provider_.queried.empty());
}

TEST_F(ReclaimerTest, HasAPlacementEndedThatRingsForNothing) {
    provider_.answer.answer = EBRA_CANCEL_DONE;
    Call call = silent(PlacementState::kPlaced, 1'000);
    call.fixed_outcome = Outcome::kCompleted;

    reclaim(call);

    EXPECT_EQ(provider_.canceled, std::vector<std::string>{"c.1"});
}

TEST_F(ReclaimerTest, TakesNoWorkWithoutALeaseAndLosesItWhenTheStoreSaysSo) {
    store_.reclaim_status = EBRA_STALE;
    reclaimer_.step();
    EXPECT_FALSE(lease_.holder().has_value());

    store_.reclaim_status = EBRA_OK;
    EXPECT_TRUE(reclaim(silent(PlacementState::kUnknown, settings_.stale_after_ms)).empty());
}

}  // namespace
}  // namespace ebra
