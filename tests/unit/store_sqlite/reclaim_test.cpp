// Leases and what is left behind: dead nodes, silence, undecided calls.
#include "store_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Reclaim : public testing::Test {
 protected:
    Reclaim() : store_(host_, folder_.file("calls.db")) {
        EXPECT_EQ(store_.renew(kStart), EBRA_OK) << store_.message();
        EXPECT_EQ(store_.renew(kStart, 1000, "mortal"), EBRA_OK);
        EXPECT_EQ(store_.enqueue_status(kStart, {.id = "a"}), EBRA_OK);
    }
    ~Reclaim() override { EXPECT_THAT(store_.check(), IsEmpty()); }

    std::vector<SeenCall> reclaim_at(std::int64_t offset_ms, std::uint64_t token = 50) {
        host_.monotonic_ns = 5'000'000'000 + offset_ms * 1'000'000;
        return store_.reclaim(kStart + offset_ms, token);
    }

    SeenItem step(std::int32_t kind, ebra_time_ms due_at = 0, std::uint64_t claim = 7) {
        ebra_advance made = step_of(kind);
        made.call_id = plugin::str("a");
        made.claim = claim;
        made.due_at = due_at;
        return store_.advance_one(store_.now(), made);
    }

    Folder folder_;
    Host host_;
    StoreFace store_;
};

TEST_F(Reclaim, ADeadNodesClaimBecomesUnknownAndIsAskedAboutLater) {
    store_.claim(kStart, 1, 7, {"sim"}, "mortal");

    EXPECT_THAT(reclaim_at(1000), IsEmpty());
    EXPECT_EQ(store_.get("a")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_THAT(reclaim_at(5999), IsEmpty());
    const auto calls = reclaim_at(6000);

    ASSERT_THAT(calls, SizeIs(1));
    EXPECT_EQ(calls[0].claim, 50u);
    EXPECT_EQ(calls[0].number, 1u);
    EXPECT_EQ(calls[0].asked, 1u);
    EXPECT_EQ(step(EBRA_STEP_GIVE_UP, 0, 7).status, EBRA_STALE);
    EXPECT_EQ(step(EBRA_STEP_GIVE_UP, 0, 50).status, EBRA_OK);
}

TEST_F(Reclaim, ADeadNodeStaysDead) {
    host_.advance_ms(1000);
    reclaim_at(1000);

    EXPECT_EQ(store_.renew(kStart + 1000, 1000, "mortal"), EBRA_STALE);
    EXPECT_EQ(store_.reclaim(kStart + 1000, 1, 10, "mortal").size(), 0u);
    EXPECT_EQ(store_.status(), EBRA_STALE);
}

TEST_F(Reclaim, ALateRenewalIsTakenWhenNobodyDeclaredTheNodeDead) {
    host_.advance_ms(2000);

    EXPECT_EQ(store_.renew(kStart + 2000, 1000, "mortal"), EBRA_OK);
}

TEST_F(Reclaim, EndingALeaseMakesItsClaimsUnknownAtOnce) {
    store_.claim(kStart, 1, 7, {"sim"}, "mortal");

    EXPECT_EQ(store_.end_lease(kStart, "mortal"), EBRA_OK);

    EXPECT_EQ(store_.get("a")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_EQ(store_.renew(kStart, 1000, "mortal"), EBRA_STALE);
    EXPECT_THAT(reclaim_at(4999), IsEmpty());
    EXPECT_THAT(reclaim_at(5000), SizeIs(1));
}

TEST_F(Reclaim, ASilentPlacementIsAskedAboutLaterEachTime) {
    store_.claim(kStart, 1);
    step(EBRA_STEP_ACCEPTED, kStart + 100);

    EXPECT_THAT(reclaim_at(99), IsEmpty());
    EXPECT_THAT(reclaim_at(100), SizeIs(1));
    EXPECT_THAT(reclaim_at(1099), IsEmpty());
    EXPECT_THAT(reclaim_at(1100), SizeIs(1));
    EXPECT_THAT(reclaim_at(3099), IsEmpty());
    EXPECT_THAT(reclaim_at(3100), SizeIs(1));
}

TEST_F(Reclaim, DoublingNeverPassesTheEndOfPatience) {
    store_.claim(kStart, 1);
    step(EBRA_STEP_ACCEPTED, kStart + 100);
    std::int64_t offset_ms = 100;
    for (int round = 0; round < 7; ++round) {
        const auto calls = reclaim_at(offset_ms);
        ASSERT_THAT(calls, SizeIs(1));
        offset_ms = calls[0].ask_at - kStart;
    }

    EXPECT_EQ(offset_ms, 60'000 + 1000);
}

TEST_F(Reclaim, ASignOfLifeMovesTheQuestion) {
    store_.claim(kStart, 1);
    step(EBRA_STEP_ACCEPTED, kStart + 100);
    step(EBRA_STEP_PROGRESS, kStart + 9000);

    EXPECT_THAT(reclaim_at(8999), IsEmpty());
    EXPECT_THAT(reclaim_at(9000), SizeIs(1));
}

TEST_F(Reclaim, UndecidedCallsAreHandedOutAgainUntilSomebodyDecides) {
    store_.claim(kStart, 1);
    step(EBRA_STEP_REFUSED);

    EXPECT_THAT(reclaim_at(1999), IsEmpty());
    EXPECT_THAT(reclaim_at(2000, 60), SizeIs(1));
    EXPECT_THAT(reclaim_at(2001, 61), IsEmpty());
    EXPECT_THAT(reclaim_at(4000, 62), SizeIs(1));
    EXPECT_EQ(step(EBRA_STEP_FAIL, 0, 60).status, EBRA_STALE);
    EXPECT_EQ(step(EBRA_STEP_FAIL, 0, 62).call->status, EBRA_CALL_FAILED);
    EXPECT_THAT(reclaim_at(9000, 63), IsEmpty());
}

TEST_F(Reclaim, AFrozenNodeMayStillBringEvidence) {
    store_.claim(kStart, 1, 7, {"sim"}, "mortal");
    reclaim_at(1000);

    EXPECT_EQ(step(EBRA_STEP_RELEASE).status, EBRA_CONFLICT);
    EXPECT_EQ(step(EBRA_STEP_ACCEPTED).status, EBRA_OK);
    EXPECT_EQ(store_.get("a")->state, EBRA_PLACEMENT_PLACED);
}

}  // namespace
}  // namespace ebra::sqlite::test
