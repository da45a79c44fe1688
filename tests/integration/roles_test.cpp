// An api process and a worker process on one SQLite file.
#include "ledger.hpp"
#include "load.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

/// Between two times of the API, "2026-01-31T12:00:00.250Z", at most a minute apart.
std::int64_t milliseconds_between(const std::string& from, const std::string& to) {
    const auto within_minute = [](const std::string& time) {
        return std::stoll(time.substr(17, 2)) * 1'000 + std::stoll(time.substr(20, 3));
    };
    const std::int64_t passed = within_minute(to) - within_minute(from);
    return passed >= 0 ? passed : passed + 60'000;
}

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

TEST(Roles, AnApiWakesAWorkerInAnotherProcess) {
    TemporaryFolder folder;
    const std::string engine = "global_concurrency = 100";
    Server api(folder.path(), {.engine = engine, .role = "api"});
    api.start();
    const std::string public_url = "public_url = \"" + api.url() + "\"";
    Server worker(folder.path(), {.engine = engine, .http = public_url, .role = "worker"});
    worker.start();
    HttpClient client(api.url());
    std::vector<std::int64_t> waits_ms;
    for (int n = 0; n < 31; ++n) {
        const std::string id =
            client.post("/calls", {{"to", number(n)}, {"scriptId", "x"}}).json()["id"];
        nlohmann::json call;
        ASSERT_TRUE(eventually(seconds(30), [&] {
            call = client.get("/calls/" + id).json();
            return call["attemptState"] == "PLACED";
        })) << call.dump();
        waits_ms.push_back(milliseconds_between(call["createdAt"], call["startedAt"]));
    }

    // An idle worker that nobody woke would look every 250 ms: half of that, 125 ms, on average.
    std::nth_element(waits_ms.begin(), waits_ms.begin() + 15, waits_ms.end());
    EXPECT_LT(waits_ms[15], 80) << "the median wait from stored to claimed, in ms";
}

}  // namespace
}  // namespace ebra::integration
