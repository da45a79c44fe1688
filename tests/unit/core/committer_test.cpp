#include "committer.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

class CommitterTest : public ::testing::Test {
 protected:
    CommitterTest() { EXPECT_TRUE(clock_.sync(store_.store()).ok()); }

    StepGroup group(const std::string& call, bool must_land) {
        StepGroup made;
        made.must_land = must_land;
        made.steps.emplace_back();
        made.steps.back().step = EBRA_STEP_ENDED;
        made.steps.back().call_id = call;
        made.answer = [this, call](const Result<std::vector<ItemResult>>& items) {
            answers_.push_back(call + (items ? " ok" : " " + items.error().message));
        };
        return made;
    }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Committer committer_{store_.store(), clock_, settings_, trouble_, metrics_};
    std::vector<std::string> answers_;
};

TEST_F(CommitterTest, AnswersOnlyAfterTheCommit) {
    std::size_t answered_at_commit = 99;
    store_.on_advance = [&](const auto&) {
        answered_at_commit = answers_.size();
        return EBRA_OK;
    };

    committer_.submit(group("a", false));
    committer_.step();

    EXPECT_EQ(answered_at_commit, 0u);
    EXPECT_EQ(answers_, std::vector<std::string>{"a ok"});
}

TEST_F(CommitterTest, TakesAllThatWaitsInOneBatch) {
    int commits = 0;
    store_.on_advance = [&](const auto&) { return ++commits, EBRA_OK; };

    for (int n = 0; n < 100; ++n) committer_.submit(group("call", false));
    committer_.step();

    EXPECT_EQ(commits, 1);
    EXPECT_EQ(store_.advanced.size(), 100u);
}

TEST_F(CommitterTest, KeepsWhatMustLandUntilTheStoreIsBackAndFailsTheRestAtOnce) {
    store_.on_advance = [](const auto&) { return EBRA_UNAVAILABLE; };
    committer_.submit(group("mine", true));
    committer_.submit(group("theirs", false));

    EXPECT_GT(committer_.step(), 0);
    ASSERT_EQ(answers_.size(), 1u);
    EXPECT_EQ(answers_.front().substr(0, 6), "theirs");

    store_.on_advance = [](const auto&) { return EBRA_OK; };
    committer_.step();

    EXPECT_EQ(answers_.back(), "mine ok");
    EXPECT_EQ(store_.advanced.size(), 1u);
}

TEST_F(CommitterTest, WritesABatchInDoubtAgainUntilItKnows) {
    int tries = 0;
    store_.on_advance = [&](const auto&) { return ++tries < 3 ? EBRA_IN_DOUBT : EBRA_OK; };
    committer_.submit(group("mine", true));

    for (int n = 0; n < 3; ++n) committer_.step();

    EXPECT_EQ(answers_, std::vector<std::string>{"mine ok"});
}

TEST_F(CommitterTest, FindsTheOneBadGroupAndStoresTheOthers) {
    store_.on_advance = [](const std::vector<ebra_advance>& steps) {
        for (const ebra_advance& step : steps) {
            if (from_abi(step.call_id) == "bad") return EBRA_INVALID_ARGUMENT;
        }
        return EBRA_OK;
    };
    for (const char* call : {"a", "b", "bad", "c", "d"}) committer_.submit(group(call, true));

    committer_.step();

    EXPECT_EQ(store_.advanced.size(), 4u);
    EXPECT_EQ(answers_.size(), 5u);
    EXPECT_EQ(committer_.waiting(), 0u);
}

TEST_F(CommitterTest, RefusesCallbacksWhenItsQueueIsFullButNeverEvidenceOfItsOwn) {
    settings_.callback_queue_max = 1;
    committer_.submit(group("first", false));
    committer_.submit(group("second", false));
    committer_.submit(group("mine", true));

    ASSERT_EQ(answers_.size(), 1u);
    EXPECT_NE(answers_.front().find("second too many"), std::string::npos);

    committer_.step();
    EXPECT_EQ(answers_.size(), 3u);
}

TEST_F(CommitterTest, KeepsATapUntilTheStoreTakesItAndOnlyTheLatestOfEachProvider) {
    store_.limits_status = EBRA_UNAVAILABLE;
    committer_.block_provider("p", 5'000, "no capacity");
    EXPECT_LT(committer_.step(), 1'000);
    committer_.block_provider("p", 9'000, "no capacity");
    committer_.block_provider("p", 7'000, "an older word");
    store_.limits_status = EBRA_OK;

    committer_.step();
    committer_.step();

    ASSERT_EQ(store_.limits.size(), 1u);
    EXPECT_EQ(store_.limits.front().blocked_until, 9'000);
}

TEST_F(CommitterTest, ShowsEachChangedCallAfterTheCommitAndBeforeTheAnswer) {
    std::vector<std::string> seen;
    committer_.watch(
        [&](const Call& call) { seen.push_back(call.id + (answers_.empty() ? "" : " too late")); });
    store_.item_status = [](const ebra_advance& step) {
        return from_abi(step.call_id) == "known" ? EBRA_ALREADY : EBRA_OK;
    };

    committer_.submit(group("changed", true));
    committer_.step();
    committer_.submit(group("known", true));
    committer_.step();

    EXPECT_EQ(seen, std::vector<std::string>{"changed"});
}

TEST_F(CommitterTest, ClosesATapInTheStore) {
    committer_.block_provider("p", 5'000, "no capacity");
    committer_.step();

    ASSERT_EQ(store_.limits.size(), 1u);
    EXPECT_EQ(store_.limits.front().key, "provider:p");
    EXPECT_EQ(store_.limits.front().blocked_until, 5'000);
}

}  // namespace
}  // namespace ebra
