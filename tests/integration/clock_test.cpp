// The machine's clock may be wrong: only the store's counts.
#include "ledger.hpp"
#include "load.hpp"

#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

TEST(Clock, SetBackAnHourBetweenTwoStartsBreaksNoPromise) {
    TemporaryFolder folder;
    const Server::Options options = {
        .engine =
            "global_concurrency = 5\nbase_retry = \"1s\"\nlease = \"2s\"\n"
            "start_timeout = \"2s\"\nquery_after = \"2s\"\nstale_after = \"30s\"",
        .simulator =
            "auto_callback = true, callback_delay_sec = 0, query = \"exact\", "
            "ring_ms = 1, talk_ms = 20"};
    Server before(folder.path(), options);
    before.start();
    auto ids = place_calls(before.url(), 20, 20);
    before.kill_hard();

    Server::Options shifted = options;
    shifted.environment = {"LD_PRELOAD=" EBRA_SHIFTED_CLOCK, "SHIFT_S=-3600"};
    Server after(folder.path(), shifted);
    after.restart_at(before.url());
    HttpClient client(after.url());
    const HttpAnswer late = client.post("/calls", {{"to", number(21)}, {"scriptId", "x"}});

    ASSERT_EQ(late.status, 201) << late.body;
    ASSERT_TRUE(after.wait_until_all_ended(seconds(90))) << after.counts().dump();
    const std::string first = client.get("/calls/" + ids.front()).json()["createdAt"];
    const std::string last =
        client.get("/calls/" + std::string(late.json()["id"])).json()["createdAt"];
    EXPECT_LT(first, last) << "the store's clock went back with the machine's";
    EXPECT_EQ(check_ledger(after.ledger(), 5).exit_code, 0);
}

}  // namespace
}  // namespace ebra::integration
