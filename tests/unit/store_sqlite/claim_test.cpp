// Claims: order, limits, lanes and what the report says.
#include "store_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Claim : public testing::Test {
 protected:
    Claim() : store_(host_, folder_.file("calls.db")) {
        EXPECT_EQ(store_.renew(kStart), EBRA_OK) << store_.message();
    }
    ~Claim() override { EXPECT_THAT(store_.check(), IsEmpty()); }

    void enqueue(NewCall call) {
        if (call.to == NewCall{}.to) call.to = "+1" + call.id;
        EXPECT_EQ(store_.enqueue_status(kStart, call), EBRA_OK);
    }

    static std::vector<std::string> ids(const SeenClaim& claim) {
        std::vector<std::string> made;
        for (const SeenCall& call : claim.calls) made.push_back(call.id);
        return made;
    }

    Folder folder_;
    Host host_;
    StoreFace store_;
};

TEST_F(Claim, GoesByPriorityThenDueTimeThenAge) {
    enqueue({.id = "old"});
    enqueue({.id = "young"});
    enqueue({.id = "urgent", .priority = 5});
    enqueue({.id = "pinned", .priority = 3, .provider = "b"});

    EXPECT_THAT(ids(store_.claim(kStart, 10, 7, {"a", "b"})),
                ElementsAre("urgent", "pinned", "old", "young"));
}

TEST_F(Claim, GivesEachCallTheFirstProviderWithRoom) {
    store_.set_max(kStart, "provider:a", 1);
    enqueue({.id = "one"});
    enqueue({.id = "two"});

    const SeenClaim claim = store_.claim(kStart, 10, 7, {"a", "b"});

    ASSERT_THAT(claim.calls, SizeIs(2));
    EXPECT_EQ(claim.calls[0].provider, "a");
    EXPECT_EQ(claim.calls[1].provider, "b");
    EXPECT_EQ(claim.report.stopped_by, EBRA_CLAIM_STOP_EMPTY);
}

TEST_F(Claim, LeavesCallsOfClosedProvidersWithoutStoppingTheOthers) {
    enqueue({.id = "closed", .priority = 9, .provider = "b"});
    enqueue({.id = "open"});
    store_.set_paused(kStart, "provider:b", true);

    const SeenClaim claim = store_.claim(kStart, 10, 7, {"a", "b"});

    EXPECT_THAT(ids(claim), ElementsAre("open"));
    EXPECT_EQ(claim.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER);
}

TEST_F(Claim, PinnedHeadDoesNotHoldUpAnotherCallOfTheSameNumber) {
    enqueue({.id = "pinned", .to = "+1same", .priority = 9, .provider = "b"});
    enqueue({.id = "any", .to = "+1same"});

    EXPECT_THAT(ids(store_.claim(kStart, 10, 7, {"a"})), ElementsAre("any"));
    EXPECT_THAT(ids(store_.claim(kStart, 10, 8, {"b"})), IsEmpty());
}

TEST_F(Claim, NeverExceedsTheGlobalLimit) {
    store_.set_max(kStart, "global", 2);
    for (const char* id : {"1", "2", "3"}) enqueue({.id = id});

    const SeenClaim first = store_.claim(kStart, 10);
    const SeenClaim second = store_.claim(kStart, 10);

    EXPECT_THAT(first.calls, SizeIs(2));
    EXPECT_EQ(first.report.stopped_by, EBRA_CLAIM_STOP_GLOBAL);
    EXPECT_EQ(first.report.in_flight, 2u);
    EXPECT_THAT(second.calls, IsEmpty());
}

TEST_F(Claim, CapKeysLimitTheirCallsOnly) {
    store_.set_max(kStart, "campaign:x", 1);
    enqueue({.id = "x1", .priority = 2, .cap_keys = {"campaign:x"}});
    enqueue({.id = "x2", .priority = 2, .cap_keys = {"campaign:x"}});
    enqueue({.id = "y"});

    const SeenClaim claim = store_.claim(kStart, 10);

    EXPECT_THAT(ids(claim), ElementsAre("x1", "y"));
    EXPECT_THAT(claim.calls.at(0).cap_keys, ElementsAre("campaign:x"));
    ebra_advance done = step_of(EBRA_STEP_ENDED);
    done.call_id = plugin::str("x1");
    done.outcome = EBRA_OUTCOME_COMPLETED;
    store_.advance_one(kStart, done);
    EXPECT_THAT(ids(store_.claim(kStart, 10)), ElementsAre("x2"));
}

TEST_F(Claim, TokensRunOutAndComeBack) {
    store_.set_rate(kStart, "global", 1000, 2);  // One a second.
    for (const char* id : {"1", "2", "3"}) enqueue({.id = id});

    const SeenClaim first = store_.claim(kStart, 10);
    host_.advance_ms(1000);
    const SeenClaim second = store_.claim(kStart + 999, 10);
    const SeenClaim third = store_.claim(kStart + 1000, 10);

    EXPECT_THAT(first.calls, SizeIs(2));
    EXPECT_EQ(first.report.stopped_by, EBRA_CLAIM_STOP_RATE);
    EXPECT_EQ(first.report.next_room_at, kStart + 1000);
    EXPECT_THAT(second.calls, IsEmpty());
    EXPECT_THAT(third.calls, SizeIs(1));
}

TEST_F(Claim, ABlockEndsByTimeAndTheLaterOneStays) {
    enqueue({.id = "1"});
    store_.set_blocked(kStart, "provider:sim", kStart + 500);
    store_.set_blocked(kStart, "provider:sim", kStart + 200);

    const SeenClaim blocked = store_.claim(kStart, 10);
    host_.advance_ms(500);
    const SeenClaim open = store_.claim(kStart + 500, 10);

    EXPECT_EQ(blocked.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER);
    EXPECT_EQ(blocked.report.next_room_at, kStart + 500);
    EXPECT_THAT(open.calls, SizeIs(1));
}

TEST_F(Claim, WithoutALeaseIsStale) {
    enqueue({.id = "1"});

    EXPECT_EQ(store_.claim(kStart, 1, 7, {"sim"}, "stranger").status, EBRA_STALE);
    ASSERT_EQ(store_.renew(kStart, 100, "short"), EBRA_OK);
    host_.advance_ms(100);
    EXPECT_EQ(store_.claim(kStart + 100, 1, 7, {"sim"}, "short").status, EBRA_STALE);
}

TEST_F(Claim, PastNotAfterACallExpires) {
    enqueue({.id = "1", .not_after = kStart + 100});
    host_.advance_ms(100);

    const SeenClaim claim = store_.claim(kStart + 100, 10);

    EXPECT_THAT(claim.calls, IsEmpty());
    EXPECT_EQ(store_.get("1")->status, EBRA_CALL_EXPIRED);
    EXPECT_THAT(store_.outbox_ids(), ElementsAre("1"));
}

TEST_F(Claim, SaysWhenTheNextCallIsDue) {
    enqueue({.id = "1", .not_before = kStart + 700});

    const SeenClaim early = store_.claim(kStart, 10);
    host_.advance_ms(700);
    const SeenClaim due = store_.claim(kStart + 700, 10);

    EXPECT_THAT(early.calls, IsEmpty());
    EXPECT_EQ(early.report.next_due_at, kStart + 700);
    EXPECT_THAT(due.calls, SizeIs(1));
    EXPECT_EQ(due.report.next_due_at, 0);
}

TEST_F(Claim, StopsAtItsLimit) {
    for (const char* id : {"1", "2", "3"}) enqueue({.id = id});

    const SeenClaim claim = store_.claim(kStart, 2);

    EXPECT_THAT(claim.calls, SizeIs(2));
    EXPECT_EQ(claim.report.stopped_by, EBRA_CLAIM_STOP_LIMIT);
}

TEST_F(Claim, ExplainNamesWhatHoldsACall) {
    enqueue({.id = "first", .to = "+1same"});
    enqueue({.id = "second", .to = "+1same"});
    enqueue({.id = "later", .not_before = kStart + 1000});
    store_.claim(kStart, 1);
    store_.set_paused(kStart, "global", true);

    EXPECT_THAT(store_.explain(kStart, "first"), ElementsAre(EBRA_WHY_IN_PROGRESS));
    EXPECT_THAT(store_.explain(kStart, "second"),
                ElementsAre(EBRA_WHY_PHONE_BUSY, EBRA_WHY_PAUSED));
    EXPECT_THAT(store_.explain(kStart, "later"), ElementsAre(EBRA_WHY_BACKOFF, EBRA_WHY_PAUSED));
    store_.explain(kStart, "none");
    EXPECT_EQ(store_.status(), EBRA_NOT_FOUND);
}

TEST_F(Claim, EnqueueAgainIsAlreadyAndAnotherDigestAConflict) {
    NewCall call{.id = "1", .idempotency_key = "key", .request_digest = "d1"};
    enqueue(call);

    EXPECT_EQ(store_.enqueue_status(kStart, call), EBRA_ALREADY);
    call.id = "2";
    EXPECT_EQ(store_.enqueue_status(kStart, call), EBRA_ALREADY);
    call.request_digest = "d2";
    const auto items = store_.enqueue(kStart, {call});
    EXPECT_EQ(items[0].status, EBRA_CONFLICT);
    EXPECT_EQ(items[0].call->id, "1");
    EXPECT_EQ(store_.counts().pending, 1);
}

TEST_F(Claim, ABatchMayNameACallTwice) {
    const auto items = store_.enqueue(kStart, {{.id = "1"}, {.id = "1"}});

    EXPECT_EQ(items[0].status, EBRA_OK);
    EXPECT_EQ(items[1].status, EBRA_ALREADY);
}

TEST_F(Claim, TextIsKeptByteForByte) {
    const std::string text = std::string("{\"a\":\"\xc3\xa4") + std::string(2, ' ') + "\"}";
    enqueue({.id = "1", .metadata_json = text});

    EXPECT_EQ(store_.get("1")->metadata_json, text);
}

}  // namespace
}  // namespace ebra::sqlite::test
