// An api process and a worker process on one SQLite file.
#include "ledger.hpp"
#include "load.hpp"

#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

TEST(Roles, AnApiAndAWorkerShareOneFile) {
    TemporaryFolder folder;
    const std::string simulator =
        "auto_callback = true, callback_delay_sec = 0, ring_ms = 1, talk_ms = 20";
    Server api(folder.path(), {.simulator = simulator, .role = "api"});
    api.start();
    HttpClient client(api.url());
    const std::string waiting =
        client.post("/calls", {{"to", number(0)}, {"scriptId", "x"}}).json()["id"];
    EXPECT_EQ(client.get("/calls/" + waiting).json()["status"], "PENDING") << "an api never dials";

    Server worker(
        folder.path(),
        {.http = "public_url = \"" + api.url() + "\"", .simulator = simulator, .role = "worker"});
    worker.start();
    (void)place_calls(api.url(), 50, 25);

    EXPECT_TRUE(api.wait_until_all_ended(seconds(40))) << api.counts().dump();
    EXPECT_EQ(client.get("/calls/" + waiting).json()["status"], "COMPLETED");
    EXPECT_EQ(check_ledger(api.ledger(), 30).exit_code, 0);
    EXPECT_EQ(worker.stop(), 0);
    EXPECT_EQ(api.stop(), 0);
}

}  // namespace
}  // namespace ebra::integration
