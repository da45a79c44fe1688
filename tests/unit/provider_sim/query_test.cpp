#include "sim_face.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace ebra::sim::test {
namespace {

using nlohmann::json;

class QueryTest : public ::testing::Test {
 protected:
    json options(const std::string& mode, json more = json::object()) const {
        more["query"] = mode;
        more["ledger"] = folder_.ledger();
        return more;
    }
    static json lively(std::int64_t ring_ms, std::int64_t talk_ms) {
        return {{"auto_callback", true}, {"ring_ms", ring_ms}, {"talk_ms", talk_ms}};
    }
    /// Asks until the call is over.
    Completion wait_for_end(SimFace& sim, const std::string& reference) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        Completion answer = sim.query({.reference = reference});
        while (answer.kind != EBRA_EVENT_ENDED && std::chrono::steady_clock::now() < deadline) {
            answer = sim.query({.reference = reference});
        }
        return answer;
    }

    Folder folder_;
    FakeHost host_;
};

TEST_F(QueryTest, IsAbsentByDefault) {
    SimFace sim(host_, json::object());

    EXPECT_EQ(sim.capabilities(),
              std::uint64_t{EBRA_PROVIDER_CANCEL | EBRA_PROVIDER_SPEAKS_CALL_STATUS});
    EXPECT_EQ(sim.visibility_delay_ms(), 0);
}

TEST_F(QueryTest, ExactFindsACallAndHowItStands) {
    SimFace sim(host_, options("exact", lively(0, 3'600'000)));
    EXPECT_NE(sim.capabilities() & EBRA_PROVIDER_QUERY, 0u);
    const std::string id = sim.place({.reference = "a.1"}).id;

    const Completion by_reference = sim.query({.reference = "a.1"});
    const Completion by_id = sim.query({.reference = "other.1", .provider_call_id = id});

    for (const Completion& found : {by_reference, by_id}) {
        EXPECT_EQ(found.answer, EBRA_FOUND);
        EXPECT_EQ(found.id, id);
        EXPECT_EQ(found.kind, EBRA_EVENT_ANSWERED);
    }
}

TEST_F(QueryTest, ExactTellsRingingFromTalking) {
    SimFace sim(host_, options("exact", lively(3'600'000, 10)));
    (void)sim.place({.reference = "a.1"});

    EXPECT_EQ(sim.query({.reference = "a.1"}).kind, EBRA_EVENT_RINGING);
}

TEST_F(QueryTest, ExactTellsHowACallEnded) {
    struct Case {
        const char* option;
        std::int32_t outcome;
        std::int32_t disposition;
        std::int64_t duration_ms;
    };
    for (const Case& one : {Case{"fail", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_PROVIDER_FAULT, 0},
                            Case{"busy", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_BUSY, 0},
                            Case{"no_answer", EBRA_OUTCOME_FAILED, EBRA_DISPOSITION_NO_ANSWER, 0},
                            Case{"seed", EBRA_OUTCOME_COMPLETED, EBRA_DISPOSITION_ANSWERED, 2}}) {
        json more = lively(1, 2);
        more[one.option] = 100;
        SimFace sim(host_, options("exact", more));
        const std::string reference = std::string(one.option) + ".1";
        (void)sim.place({.reference = reference});

        const Completion end = wait_for_end(sim, reference);

        EXPECT_EQ(end.kind, EBRA_EVENT_ENDED) << one.option;
        EXPECT_EQ(end.outcome, one.outcome) << one.option;
        EXPECT_EQ(end.disposition, one.disposition) << one.option;
        EXPECT_EQ(end.duration_ms, one.duration_ms) << one.option;
    }
}

TEST_F(QueryTest, ExactProvesThatACallWasNeverPlaced) {
    SimFace sim(host_, options("exact", {{"refuse_transient", 100}}));
    EXPECT_EQ(sim.place({.reference = "a.1"}).answer, EBRA_START_REFUSED);

    EXPECT_EQ(sim.query({.reference = "a.1"}).answer, EBRA_NOT_FOUND_EXACT);
}

TEST_F(QueryTest, FindsCallsOfAnotherInstanceAndOfOneThatIsGone) {
    SimFace asking(host_, options("exact"));
    EXPECT_EQ(asking.query({.reference = "a.1"}).answer, EBRA_NOT_FOUND_EXACT);
    std::string id;
    {
        SimFace dialing(host_, options("exact", lively(0, 1)));
        id = dialing.place({.reference = "a.1"}).id;
    }

    EXPECT_EQ(wait_for_end(asking, "a.1").id, id);
    SimFace reborn(host_, options("exact"));
    EXPECT_EQ(reborn.query({.reference = "a.1"}).answer, EBRA_FOUND);
}

TEST_F(QueryTest, TakesACallOfAnEarlierBootForOver) {
    {
        SimFace dialing(host_, options("exact", lively(0, 3'600'000)));
        (void)dialing.place({.reference = "a.1"});
    }
    json line = lines_of(folder_.ledger())[0];
    line["boot"] = "elsewhen";
    std::ofstream(folder_.ledger(), std::ios::trunc) << line.dump() << "\n";

    SimFace sim(host_, options("exact"));

    EXPECT_EQ(sim.query({.reference = "a.1"}).kind, EBRA_EVENT_ENDED);
}

TEST_F(QueryTest, LaggingShowsACallOnlyAfterItsLag) {
    SimFace sim(host_, options("lagging", {{"query_lag_ms", 200}}));
    EXPECT_EQ(sim.visibility_delay_ms(), 200);
    const auto before = std::chrono::steady_clock::now();
    (void)sim.place({.reference = "a.1"});

    Completion answer = sim.query({.reference = "a.1"});
    EXPECT_EQ(answer.answer, EBRA_NOT_FOUND_WEAK);
    while (answer.answer == EBRA_NOT_FOUND_WEAK && answer.at < before + kPatience) {
        answer = sim.query({.reference = "a.1"});
    }

    EXPECT_EQ(answer.answer, EBRA_FOUND);
    EXPECT_GE(answer.at - before, std::chrono::milliseconds(200));
}

TEST_F(QueryTest, LaggingIsSureOfACallItNeverSawOnlyAfterTheLag) {
    SimFace sim(host_, options("lagging"));
    const ebra_time_ms now = host_.table()->now_ms(host_.table());

    EXPECT_EQ(sim.query({.reference = "a.1", .claimed_at = now}).answer, EBRA_NOT_FOUND_WEAK);
    EXPECT_EQ(sim.query({.reference = "a.1", .claimed_at = now - 3'100}).answer,
              EBRA_NOT_FOUND_EXACT);
}

TEST_F(QueryTest, CanBeUnableToSay) {
    SimFace sim(host_, {{"query", "cannot_say"}});
    (void)sim.place({.reference = "a.1"});

    EXPECT_NE(sim.capabilities() & EBRA_PROVIDER_QUERY, 0u);
    EXPECT_EQ(sim.query({.reference = "a.1"}).answer, EBRA_QUERY_UNABLE);
}

TEST_F(QueryTest, OfADamagedLedgerIsUnableToSay) {
    std::ofstream(folder_.ledger()) << "not a line\n";
    SimFace sim(host_, options("exact"));

    EXPECT_EQ(sim.query({.reference = "a.1"}).answer, EBRA_QUERY_UNABLE);
}

}  // namespace
}  // namespace ebra::sim::test
