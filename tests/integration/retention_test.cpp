// What is kept and for how long: numbers rest after a call, and finished calls of long ago go, by
// command and by a node itself.
#include "load.hpp"
#include "program.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kQuickCalls =
    "auto_callback = true, callback_delay_sec = 0, ring_ms = 1, talk_ms = 20";

/// Makes the store believe that all it holds happened so many days ago.
void age_by_days(const std::filesystem::path& file, int days) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 10'000);
    const std::string ms = std::to_string(std::int64_t{days} * 86'400'000);
    const std::string sql = "UPDATE calls SET created_at = created_at - " + ms +
                            ", ended_at = ended_at - " + ms + " WHERE status > 2;";
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

std::int64_t ms_of(const std::string& text) {
    std::tm parts{};
    int decimals = 0;
    // "2026-11-24T18:00:00.123Z"
    std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &parts.tm_year, &parts.tm_mon,
                &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &decimals);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return std::int64_t{timegm(&parts)} * 1'000 + decimals;
}

class RetentionTest : public ::testing::Test {
 protected:
    std::string place(const Server& server, int n) {
        HttpClient client(server.url());
        return client.post("/calls", {{"to", number(n)}, {"scriptId", "x"}}).json()["id"];
    }

    nlohmann::json call(const Server& server, const std::string& id) {
        HttpClient client(server.url());
        return client.get("/calls/" + id).json();
    }

    ProgramRun prune(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "prune");
        arguments.insert(arguments.end(), {"--config", "ebra.toml"});
        return run_program(arguments, folder_.path());
    }

    TemporaryFolder folder_;
};

TEST_F(RetentionTest, ANumberRestsBetweenTwoCalls) {
    Server server(folder_.path(),
                  {.engine = "min_gap_per_number = \"2s\"", .simulator = kQuickCalls});
    server.start();
    const std::string first = place(server, 1);
    const std::string second = place(server, 1);
    ASSERT_TRUE(
        eventually(seconds(30), [&] { return call(server, first)["status"] == "COMPLETED"; }));
    HttpClient client(server.url());
    const nlohmann::json timeline = client.get("/calls/" + second + "/timeline").json();
    EXPECT_EQ(timeline["whyNotRunning"][0]["why"], "phone_resting") << timeline;

    ASSERT_TRUE(server.wait_until_all_ended(seconds(30)));

    const std::int64_t rested_ms =
        ms_of(call(server, second)["startedAt"]) - ms_of(call(server, first)["endedAt"]);
    EXPECT_GE(rested_ms, 2'000);
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(RetentionTest, PruneRemovesWhatEndedLongAgoBesideARunningServer) {
    Server server(folder_.path(), {});
    server.start();
    HttpClient client(server.url());
    const std::string old = place(server, 1);
    ASSERT_TRUE(
        eventually(seconds(30), [&] { return call(server, old)["attemptState"] == "PLACED"; }));
    const std::string provider_id = call(server, old)["providerCallId"];
    const nlohmann::json end = {{"providerCallId", provider_id}, {"status", "COMPLETED"}};
    ASSERT_EQ(client.post("/callbacks/call-status", end).status, 200);
    age_by_days(folder_.path() / "ebra.db", 40);
    const std::string live = place(server, 2);

    const ProgramRun dry = prune({"--older-than", "30d", "--dry-run"});
    EXPECT_EQ(call(server, old)["status"], "COMPLETED") << "a dry run changes nothing";
    const ProgramRun done = prune({"--older-than", "30d"});

    EXPECT_THAT(dry.output, testing::ContainsRegex("would remove\n1 +calls\n1 +placements"))
        << dry.all();
    EXPECT_THAT(done.output, testing::ContainsRegex("removed\n1 +calls\n1 +placements"))
        << done.all();
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(client.get("/calls/" + old).status, 404);
    EXPECT_EQ(client.get("/calls/" + live).status, 200);
    EXPECT_EQ(server.counts()["COMPLETED"], 0);
    // A late webhook for it is one for nobody.
    EXPECT_EQ(client.post("/callbacks/call-status", end).status, 202);
    const nlohmann::json by_id = {{"callId", old}, {"status", "COMPLETED"}};
    EXPECT_THAT(client.post("/callbacks/call-status", by_id).status, testing::AnyOf(202, 404));
    EXPECT_THAT(prune({"--older-than", "30d"}).output, testing::ContainsRegex("removed\n0 +calls"));
}

TEST_F(RetentionTest, ANodeRemovesThemByItself) {
    Server server(folder_.path(), {.engine = "keep_finished = \"7d\"", .simulator = kQuickCalls});
    server.start();
    const std::string old = place(server, 1);
    ASSERT_TRUE(server.wait_until_all_ended(seconds(30)));
    ASSERT_EQ(server.stop(), 0);
    age_by_days(folder_.path() / "ebra.db", 8);

    server.start();

    HttpClient client(server.url());
    EXPECT_TRUE(eventually(seconds(30), [&] { return client.get("/calls/" + old).status == 404; }));
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(RetentionTest, AnAgeThatCannotBeMeantIsRefusedWithWhatToDo) {
    const ProgramRun none = run_program({"prune"}, folder_.path());
    const ProgramRun young = run_program({"prune", "--older-than", "1h"}, folder_.path());
    const ProgramRun odd = run_program({"prune", "--older-than", "old"}, folder_.path());

    EXPECT_EQ(none.code, 2);
    EXPECT_THAT(none.errors, HasSubstr("--older-than 30d"));
    EXPECT_EQ(young.code, 2);
    EXPECT_THAT(young.errors, HasSubstr("expects 24h or more"));
    EXPECT_EQ(odd.code, 2);
}

TEST_F(RetentionTest, PruneMakesNoStore) {
    const ProgramRun made = run_program({"prune", "--older-than", "30d"}, folder_.path());

    EXPECT_EQ(made.code, 3);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "ebra.db"));
}

}  // namespace
}  // namespace ebra::integration
