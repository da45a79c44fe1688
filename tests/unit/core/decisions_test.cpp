#include "decisions.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class DecisionsTest : public ::testing::Test {
 protected:
    DecisionsTest() { settings_.retry_jitter_percent = 0; }

    Step decide(std::uint32_t attempts, ErrorClass error_class, std::int64_t retry_after_ms = 0) {
        return decisions_.retry_or_fail(testing::claimed_call("c", attempts), 1'000, error_class,
                                        retry_after_ms, "why");
    }

    NodeSettings settings_;
    SeededRandom random_{1};
    RetryPolicy retry_policy_{settings_, random_};
    Decisions decisions_{retry_policy_};
};

TEST_F(DecisionsTest, NamesThePlacementInEvidenceAndCarriesNoToken) {
    const Step step = Decisions::about(testing::claimed_call("c", 2), EBRA_STEP_LOST);

    EXPECT_EQ(step.call_id, "c");
    EXPECT_EQ(step.placement, 2u);
    EXPECT_EQ(step.provider, "p");
    EXPECT_EQ(step.claim, 0u);
}

TEST_F(DecisionsTest, CarriesTheClaimTokenInEveryDecision) {
    EXPECT_EQ(decide(1, ErrorClass::kTransient).claim, 7u);
    EXPECT_EQ(decide(3, ErrorClass::kTransient).claim, 7u);
}

TEST_F(DecisionsTest, RetriesUntilTheLastAttemptAndThenFails) {
    EXPECT_EQ(decide(1, ErrorClass::kTransient).step, EBRA_STEP_RETRY);
    EXPECT_EQ(decide(1, ErrorClass::kTransient).due_at, 1'000 + settings_.base_retry_ms);
    EXPECT_EQ(decide(3, ErrorClass::kTransient).step, EBRA_STEP_FAIL);
}

TEST_F(DecisionsTest, FailsAtOnceWhatWillNeverWorkAndSaysWhy) {
    const Step step = decide(1, ErrorClass::kPermanent);

    EXPECT_EQ(step.step, EBRA_STEP_FAIL);
    EXPECT_EQ(step.reason, "why");
}

TEST_F(DecisionsTest, RetriesForLackOfCapacityHoweverOftenItHappened) {
    const Step step = decide(99, ErrorClass::kCapacity, 4'000);

    EXPECT_EQ(step.step, EBRA_STEP_RETRY);
    EXPECT_EQ(step.due_at, 5'000);
}

TEST_F(DecisionsTest, LooksAgainAfterTheWaitButNoLaterThanWhenPatienceEnds) {
    settings_.stale_after_ms = 30'000;

    EXPECT_EQ(Decisions::next_look(100'000, 100'000, 20'000, settings_), 120'000);
    EXPECT_EQ(Decisions::next_look(100'000, 100'000, 40'000, settings_), 130'000);
    EXPECT_EQ(Decisions::next_look(100'000, 90'000, 40'000, settings_), 120'000);
    EXPECT_EQ(Decisions::next_look(100'000, 10'000, 40'000, settings_), 100'000);
}

}  // namespace
}  // namespace ebra
