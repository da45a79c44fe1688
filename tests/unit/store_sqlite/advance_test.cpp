// Evidence, decisions, mapping and the inbox, through the ABI, with the rows checked after each
// test.
#include "store_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::sqlite::test {
namespace {

using plugin::str;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class Advance : public testing::Test {
 protected:
    Advance() : store_(host_, folder_.file("calls.db")) {
        EXPECT_EQ(store_.renew(kStart), EBRA_OK) << store_.message();
        EXPECT_EQ(store_.enqueue_status(kStart, {.id = "a"}), EBRA_OK);
    }
    ~Advance() override { EXPECT_THAT(store_.check(), IsEmpty()); }

    SeenCall claim_one(std::uint64_t token = 7) {
        const SeenClaim claim = store_.claim(kStart, 1, token);
        EXPECT_THAT(claim.calls, SizeIs(1));
        return claim.calls.at(0);
    }

    static ebra_advance about(std::int32_t step, std::string_view id = "a",
                              std::uint32_t placement = 0) {
        ebra_advance made = step_of(step);
        made.call_id = str(id);
        made.placement = placement;
        return made;
    }

    static ebra_advance accepted(std::string_view provider_call_id) {
        ebra_advance step = about(EBRA_STEP_ACCEPTED, "a", 1);
        step.provider = str("sim");
        step.provider_call_id = str(provider_call_id);
        return step;
    }

    static ebra_advance ended(std::int32_t outcome) {
        ebra_advance step = about(EBRA_STEP_ENDED);
        step.outcome = outcome;
        return step;
    }

    static ebra_advance ended_by_id(std::string_view provider_call_id,
                                    std::int32_t outcome = EBRA_OUTCOME_COMPLETED) {
        ebra_advance step = step_of(EBRA_STEP_ENDED);
        step.provider = str("sim");
        step.provider_call_id = str(provider_call_id);
        step.outcome = outcome;
        return step;
    }

    static ebra_advance decided(std::int32_t step, std::uint32_t placement = 1,
                                std::uint64_t claim = 7) {
        ebra_advance made = about(step, "a", placement);
        made.claim = claim;
        return made;
    }

    Folder folder_;
    Host host_;
    StoreFace store_;
};

TEST_F(Advance, AcceptedThenCompletedSettlesTheCall) {
    claim_one();

    const SeenItem first = store_.advance_one(kStart, accepted("sim-1"));
    const SeenItem second = store_.advance_one(kStart, ended_by_id("sim-1"));

    EXPECT_EQ(first.status, EBRA_OK);
    EXPECT_EQ(first.call->state, EBRA_PLACEMENT_PLACED);
    EXPECT_EQ(second.status, EBRA_OK);
    EXPECT_EQ(second.call->status, EBRA_CALL_COMPLETED);
    EXPECT_EQ(second.call->attempts, 1u);
    EXPECT_THAT(store_.outbox_ids(), ElementsAre("a"));
}

TEST_F(Advance, TheSameBatchAgainIsAlreadyPerItem) {
    claim_one();
    ebra_advance progress = about(EBRA_STEP_PROGRESS);
    progress.reason = str("ringing");
    const std::vector<ebra_advance> batch = {accepted("sim-1"), progress, ended_by_id("sim-1")};
    store_.advance(kStart, batch);
    const auto before = store_.entries("a");

    const auto again = store_.advance(kStart, batch);

    for (const SeenItem& item : again) EXPECT_EQ(item.status, EBRA_ALREADY);
    EXPECT_EQ(store_.entries("a"), before);
}

TEST_F(Advance, WebhookBeforeTheStartsAnswerIsKeptAndApplied) {
    claim_one();

    const SeenItem kept = store_.advance_one(kStart, ended_by_id("sim-1"));
    const std::int64_t waiting = store_.counts().kept;
    const SeenItem learned = store_.advance_one(kStart, accepted("sim-1"));

    EXPECT_EQ(kept.status, EBRA_KEPT);
    EXPECT_EQ(waiting, 1);
    EXPECT_EQ(learned.status, EBRA_OK);
    EXPECT_EQ(learned.call->status, EBRA_CALL_COMPLETED);
    EXPECT_EQ(learned.call->provider_call_id, "sim-1");
    EXPECT_EQ(store_.counts().kept, 0);
}

TEST_F(Advance, TheSameKeptEvidenceIsKeptOnce) {
    EXPECT_EQ(store_.advance_one(kStart, ended_by_id("sim-9")).status, EBRA_KEPT);
    EXPECT_EQ(store_.advance_one(kStart, ended_by_id("sim-9")).status, EBRA_ALREADY);
    EXPECT_EQ(store_.counts().kept, 1);
}

TEST_F(Advance, AFullInboxRefusesPerItemAndForgetsWithTime) {
    std::vector<std::string> ids;
    for (int i = 0; i < 10'001; ++i) ids.push_back("x" + std::to_string(i));
    std::vector<ebra_advance> steps;
    for (const std::string& id : ids) steps.push_back(ended_by_id(id));

    const auto items = store_.advance(kStart, steps);
    host_.advance_ms(24 * 3600 * 1000 + 1);
    const SeenItem later = store_.advance_one(store_.now(), ended_by_id("y"));

    EXPECT_EQ(items.at(9'999).status, EBRA_KEPT);
    EXPECT_EQ(items.at(10'000).status, EBRA_UNAVAILABLE);
    EXPECT_EQ(later.status, EBRA_KEPT);
    EXPECT_EQ(store_.counts().kept, 1);
}

TEST_F(Advance, ADedupKeySeenBeforeIsAlready) {
    claim_one();
    ebra_advance step = about(EBRA_STEP_PROGRESS);
    step.dedup_key = str("event-1");

    EXPECT_EQ(store_.advance_one(kStart, step).status, EBRA_OK);
    host_.advance_ms(10);
    EXPECT_EQ(store_.advance_one(kStart + 10, step).status, EBRA_ALREADY);
}

TEST_F(Advance, ARefusedStepDoesNotUseUpItsDedupKey) {
    ebra_advance step = ended(EBRA_OUTCOME_COMPLETED);
    step.dedup_key = str("event-1");

    EXPECT_EQ(store_.advance_one(kStart, step).status, EBRA_CONFLICT);
    claim_one();
    EXPECT_EQ(store_.advance_one(kStart, step).status, EBRA_OK);
}

TEST_F(Advance, ADecisionWithAnotherTokenIsStaleAndChangesNothing) {
    claim_one();
    const auto before = store_.entries("a");

    EXPECT_EQ(store_.advance_one(kStart, decided(EBRA_STEP_RELEASE, 1, 8)).status, EBRA_STALE);
    EXPECT_EQ(store_.entries("a"), before);
    EXPECT_EQ(store_.get("a")->state, EBRA_PLACEMENT_CLAIMED);
}

TEST_F(Advance, ReleaseGivesSlotAndAttemptBack) {
    claim_one();
    ebra_advance release = decided(EBRA_STEP_RELEASE);
    release.due_at = kStart;

    const SeenItem item = store_.advance_one(kStart, release);

    EXPECT_EQ(item.status, EBRA_OK);
    EXPECT_EQ(item.call->status, EBRA_CALL_PENDING);
    EXPECT_EQ(item.call->attempts, 0u);
    EXPECT_EQ(item.call->state, EBRA_PLACEMENT_RELEASED);
    EXPECT_EQ(claim_one(8).number, 2u);
}

TEST_F(Advance, RefusedThenRetryWaitsForItsTime) {
    claim_one();
    ebra_advance refused = about(EBRA_STEP_REFUSED);
    refused.error_class = EBRA_CLASS_TRANSIENT;
    refused.reason = str("503 for sure");
    ebra_advance retry = decided(EBRA_STEP_RETRY);
    retry.due_at = kStart + 30'000;

    const auto items = store_.advance(kStart, {refused, retry});

    EXPECT_TRUE(items[0].call->undecided);
    EXPECT_EQ(items[1].call->status, EBRA_CALL_PENDING);
    EXPECT_EQ(items[1].call->next_run_at, kStart + 30'000);
    EXPECT_EQ(items[1].call->last_error, "503 for sure");
    EXPECT_EQ(items[1].call->attempts, 1u);
    EXPECT_THAT(store_.claim(kStart, 1).calls, IsEmpty());
}

TEST_F(Advance, ACapacityRefusalBurnsNoAttempt) {
    claim_one();
    ebra_advance refused = about(EBRA_STEP_REFUSED);
    refused.error_class = EBRA_CLASS_CAPACITY;

    EXPECT_EQ(store_.advance_one(kStart, refused).call->attempts, 0u);
}

TEST_F(Advance, GiveUpAndRetryThenLateCompletedIsTakenWhenTheLaterOneCloses) {
    claim_one();
    store_.advance(kStart,
                   {accepted("sim-1"), decided(EBRA_STEP_GIVE_UP), decided(EBRA_STEP_RETRY)});
    ASSERT_EQ(claim_one(8).number, 2u);

    const SeenItem late = store_.advance_one(kStart, ended_by_id("sim-1"));
    const SeenItem released = store_.advance_one(kStart, decided(EBRA_STEP_RELEASE, 2, 8));

    EXPECT_EQ(late.status, EBRA_OK);
    EXPECT_EQ(late.call->status, EBRA_CALL_IN_PROGRESS);
    EXPECT_EQ(late.call->fixed_outcome, EBRA_OUTCOME_COMPLETED);
    EXPECT_EQ(released.call->status, EBRA_CALL_COMPLETED);
}

TEST_F(Advance, LateFailedForAnEarlierPlacementIsRecordedOnly) {
    claim_one();
    store_.advance(kStart,
                   {accepted("sim-1"), decided(EBRA_STEP_GIVE_UP), decided(EBRA_STEP_RETRY)});
    claim_one(8);

    const SeenItem late = store_.advance_one(kStart, ended_by_id("sim-1", EBRA_OUTCOME_FAILED));

    EXPECT_EQ(late.call->status, EBRA_CALL_IN_PROGRESS);
    EXPECT_EQ(late.call->state, EBRA_PLACEMENT_CLAIMED);
    EXPECT_THAT(store_.entries("a").back(), Pair(EBRA_STEP_ENDED, false));
}

TEST_F(Advance, AContradictionIsCountedOnceAndChangesNoStatus) {
    claim_one();
    store_.advance(kStart, {accepted("sim-1"), ended_by_id("sim-1")});

    const ebra_advance failed = ended_by_id("sim-1", EBRA_OUTCOME_FAILED);
    const SeenItem first = store_.advance_one(kStart, failed);
    const SeenItem second = store_.advance_one(kStart, failed);

    EXPECT_EQ(first.status, EBRA_ALREADY);
    EXPECT_EQ(first.call->status, EBRA_CALL_COMPLETED);
    EXPECT_EQ(first.call->contradictions, 1u);
    EXPECT_EQ(second.call->contradictions, 1u);
    EXPECT_EQ(store_.counts().contradictions, 1);
}

TEST_F(Advance, NamesThatDisagreeAreAConflict) {
    store_.enqueue_status(kStart, {.id = "b", .to = "+15550001"});
    store_.claim(kStart, 2);
    store_.advance_one(kStart, accepted("sim-1"));
    ebra_advance step = about(EBRA_STEP_ENDED, "b");
    step.provider_call_id = str("sim-1");
    step.outcome = EBRA_OUTCOME_COMPLETED;

    EXPECT_EQ(store_.advance_one(kStart, step).status, EBRA_CONFLICT);
    EXPECT_EQ(store_.get("b")->status, EBRA_CALL_IN_PROGRESS);
}

TEST_F(Advance, OneProvidersIdForTwoCallsIsAConflict) {
    store_.enqueue_status(kStart, {.id = "b", .to = "+15550001"});
    store_.claim(kStart, 2);
    store_.advance_one(kStart, accepted("sim-1"));
    ebra_advance step = accepted("sim-1");
    step.call_id = str("b");

    EXPECT_EQ(store_.advance_one(kStart, step).status, EBRA_CONFLICT);
}

TEST_F(Advance, MappingByHandSettlesACallThatWasNeverClaimed) {
    ebra_advance map = about(EBRA_STEP_MAP);
    map.provider_call_id = str("ext-1");

    EXPECT_EQ(store_.advance_one(kStart, map).status, EBRA_OK);
    EXPECT_EQ(store_.advance_one(kStart, map).status, EBRA_ALREADY);
    const SeenItem item = store_.advance_one(kStart, ended_by_id("ext-1"));

    EXPECT_EQ(item.status, EBRA_OK);
    EXPECT_EQ(item.call->status, EBRA_CALL_COMPLETED);
    EXPECT_EQ(item.call->attempts, 0u);
}

TEST_F(Advance, MappingByHandAppliesWhatWasKept) {
    store_.advance_one(kStart, ended_by_id("ext-1", EBRA_OUTCOME_FAILED));
    ebra_advance map = about(EBRA_STEP_MAP);
    map.provider = str("sim");
    map.provider_call_id = str("ext-1");

    const SeenItem item = store_.advance_one(kStart, map);

    EXPECT_EQ(item.status, EBRA_OK);
    EXPECT_EQ(item.call->status, EBRA_CALL_FAILED);
}

TEST_F(Advance, CancelTakesAPendingCallOnly) {
    EXPECT_EQ(store_.advance_one(kStart, about(EBRA_STEP_CANCEL, "none")).status, EBRA_NOT_FOUND);
    const SeenItem canceled = store_.advance_one(kStart, about(EBRA_STEP_CANCEL));
    EXPECT_EQ(canceled.status, EBRA_OK);
    EXPECT_EQ(canceled.call->status, EBRA_CALL_CANCELED);
    EXPECT_THAT(store_.outbox_ids(), ElementsAre("a"));
}

TEST_F(Advance, CancelOfARunningCallIsAConflict) {
    claim_one();

    EXPECT_EQ(store_.advance_one(kStart, about(EBRA_STEP_CANCEL)).status, EBRA_CONFLICT);
}

TEST_F(Advance, EnrichFillsInDetailsAfterTheEnd) {
    claim_one();
    store_.advance_one(kStart, ended(EBRA_OUTCOME_COMPLETED));
    ebra_advance enrich = about(EBRA_STEP_ENRICH);
    enrich.cost_micros = 1200;

    EXPECT_EQ(store_.advance_one(kStart, enrich).status, EBRA_OK);
    EXPECT_EQ(store_.advance_one(kStart, enrich).status, EBRA_ALREADY);
    EXPECT_EQ(store_.get("a")->cost_micros, 1200);
    EXPECT_EQ(store_.get("a")->status, EBRA_CALL_COMPLETED);
}

TEST_F(Advance, EndedAtIsTheProvidersTimeOnlyWhenItCanBe) {
    claim_one();
    host_.advance_ms(10'000);
    ebra_advance step = ended(EBRA_OUTCOME_COMPLETED);
    step.occurred_at = kStart + 4000;

    EXPECT_EQ(store_.advance_one(kStart + 10'000, step).call->ended_at, kStart + 4000);

    ASSERT_EQ(store_.enqueue_status(kStart + 10'000, {.id = "b"}), EBRA_OK);
    store_.claim(kStart + 10'000, 1);
    step.call_id = str("b");
    EXPECT_EQ(store_.advance_one(kStart + 10'000, step).call->ended_at, kStart + 10'000);
}

TEST_F(Advance, OneBadStepDoesNotStopTheOthers) {
    claim_one();
    ebra_advance nameless = step_of(EBRA_STEP_PROGRESS);

    const auto items = store_.advance(kStart, {nameless, about(EBRA_STEP_PROGRESS, "none"),
                                               step_of(99), ended(EBRA_OUTCOME_COMPLETED)});

    EXPECT_EQ(items[0].status, EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(items[1].status, EBRA_NOT_FOUND);
    EXPECT_EQ(items[2].status, EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(items[3].status, EBRA_OK);
}

TEST_F(Advance, TheHistoryTellsTheWholeStory) {
    claim_one();
    store_.advance(kStart, {about(EBRA_STEP_LOST), accepted("sim-1"), ended_by_id("sim-1")});

    EXPECT_THAT(store_.entries("a"),
                ElementsAre(Pair(EBRA_ENTRY_ENQUEUED, true), Pair(EBRA_ENTRY_CLAIMED, true),
                            Pair(EBRA_STEP_LOST, true), Pair(EBRA_STEP_ACCEPTED, true),
                            Pair(EBRA_STEP_ENDED, true)));
}

TEST_F(Advance, FindLooksUpByIdKeyAndClaim) {
    claim_one(77);
    store_.advance_one(kStart, accepted("sim-1"));
    store_.enqueue_status(kStart, {.id = "k", .to = "+15551", .idempotency_key = "key"});

    EXPECT_EQ(store_.find(EBRA_FIND_PROVIDER_CALL_ID, "", "sim-1").at(0).id, "a");
    EXPECT_EQ(store_.find(EBRA_FIND_CLAIM, "", "", 77).at(0).id, "a");
    EXPECT_EQ(store_.find(EBRA_FIND_IDEMPOTENCY_KEY, "", "key").at(0).id, "k");
    EXPECT_THAT(store_.find(EBRA_FIND_PROVIDER_CALL_ID, "other", "sim-1"), IsEmpty());
}

}  // namespace
}  // namespace ebra::sqlite::test
