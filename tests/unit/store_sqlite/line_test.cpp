// The line at a number: one claimable head while it is free, none while it is in a call, and
// whatever takes the head away passes it on.
#include "store_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Line : public testing::Test {
 protected:
    Line() : store_(host_, folder_.file("calls.db")) {
        EXPECT_EQ(store_.renew(kStart), EBRA_OK) << store_.message();
    }
    ~Line() override { EXPECT_THAT(store_.check(), IsEmpty()); }

    void enqueue(const std::string& id, std::int32_t priority = 0, ebra_time_ms not_after = 0) {
        const NewCall call{.id = id, .priority = priority, .not_after = not_after};
        EXPECT_EQ(store_.enqueue_status(kStart, call), EBRA_OK);
    }

    std::vector<std::string> claim(ebra_time_ms now = kStart) {
        std::vector<std::string> ids;
        for (const SeenCall& call : store_.claim(now, 10, ++token_).calls) ids.push_back(call.id);
        return ids;
    }

    SeenItem step(std::int32_t kind, const std::string& id, ebra_time_ms due_at = 0) {
        ebra_advance made = step_of(kind);
        made.call_id = plugin::str(id);
        made.claim = token_;
        made.outcome = kind == EBRA_STEP_ENDED ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_NONE;
        made.due_at = due_at;
        return store_.advance_one(kStart, made);
    }

    Folder folder_;
    Host host_;
    StoreFace store_;
    std::uint64_t token_ = 100;
};

TEST_F(Line, OneCallPerNumberGoesAtATime) {
    enqueue("a");
    enqueue("b");

    EXPECT_THAT(claim(), ElementsAre("a"));
    EXPECT_THAT(claim(), IsEmpty());
    EXPECT_EQ(store_.counts().parked, 1);
}

TEST_F(Line, TheEndOfACallLetsTheNextOneGo) {
    enqueue("a");
    enqueue("b");
    claim();

    step(EBRA_STEP_ENDED, "a");

    EXPECT_THAT(claim(), ElementsAre("b"));
}

TEST_F(Line, AHigherPriorityTakesTheHeadsPlace) {
    enqueue("low");
    enqueue("high", 5);

    EXPECT_THAT(store_.check(), IsEmpty());
    EXPECT_THAT(claim(), ElementsAre("high"));
}

TEST_F(Line, CancelPassesTheHeadOn) {
    enqueue("a");
    enqueue("b");

    step(EBRA_STEP_CANCEL, "a");

    EXPECT_THAT(claim(), ElementsAre("b"));
}

TEST_F(Line, ExpiryPassesTheHeadOn) {
    enqueue("a", 5, kStart + 10);
    enqueue("b");
    host_.advance_ms(10);

    EXPECT_THAT(claim(kStart + 10), ElementsAre("b"));
}

TEST_F(Line, AChangedNumberPassesTheHeadOn) {
    enqueue("a");
    enqueue("b");

    EXPECT_EQ(store_.patch_number(kStart, "a", "+15559999").call->to, "+15559999");

    EXPECT_THAT(claim(), ElementsAre("a", "b"));
}

TEST_F(Line, APatchOntoABusyNumberParks) {
    enqueue("a");
    claim();
    ASSERT_EQ(store_.enqueue_status(kStart, {.id = "b", .to = "+15559999"}), EBRA_OK);

    store_.patch_number(kStart, "b", "+15550000");

    EXPECT_THAT(claim(), IsEmpty());
    EXPECT_EQ(store_.patch_number(kStart, "a", "+1").status, EBRA_CONFLICT);
    EXPECT_EQ(store_.patch_number(kStart, "none", "+1").status, EBRA_NOT_FOUND);
}

TEST_F(Line, ARetryLaterPassesTheNumberOnMeanwhile) {
    enqueue("a");
    enqueue("b");
    claim();
    step(EBRA_STEP_REFUSED, "a");

    step(EBRA_STEP_RETRY, "a", kStart + 1000);

    EXPECT_THAT(claim(), ElementsAre("b"));
}

TEST_F(Line, AReleasedCallGoesBackBehindItsBetters) {
    enqueue("a");
    enqueue("high", 5);
    EXPECT_THAT(claim(), ElementsAre("high"));
    enqueue("higher", 7);

    step(EBRA_STEP_RELEASE, "high", kStart);

    EXPECT_THAT(store_.check(), IsEmpty());
    EXPECT_THAT(claim(), ElementsAre("higher"));
}

TEST_F(Line, AnUndecidedCallLeavesItsNumberFree) {
    enqueue("a");
    enqueue("b");
    claim();

    step(EBRA_STEP_REFUSED, "a");

    EXPECT_EQ(store_.counts().undecided, 1);
    EXPECT_THAT(claim(), ElementsAre("b"));
}

TEST_F(Line, ScheduledCallsEnterWhenDueInTheirOrder) {
    ASSERT_EQ(
        store_.enqueue_status(kStart, {.id = "later", .priority = 9, .not_before = kStart + 100}),
        EBRA_OK);
    enqueue("now");

    host_.advance_ms(100);

    EXPECT_THAT(claim(kStart + 100), ElementsAre("later"));
}

}  // namespace
}  // namespace ebra::sqlite::test
