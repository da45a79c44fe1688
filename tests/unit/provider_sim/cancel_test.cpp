#include "listener.hpp"
#include "sim_face.hpp"

#include <gtest/gtest.h>

namespace ebra::sim::test {
namespace {

using nlohmann::json;

class CancelTest : public ::testing::Test {
 protected:
    json options(bool calls_back) const {
        return {{"ledger", folder_.ledger()},  {"query", "exact"}, {"callback_delay_sec", 0},
                {"auto_callback", calls_back}, {"ring_ms", 0},     {"talk_ms", 3'600'000}};
    }

    Folder folder_;
    FakeHost host_;
};

TEST_F(CancelTest, EndsACallWritesItDownAndTellsItByWebhook) {
    Listener listener;
    SimFace sim(host_, options(true));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const Completion canceled = sim.cancel({.reference = "a.1"});

    EXPECT_EQ(canceled.answer, EBRA_CANCEL_DONE);
    const auto lines = lines_of(folder_.ledger());
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[1]["kind"], "end");
    EXPECT_EQ(lines[1]["id"], lines[0]["id"]);
    EXPECT_LT(lines[1]["mono_ns"], lines[0]["end_mono_ns"]);
    const auto requests = listener.wait(1, kPatience);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].json()["status"], "FAILED");
    EXPECT_EQ(sim.query({.reference = "a.1"}).disposition, EBRA_DISPOSITION_CANCELED);
}

TEST_F(CancelTest, EndsAPassiveCallToo) {
    SimFace sim(host_, options(false));
    const std::string id = sim.place({.reference = "a.1"}).id;
    EXPECT_EQ(sim.query({.reference = "a.1"}).kind, EBRA_EVENT_ANSWERED);

    EXPECT_EQ(sim.cancel({.reference = "a.1", .provider_call_id = id}).answer, EBRA_CANCEL_DONE);

    EXPECT_EQ(sim.query({.reference = "a.1"}).kind, EBRA_EVENT_ENDED);
}

TEST_F(CancelTest, TwiceIsTooLate) {
    SimFace sim(host_, options(true));
    (void)sim.place({.reference = "a.1"});
    EXPECT_EQ(sim.cancel({.reference = "a.1"}).answer, EBRA_CANCEL_DONE);

    EXPECT_EQ(sim.cancel({.reference = "a.1"}).answer, EBRA_CANCEL_TOO_LATE);
    EXPECT_EQ(lines_of(folder_.ledger()).size(), 2u);
}

TEST_F(CancelTest, OfACallThatAnotherInstanceHoldsIsNotPossible) {
    SimFace dialing(host_, options(true));
    SimFace other(host_, options(true));
    (void)dialing.place({.reference = "a.1"});

    EXPECT_EQ(other.cancel({.reference = "a.1"}).answer, EBRA_CANCEL_UNABLE);
    EXPECT_EQ(other.cancel({.reference = "nobody.1"}).answer, EBRA_CANCEL_UNABLE);
}

}  // namespace
}  // namespace ebra::sim::test
