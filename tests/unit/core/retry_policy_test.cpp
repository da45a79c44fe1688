#include "retry_policy.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class RetryPolicyTest : public ::testing::Test {
 protected:
    RetryPolicyTest() { settings_.retry_jitter_percent = 0; }

    NodeSettings settings_;
    SeededRandom random_{1};
    RetryPolicy policy_{settings_, random_};
};

TEST_F(RetryPolicyTest, DoublesFromTheBaseAsTheSeedDoes) {
    EXPECT_EQ(policy_.next_run(0, 1, ErrorClass::kTransient), 30'000);
    EXPECT_EQ(policy_.next_run(0, 2, ErrorClass::kTransient), 60'000);
}

TEST_F(RetryPolicyTest, EndsAtTheLastAttempt) {
    EXPECT_FALSE(policy_.next_run(0, 3, ErrorClass::kTransient).has_value());
    EXPECT_FALSE(policy_.next_run(0, 4, ErrorClass::kTransient).has_value());
}

TEST_F(RetryPolicyTest, NeverRetriesAPermanentRefusal) {
    EXPECT_FALSE(policy_.next_run(0, 1, ErrorClass::kPermanent).has_value());
}

TEST_F(RetryPolicyTest, StopsDoublingAtTheMaximum) {
    settings_.max_attempts = 100;
    EXPECT_EQ(policy_.next_run(0, 50, ErrorClass::kTransient), settings_.max_retry_ms);
    EXPECT_EQ(policy_.backoff_ms(99), settings_.max_retry_ms);
}

TEST_F(RetryPolicyTest, LetsALongerRetryAfterWinAndIgnoresAShorterOne) {
    EXPECT_EQ(policy_.next_run(0, 1, ErrorClass::kTransient, 45'000), 45'000);
    EXPECT_EQ(policy_.next_run(0, 1, ErrorClass::kTransient, 5'000), 30'000);
}

TEST_F(RetryPolicyTest, AddsJitterButNeverTakesAnyAway) {
    settings_.retry_jitter_percent = 10;
    std::int64_t longest = 0;
    for (int n = 0; n < 1'000; ++n) {
        const auto next = policy_.next_run(0, 1, ErrorClass::kTransient);
        ASSERT_GE(*next, 30'000);
        ASSERT_LE(*next, 33'000);
        longest = std::max(longest, *next);
    }
    EXPECT_GT(longest, 31'000);
}

TEST_F(RetryPolicyTest, WaitsForCapacityAsLongAsTheProviderSays) {
    EXPECT_EQ(policy_.after_capacity(100, 7'000), 7'100);
    EXPECT_GT(policy_.after_capacity(100, 0), 100);
}

}  // namespace
}  // namespace ebra
