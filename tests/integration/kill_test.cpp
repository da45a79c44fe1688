// kill -9 at random and at named points: what was acknowledged ends, and nothing is dialed twice.
#include "ledger.hpp"
#include "load.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace ebra::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Server::Options lively(const std::string& more = "") {
    return {.engine =
                "global_concurrency = 20\nbase_retry = \"1s\"\nlease = \"2s\"\n"
                "start_timeout = \"2s\"\nquery_after = \"2s\"\nstale_after = \"20s\"",
            .simulator =
                "auto_callback = true, callback_delay_sec = 0, seed = 5, query = \"exact\", "
                "ring_ms = 5, talk_ms = { min = 20, max = 300 }" +
                more};
}

void expect_all_ended(Server& server, const std::vector<std::string>& ids) {
    ASSERT_TRUE(server.wait_until_all_ended(seconds(90))) << server.counts().dump();
    HttpClient client(server.url());
    for (const std::string& id : ids) {
        ASSERT_FALSE(id.empty()) << "a call was never acknowledged";
        const std::string status = client.get("/calls/" + id).json().value("status", "gone");
        EXPECT_TRUE(status == "COMPLETED" || status == "FAILED") << id << " is " << status;
    }
    const LedgerVerdict verdict = check_ledger(server.ledger(), 20);
    EXPECT_EQ(verdict.exit_code, 0) << verdict.text;
}

TEST(Kill, AtRandomLosesNothingAndDialsNothingTwice) {
    TemporaryFolder folder;
    Server server(folder.path(), lively(", refuse_transient = 5, lost_answer = 2"));
    server.start();
    std::vector<std::string> ids;
    std::thread clients([&] { ids = place_calls(server.url(), 600, 120); });

    for (int kills = 0; kills < 6; ++kills) {
        // Let it work for a moment of its own: until some more calls have ended.
        const int ended = server.counts().value("COMPLETED", 0);
        (void)eventually(seconds(3),
                         [&] { return server.counts().value("COMPLETED", 0) > ended + 15; });
        server.kill_hard();
        server.start();
    }

    clients.join();
    expect_all_ended(server, ids);
}

TEST(Freeze, BeyondTheLeaseDialsNothingTwice) {
    TemporaryFolder folder;
    Server server(folder.path(), lively());
    server.start();
    std::vector<std::string> ids;
    std::thread clients([&] { ids = place_calls(server.url(), 200, 60); });

    for (int freezes = 0; freezes < 2; ++freezes) {
        server.child().signal(SIGSTOP);
        (void)server.child().wait(milliseconds(3'000));
        server.child().signal(SIGCONT);
        (void)eventually(seconds(5), [&] { return server.counts().is_object(); });
    }

    clients.join();
    expect_all_ended(server, ids);
}

/// Points of the engine's own code; see core/src/fault_point.hpp.
class KillAtNamedPoint : public ::testing::TestWithParam<std::string> {};

TEST_P(KillAtNamedPoint, LosesNothingAndDialsNothingTwice) {
    TemporaryFolder folder;
    Server::Options options = lively();
    options.binary = EBRA_FAULTY_BINARY;
    options.environment = {"EBRA_ABORT_AT=" + GetParam() + ":3"};
    Server dying(folder.path(), options);
    dying.start();
    std::vector<std::string> ids;
    std::thread clients([&] { ids = place_calls(dying.url(), 60, 20, 2); });

    const auto code = dying.child().wait(seconds(30));

    EXPECT_EQ(code.value_or(0), 128 + SIGKILL) << "the point " << GetParam() << " was never passed";
    // The same folder and port, without the point to die at.
    options.environment = {"EBRA_ABORT_AT=none"};
    Server living(folder.path(), options);
    living.restart_at(dying.url());
    clients.join();
    expect_all_ended(living, ids);
}

INSTANTIATE_TEST_SUITE_P(Points, KillAtNamedPoint,
                         ::testing::Values("after_claim_commit", "before_start", "after_start",
                                           "start_answered", "callback_before_answer",
                                           "committer_before_commit", "committer_after_commit",
                                           "intake_before_commit", "intake_after_commit"),
                         [](const auto& point) { return point.param; });

}  // namespace
}  // namespace ebra::integration
