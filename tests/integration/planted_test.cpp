// That these tests can fail: the engine with a fault planted on purpose, caught by the same means.
#include "ledger.hpp"
#include "load.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

/// Numbers of core/src/mutants.hpp.
constexpr const char* kUnknownAsRefused = "EBRA_MUTANT=unknown_as_refused";
constexpr const char* kAcknowledgeBeforeCommit = "EBRA_MUTANT=acknowledge_before_commit";

TEST(Planted, ALostAnswerTakenForARefusalIsADoubleDialInTheLedger) {
    TemporaryFolder folder;
    Server server(
        folder.path(),
        {.engine = "base_retry = \"1ms\"\nretry_jitter_percent = 0\n"
                   "start_timeout = \"200ms\"\nstale_after = \"1h\"",
         .simulator = "auto_callback = true, ring_ms = 10, talk_ms = 60000, answer_ms = 5000",
         .binary = EBRA_FAULTY_BINARY,
         .environment = {kUnknownAsRefused}});
    server.start();

    (void)place_calls(server.url(), 5, 5);

    EXPECT_TRUE(eventually(seconds(60), [&] {
        return check_ledger(server.ledger(), 30).report.value("dials", 0) > 5;
    })) << "the fault did nothing";
    EXPECT_EQ(check_ledger(server.ledger(), 30).exit_code, 1) << "the ledger missed a double dial";
}

TEST(Planted, AnAcknowledgementBeforeTheCommitIsALostCall) {
    TemporaryFolder folder;
    Server server(folder.path(), {.binary = EBRA_FAULTY_BINARY,
                                  .environment = {kAcknowledgeBeforeCommit,
                                                  "EBRA_ABORT_AT=intake_before_commit:1"}});
    server.start();
    HttpClient client(server.url());

    const HttpAnswer answer = client.post("/calls", {{"to", number(1)}, {"scriptId", "x"}});

    EXPECT_EQ(server.child().wait(seconds(60)).value_or(0), 128 + SIGKILL);
    ASSERT_EQ(answer.status, 201) << answer.body;
    Server living(folder.path(), {});
    living.start();
    HttpClient after(living.url());
    EXPECT_EQ(after.get("/calls/" + std::string(answer.json()["id"])).status, 404);
}

}  // namespace
}  // namespace ebra::integration
