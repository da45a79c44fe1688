// Lines, and what of a call's history is told by other rows than its entries.
#include "postgres_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using conformance::NewStep;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class Lines : public testing::Test {
 protected:
    Lines() : stage_(Server::of_file(EBRA_POSTGRES_SERVER)) {}

    void enqueue(const NewCall& call) {
        store().enqueue(store().now(), {call});
        require_answer(store());
    }

    std::vector<std::string> claimed() {
        std::vector<std::string> ids;
        for (const auto& call : stage_.claim(10).calls) ids.push_back(call.id);
        return ids;
    }

    NewStep step(std::int32_t kind, const std::string& id) {
        NewStep made{.step = kind, .call_id = id, .placement = 1};
        made.provider = "sim";
        return made;
    }

    StoreFace& store() { return stage_.store(); }

    Stage stage_;
};

// A claim reads a head before it has locked its line.
TEST_F(Lines, AHeadThatWasReplacedMeanwhile_IsNotClaimed_AndTheOneInItsPlaceIs) {
    enqueue({.id = "was", .to = "+1", .priority = 0});
    enqueue({.id = "is", .to = "+1", .priority = 5});

    const auto late = stage_.sql(
        "SELECT claim_write(ARRAY (SELECT seq FROM calls WHERE id = 'was'), ARRAY ['+1'], "
        "ARRAY ['sim'], '{}'::placement_caps[], '{}'::limits[], 99, 'node', 1)");

    EXPECT_EQ(late.size(), 0u);
    EXPECT_THAT(store().check(), IsEmpty());
    EXPECT_THAT(claimed(), ElementsAre("is"));
}

// As a crash leaves them.
TEST_F(Lines, ThatNobodyRemembers_AreMadeAgainByWhoNeedsThem) {
    const std::int64_t later = store().now() + 3'600'000;
    store().set_gap(store().now(), 3'600'000);
    enqueue({.id = "over", .to = "+rests"});
    ASSERT_THAT(claimed(), ElementsAre("over"));
    stage_.end(store().get_all({"over"}));
    enqueue({.id = "rested", .to = "+rests"});
    enqueue({.id = "ready", .to = "+ready"});
    enqueue({.id = "scheduled", .to = "+scheduled", .not_before = later});
    enqueue({.id = "expired", .to = "+expired", .not_after = later});
    stage_.sql("UPDATE waiting SET due_at = 1 WHERE hold = 2");
    stage_.sql("UPDATE calls SET next_run_at = 1 WHERE id = 'scheduled'");
    stage_.sql("UPDATE waiting SET not_after = 1 WHERE not_after > 0");
    stage_.sql("UPDATE resting SET until = 1");

    stage_.sql("TRUNCATE phones");

    EXPECT_THAT(claimed(), UnorderedElementsAre("rested", "ready", "scheduled"));
    EXPECT_EQ(store().get("expired")->status, EBRA_CALL_EXPIRED);
    EXPECT_THAT(store().check(), IsEmpty());
}

TEST_F(Lines, AnEmptyListOfThem_LosesNoOrderWithinALine) {
    enqueue({.id = "first", .to = "+1"});
    enqueue({.id = "second", .to = "+1"});

    stage_.sql("TRUNCATE phones");

    ASSERT_THAT(claimed(), ElementsAre("first"));
    stage_.end(store().get_all({"first"}));
    EXPECT_THAT(claimed(), ElementsAre("second"));
}

TEST_F(Lines, TheHistory_TellsClaimAndAcceptance_ThoughNoEntryDoes) {
    enqueue({.id = "a"});
    stage_.accept(stage_.claim(1).calls);
    stage_.end(store().get_all({"a"}));

    EXPECT_EQ(stage_.sql("SELECT * FROM entries").size(), 1u);
    EXPECT_THAT(store().entries("a"),
                ElementsAre(Pair(EBRA_ENTRY_ENQUEUED, true), Pair(EBRA_ENTRY_CLAIMED, true),
                            Pair(EBRA_STEP_ACCEPTED, true), Pair(EBRA_STEP_ENDED, true)));
}

TEST_F(Lines, AnAcceptanceThatComesBehindOtherNews_KeepsItsPlaceInTheHistory) {
    enqueue({.id = "a"});
    stage_.claim(1);
    NewStep accepted = step(EBRA_STEP_ACCEPTED, "a");
    accepted.provider_call_id = "p-a";

    store().take_all(store().now(), {step(EBRA_STEP_PROGRESS, "a"), accepted});

    EXPECT_THAT(store().entries("a"),
                ElementsAre(Pair(EBRA_ENTRY_ENQUEUED, true), Pair(EBRA_ENTRY_CLAIMED, true),
                            Pair(EBRA_STEP_PROGRESS, true), Pair(EBRA_STEP_ACCEPTED, true)));
}

// What came without an id must not be told with the one that was learned afterwards.
TEST_F(Lines, AnAcceptanceWithoutAnId_IsAnEntry) {
    enqueue({.id = "a"});
    stage_.claim(1);

    store().take(store().now(), step(EBRA_STEP_ACCEPTED, "a"));

    EXPECT_EQ(stage_.sql("SELECT * FROM entries WHERE kind = 1").size(), 1u);
    EXPECT_THAT(store().entries("a").back(), Pair(EBRA_STEP_ACCEPTED, true));
}

}  // namespace
}  // namespace ebra::postgres::test
