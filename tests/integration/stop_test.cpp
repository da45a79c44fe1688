// SIGTERM: in order, with callbacks taken to the last; a second signal: at once.
#include "load.hpp"
#include "program.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace ebra::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A server with one start under way that the simulator answers only after `answer_ms`.
class StopTest : public ::testing::Test {
 protected:
    void start_with_a_start_under_way(const std::string& engine, int answer_ms,
                                      const std::string& simulator = "") {
        server_ = std::make_unique<Server>(
            folder_.path(),
            Server::Options{.engine = "start_timeout = \"60s\"\n" + engine,
                            .simulator = "answer_ms = " + std::to_string(answer_ms) + simulator});
        server_->start();
        HttpClient client(server_->url());
        id_ = client.post("/calls", {{"to", number(1)}, {"scriptId", "x"}}).json()["id"];
        ASSERT_TRUE(eventually(seconds(30), [&] {
            return client.get("/calls/" + id_).json()["attemptState"] == "CLAIMED";
        }));
    }

    /// SIGTERM, and waits until the server says that it is not ready any more.
    void begin_to_stop(int signal_number = SIGTERM) {
        server_->child().signal(signal_number);
        HttpClient client(server_->url());
        ASSERT_TRUE(eventually(seconds(30), [&] { return client.get("/readyz").status == 503; }));
    }

    nlohmann::json inspected() {
        const ProgramRun run = run_program(
            {"inspect", id_, "--json", "--config", server_->config().string()}, folder_.path());
        return nlohmann::json::parse(run.output, nullptr, false)["calls"][0];
    }

    TemporaryFolder folder_;
    std::unique_ptr<Server> server_;
    std::string id_;
};

TEST_F(StopTest, ASecondSignalEndsItAtOnce) {
    for (const int signal_number : {SIGTERM, SIGINT}) {
        start_with_a_start_under_way("stop_deadline = \"1h\"", 3'600'000);
        begin_to_stop(signal_number);
        EXPECT_FALSE(server_->child().wait(milliseconds(200))) << "it waits for the start's answer";

        server_->child().signal(signal_number);

        EXPECT_EQ(server_->child().wait(seconds(30)).value_or(-1), 128 + signal_number);
        std::filesystem::remove(folder_.path() / "ebra.db");
        std::filesystem::remove(folder_.path() / "ebra.db-wal");
        std::filesystem::remove(folder_.path() / "ebra.db-shm");
    }
}

TEST_F(StopTest, TakesCallbacksWhileStartsAreUnderWay) {
    start_with_a_start_under_way("stop_deadline = \"60s\"", 4'000);
    begin_to_stop();
    HttpClient client(server_->url());

    const HttpAnswer settled =
        client.post("/callbacks/call-status", {{"callId", id_}, {"status", "COMPLETED"}});

    EXPECT_EQ(settled.status, 200) << settled.body;
    EXPECT_EQ(server_->child().wait(seconds(60)).value_or(-1), 0) << server_->child().errors();
    EXPECT_EQ(inspected()["call"]["status"], "COMPLETED") << inspected().dump();
}

TEST_F(StopTest, MakesAStartUnansweredAtTheDeadlineUnknown) {
    start_with_a_start_under_way("stop_deadline = \"500ms\"", 3'600'000, ", lost_answer = 100");

    EXPECT_EQ(server_->stop(), 0) << server_->child().errors();

    const nlohmann::json call = inspected();
    EXPECT_EQ(call["call"]["status"], "IN_PROGRESS");
    EXPECT_EQ(call["timeline"]["placements"][0]["state"], "UNKNOWN") << call.dump();
}

TEST_F(StopTest, AnswersEveryRequestItTookUnderLoad) {
    Server server(folder_.path(), {.simulator = "auto_callback = true, callback_delay_sec = 0"});
    server.start();
    std::atomic<bool> is_over{false};
    std::atomic<int> unanswered{0};
    std::vector<std::string> stored;
    std::thread client_thread([&] {
        HttpClient client(server.url());
        for (int n = 0; !is_over; ++n) {
            const HttpAnswer answer = client.post("/calls", {{"to", number(n)}, {"scriptId", "x"}});
            if (answer.status == 201) stored.push_back(answer.json()["id"]);
            // Refused once the port is closed; cut in the middle of an answer never.
            if (answer.status == 0 && answer.body.find("onnect") == std::string::npos) ++unanswered;
            if (answer.status == 0) pause_between_looks();
        }
    });
    EXPECT_TRUE(eventually(seconds(30), [&] { return server.counts().value("COMPLETED", 0) > 5; }));

    EXPECT_EQ(server.stop(), 0) << server.child().errors();

    is_over = true;
    client_thread.join();
    EXPECT_EQ(unanswered, 0);
    ASSERT_FALSE(stored.empty());
    const ProgramRun last = run_program(
        {"inspect", stored.back(), "--config", server.config().string()}, folder_.path());
    EXPECT_EQ(last.code, 0) << "a call acknowledged while stopping was lost: " << last.all();
}

}  // namespace
}  // namespace ebra::integration
