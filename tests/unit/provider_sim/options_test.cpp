#include "sim_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::sim::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Options, MayBeNone) {
    EXPECT_THAT(problems_of("{}"), IsEmpty());
    EXPECT_EQ(refusal_of({}), "provider-sim:  must be a JSON object");
    EXPECT_EQ(refusal_of(nlohmann::json::object()), "");
}

TEST(Options, AreAllAccepted) {
    EXPECT_THAT(problems_of(R"({"ledger":"x.jsonl","seed":7,"auto_callback":true,
        "callback_delay_sec":0.5,"callback_secret":"whsec_YWI=","ring_ms":10,
        "talk_ms":{"min":50,"max":400},"answer_ms":3,"query":"lagging","query_lag_ms":100,
        "capacity":5,"retry_after_ms":250,"refuse_transient":5,"refuse_permanent":0.5,
        "no_capacity":1,"lost_answer":2,"fail":1,"busy":2,"no_answer":3,"webhook_early":1,
        "webhook_duplicate":1,"webhook_reordered":1,"webhook_late":1,"webhook_missing":1,
        "webhook_late_ms":2000})"),
                IsEmpty());
}

TEST(Options, NameEveryUnknownKeyAndTheNearestKnownOne) {
    EXPECT_THAT(problems_of(R"({"auto_calback":true,"colour":"red"})"),
                ElementsAre("/auto_calback: is not an option of provider-sim (auto_callback)",
                            "/colour: is not an option of provider-sim"));
}

TEST(Options, NameEveryBadValueByItsPointer) {
    EXPECT_THAT(
        problems_of(R"({"auto_callback":"yes","busy":101,"capacity":-1,"query":"exakt",
                        "ring_ms":{"min":5},"seed":-1,"talk_ms":{"min":9,"max":3},
                        "answer_ms":{"min":-1,"max":3,"mean":2},"callback_secret":"whsec_!"})"),
        ::testing::UnorderedElementsAre(
            "/auto_callback: must be true or false", "/busy: must be a percentage from 0 to 100",
            "/capacity: must be a whole number from 0 to 1000000",
            "/query: must be \"absent\", \"exact\", \"lagging\" or \"cannot_say\" (exact)",
            "/ring_ms: must be milliseconds or { min = ..., max = ... }",
            "/seed: must be a whole number from 0", "/talk_ms: has a min above its max",
            "/answer_ms/mean: is not known here (min)",
            "/answer_ms/min: must be milliseconds, a whole number from 0 to 86400000",
            "/callback_secret: must be text, or \"whsec_\" and base64"));
}

TEST(Options, RefuseMoreThanAHundredPercentOfOneDraw) {
    EXPECT_THAT(problems_of(R"({"fail":60,"busy":50})"),
                ElementsAre(": fail, busy and no_answer add up to more than 100 percent"));
}

TEST(Options, DemandALedgerToLookCallsUpIn) {
    EXPECT_THAT(problems_of(R"({"query":"exact"})"),
                ElementsAre(HasSubstr("/ledger: is required")));
    EXPECT_THAT(problems_of(R"({"query":"cannot_say"})"), IsEmpty());
}

TEST(Options, RefuseACapacityThatWouldNeverBeFreeAgain) {
    EXPECT_THAT(problems_of(R"({"capacity":3})"),
                ElementsAre(HasSubstr("/capacity: needs auto_callback")));
}

TEST(Options, AreNoneWithoutAnObject) {
    EXPECT_THAT(problems_of("[]"), ElementsAre(": must be a JSON object"));
    EXPECT_THAT(problems_of("{"), ElementsAre(": must be a JSON object"));
}

TEST(Create, RefusesWithTheFirstProblemAndTheNearestName) {
    EXPECT_EQ(refusal_of({{"lost_anser", 3}}),
              "provider-sim: /lost_anser is not an option of provider-sim; did you mean "
              "\"lost_answer\"?");
}

TEST(Create, SaysWhyALedgerCanNotBeOpened) {
    EXPECT_THAT(refusal_of({{"ledger", "/nowhere/at/all.jsonl"}}),
                HasSubstr("\"/nowhere/at/all.jsonl\" can not be opened: No such file"));
}

}  // namespace
}  // namespace ebra::sim::test
