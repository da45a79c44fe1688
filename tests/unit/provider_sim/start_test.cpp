#include "sim_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace ebra::sim::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

class StartTest : public ::testing::Test {
 protected:
    json with_ledger(json options) const {
        options["ledger"] = folder_.ledger();
        return options;
    }
    std::vector<json> ledger() const { return lines_of(folder_.ledger()); }

    Folder folder_;
    FakeHost host_;
};

TEST_F(StartTest, IsAnsweredBeforeItReturnsUnlessToldToWait) {
    SimFace sim(host_, json::object());

    const ebra_op op = sim.start({.reference = "a.1"});

    const auto answer = host_.completed(op);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->answer, EBRA_START_PLACED);
    EXPECT_FALSE(answer->has_event);
    EXPECT_THAT(answer->id, ::testing::MatchesRegex("sim-[0-9]{13}-[0-9]+"));
}

TEST_F(StartTest, IsAnsweredAfterAsLongAsToldTo) {
    SimFace sim(host_, {{"answer_ms", 60}});
    const auto before = std::chrono::steady_clock::now();

    const ebra_op op = sim.start({.reference = "a.1"});

    EXPECT_FALSE(host_.completed(op).has_value());
    const auto answer = host_.wait(op);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->answer, EBRA_START_PLACED);
    EXPECT_GE(answer->at - before, milliseconds(60));
}

TEST_F(StartTest, IsInTheLedgerBeforeItsAnswer) {
    // The answer would come after an hour, so the line can not be there because of it.
    SimFace sim(
        host_,
        with_ledger(
            {{"answer_ms", 3'600'000}, {"auto_callback", true}, {"ring_ms", 5}, {"talk_ms", 20}}));

    const ebra_op op = sim.start({.reference = "a.1", .to = "+14155550123"});

    EXPECT_FALSE(host_.completed(op).has_value());
    ASSERT_EQ(ledger().size(), 1u);
    const json line = ledger()[0];
    EXPECT_EQ(line["kind"], "dial");
    EXPECT_EQ(line["reference"], "a.1");
    EXPECT_EQ(line["to"], "+14155550123");
    EXPECT_EQ(line["provider"], "sim");
    EXPECT_EQ(line["fate"], "completed");
    EXPECT_EQ(line["end_mono_ns"].get<std::int64_t>() - line["mono_ns"].get<std::int64_t>(),
              25'000'000);
    sim.destroy();
    EXPECT_EQ(line["id"], host_.completed(op)->id);
}

TEST_F(StartTest, OfAPassiveCallSaysThatItsEndIsNotKnown) {
    SimFace sim(host_, with_ledger({}));

    (void)sim.place({.reference = "a.1"});

    ASSERT_EQ(ledger().size(), 1u);
    EXPECT_TRUE(ledger()[0]["end_mono_ns"].is_null());
    EXPECT_EQ(ledger()[0]["fate"], "open");
}

TEST_F(StartTest, WithTheSameReferenceIsWrittenAsASecondDial) {
    host_.fixed_wall_ms = 1'700'000'000'000;
    SimFace sim(host_, with_ledger({}));

    const std::string first = sim.place({.reference = "a.1"}).id;
    const std::string second = sim.place({.reference = "a.1"}).id;

    EXPECT_EQ(ledger().size(), 2u);
    EXPECT_NE(first, second);
}

TEST_F(StartTest, GivesIdsThatAreRepeatedBySeedAndOtherwiseUnique) {
    host_.fixed_wall_ms = 1'700'000'000'000;
    const auto ids_by_seed = [&](int seed) {
        SimFace sim(host_, {{"seed", seed}});
        std::set<std::string> ids;
        for (int n = 0; n < 1'000; ++n) {
            ids.insert(sim.place({.reference = std::to_string(n) + ".1"}).id);
        }
        return ids;
    };
    const auto first = ids_by_seed(1);
    const auto again = ids_by_seed(1);
    const auto other = ids_by_seed(2);

    EXPECT_EQ(first.size(), 1'000u);
    EXPECT_EQ(first, again);
    std::set<std::string> both = first;
    both.insert(other.begin(), other.end());
    EXPECT_EQ(both.size(), 2'000u);
}

TEST_F(StartTest, PastItsTimeToSendIsNeverDialed) {
    SimFace sim(host_, with_ledger({}));
    const std::uint64_t now_ns = host_.table()->monotonic_ns(host_.table());

    const Completion answer = sim.place({.reference = "a.1", .send_by_ns = now_ns});

    EXPECT_EQ(answer.answer, EBRA_START_NOT_SENT);
    EXPECT_EQ(answer.error_class, EBRA_CLASS_TRANSIENT);
    EXPECT_TRUE(ledger().empty());
}

TEST_F(StartTest, IsRefusedInTheWordsOfItsFateAndNothingRings) {
    struct Case {
        const char* option;
        std::int32_t error_class;
        std::int64_t retry_after_ms;
    };
    for (const Case& one : {Case{"refuse_transient", EBRA_CLASS_TRANSIENT, 0},
                            Case{"refuse_permanent", EBRA_CLASS_PERMANENT, 0},
                            Case{"no_capacity", EBRA_CLASS_CAPACITY, 70}}) {
        SimFace sim(host_, with_ledger({{one.option, 100}, {"retry_after_ms", 70}}));

        const Completion answer = sim.place({.reference = "a.1"});

        EXPECT_EQ(answer.answer, EBRA_START_REFUSED) << one.option;
        EXPECT_EQ(answer.error_class, one.error_class) << one.option;
        EXPECT_EQ(answer.retry_after_ms, one.retry_after_ms) << one.option;
        EXPECT_FALSE(answer.message.empty());
    }
    EXPECT_TRUE(ledger().empty());
}

TEST_F(StartTest, WithALostAnswerRingsAndIsNotAnsweredUntilTheEnd) {
    SimFace sim(
        host_,
        with_ledger(
            {{"lost_answer", 100}, {"auto_callback", true}, {"ring_ms", 0}, {"talk_ms", 0}}));

    const ebra_op op = sim.start({.reference = "a.1"});

    EXPECT_EQ(ledger().size(), 1u);
    EXPECT_EQ(ledger()[0]["answer"], "lost");
    EXPECT_FALSE(host_.wait(op, milliseconds(100)).has_value());
    sim.destroy();
    const auto answer = host_.completed(op);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->answer, EBRA_START_UNKNOWN);
    EXPECT_EQ(answer->times, 1);
}

TEST_F(StartTest, BeyondItsCapacityIsRefusedUntilACallEnds) {
    SimFace sim(host_, with_ledger({{"capacity", 2},
                                    {"auto_callback", true},
                                    {"ring_ms", 0},
                                    {"talk_ms", 150},
                                    {"retry_after_ms", 40}}));
    EXPECT_EQ(sim.place({.reference = "a.1"}).answer, EBRA_START_PLACED);
    EXPECT_EQ(sim.place({.reference = "b.1"}).answer, EBRA_START_PLACED);

    const Completion refused = sim.place({.reference = "c.1"});

    EXPECT_EQ(refused.answer, EBRA_START_REFUSED);
    EXPECT_EQ(refused.error_class, EBRA_CLASS_CAPACITY);
    EXPECT_EQ(refused.retry_after_ms, 40);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    int tries = 0;
    while (sim.place({.reference = "d." + std::to_string(tries++)}).answer != EBRA_START_PLACED) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "no place ever became free";
    }
    EXPECT_EQ(ledger().size(), 3u);
}

TEST_F(StartTest, ThatCanNotBeWrittenIsNotSent) {
    SimFace sim(host_, {{"ledger", "/dev/full"}});
    ebra_status status = EBRA_OK;

    const ebra_op op = sim.start({.reference = "a.1"}, &status);

    EXPECT_EQ(status, EBRA_UNAVAILABLE);
    EXPECT_FALSE(host_.completed(op).has_value());
}

TEST_F(StartTest, ThatWaitsForItsAnswerIsAnsweredAtTheEnd) {
    SimFace sim(host_, {{"answer_ms", 3'600'000}});
    const ebra_op op = sim.start({.reference = "a.1"});

    sim.destroy();

    ASSERT_TRUE(host_.completed(op).has_value());
    EXPECT_EQ(host_.completed(op)->answer, EBRA_START_PLACED);
}

TEST_F(StartTest, NeedsAReference) {
    SimFace sim(host_, json::object());
    ebra_status status = EBRA_OK;

    (void)sim.start({.reference = ""}, &status);

    EXPECT_EQ(status, EBRA_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace ebra::sim::test
