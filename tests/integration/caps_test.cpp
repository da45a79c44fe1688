// Caps and numbers under load with faults, judged by the independent ledger.
#include "ledger.hpp"
#include "load.hpp"

#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

TEST(Caps, HoldAtEveryInstantAndEveryCallEnds) {
    TemporaryFolder folder;
    Server server(folder.path(),
                  {.engine = "global_concurrency = 30\nbase_retry = \"1s\"\nstart_timeout = \"3s\"",
                   .simulator = "auto_callback = true, callback_delay_sec = 0, seed = 11, "
                                "ring_ms = 10, talk_ms = { min = 50, max = 400 }, "
                                "refuse_transient = 5, lost_answer = 2"});
    server.start();

    const auto ids = place_calls(server.url(), 1'000, 100);

    ASSERT_TRUE(server.wait_until_all_ended(seconds(100))) << server.counts().dump();
    const nlohmann::json counts = server.counts();
    EXPECT_EQ(counts.value("COMPLETED", 0) + counts.value("FAILED", 0), 1'000) << counts.dump();
    EXPECT_EQ(server.stop(), 0);
    const LedgerVerdict verdict = check_ledger(server.ledger(), 30);
    EXPECT_EQ(verdict.exit_code, 0) << verdict.text;
    EXPECT_GE(verdict.report.value("dials", 0), 900) << verdict.text;
}

TEST(Caps, ChangeWithTheConfigAtTheNextStart) {
    TemporaryFolder folder;
    Server server(folder.path(), {.engine = "global_concurrency = 2",
                                  .simulator = "auto_callback = true, callback_delay_sec = 0, "
                                               "ring_ms = 1, talk_ms = 40"});
    server.start();

    (void)place_calls(server.url(), 60, 60);

    ASSERT_TRUE(server.wait_until_all_ended(seconds(60)));
    const LedgerVerdict verdict = check_ledger(server.ledger(), 2);
    EXPECT_EQ(verdict.exit_code, 0) << verdict.text;
}

}  // namespace
}  // namespace ebra::integration
