// One call, end to end, and every endpoint as the seed describes it.
#include "server.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using std::chrono::seconds;

nlohmann::json a_call(const std::string& to = "+14155550100") {
    return {{"to", to}, {"scriptId", "welcome"}, {"metadata", {{"customer", 42}}}};
}

class FirstCallTest : public ::testing::Test {
 protected:
    TemporaryFolder folder_;
};

/// A server whose simulator calls back at once.
class LivelyServer : public FirstCallTest {
 protected:
    LivelyServer()
        : server_(folder_.path(), {.simulator = "auto_callback = true, callback_delay_sec = 0, "
                                                "ring_ms = 1, talk_ms = 20"}) {
        server_.start();
    }

    Server server_;
};

/// A server whose simulator is passive: calls end by callback only.
class PassiveServer : public FirstCallTest {
 protected:
    PassiveServer() : server_(folder_.path(), {}) { server_.start(); }

    std::string place(const std::string& to = "+14155550100") {
        auto client = server_.client();
        return client.post("/calls", a_call(to)).json().value("id", "");
    }

    nlohmann::json get(const std::string& id) {
        auto client = server_.client();
        return client.get("/calls/" + id).json();
    }

    bool is_placed(const std::string& id) {
        return eventually(seconds(10), [&] { return get(id)["attemptState"] == "PLACED"; });
    }

    Server server_;
};

TEST_F(LivelyServer, CompletesACallThatWasEnqueuedOverRest) {
    auto client = server_.client();

    const HttpAnswer created = client.post("/calls", a_call());

    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.json()["status"], "PENDING");
    EXPECT_EQ(created.json()["attempts"], 0);
    EXPECT_EQ(created.json()["to"], "+14155550100");
    const std::string id = created.json()["id"];
    EXPECT_EQ(created.headers.at("location"), "/calls/" + id);
    ASSERT_TRUE(server_.wait_until_all_ended(seconds(20))) << server_.child().errors();
    const nlohmann::json call = client.get("/calls/" + id).json();
    EXPECT_EQ(call["status"], "COMPLETED") << call.dump();
    EXPECT_EQ(call["attempts"], 1);
    EXPECT_EQ(call["metadata"]["customer"], 42);
    EXPECT_EQ(call["lastError"], nullptr);
    EXPECT_EQ(std::string(call["providerCallId"]).substr(0, 4), "sim-");
    EXPECT_EQ(server_.stop(), 0);
}

TEST_F(PassiveServer, SettlesByEitherIdAndAnswersRepeatsWith200) {
    auto client = server_.client();
    const std::string id = place();
    ASSERT_TRUE(is_placed(id));
    const nlohmann::json body = {{"providerCallId", get(id)["providerCallId"]},
                                 {"status", "COMPLETED"},
                                 {"durationSec", 12}};

    EXPECT_EQ(client.post("/callbacks/call-status", body).status, 200);
    EXPECT_EQ(client.post("/callbacks/call-status", body).status, 200);

    EXPECT_EQ(get(id)["status"], "COMPLETED");
    EXPECT_EQ(get(id)["durationMs"], 12'000);
    const nlohmann::json contradiction = {{"callId", id}, {"status", "FAILED"}};
    EXPECT_EQ(client.post("/callbacks/call-status", contradiction).status, 200);
    EXPECT_EQ(get(id)["status"], "COMPLETED") << "a terminal status never changes";
}

TEST_F(PassiveServer, TakesBusyAndNoAnswerForFailedWithThatReason) {
    auto client = server_.client();
    const std::string id = place();
    ASSERT_TRUE(is_placed(id));

    EXPECT_EQ(client.post("/callbacks/call-status", {{"callId", id}, {"status", "BUSY"}}).status,
              200);

    EXPECT_EQ(get(id)["status"], "FAILED");
    EXPECT_EQ(get(id)["disposition"], "busy");
    EXPECT_NE(std::string(get(id)["lastError"]).find("BUSY"), std::string::npos) << get(id).dump();
}

TEST_F(PassiveServer, AnswersCallbacksWithTheCodesOfTheContract) {
    auto client = server_.client();
    const auto post = [&](const nlohmann::json& body) {
        return client.post("/callbacks/call-status", body).status;
    };

    EXPECT_EQ(post({{"status", "COMPLETED"}}), 400);
    EXPECT_EQ(post({{"callId", "x"}}), 400);
    EXPECT_EQ(post({{"callId", "x"}, {"status", "SINGING"}}), 400);
    EXPECT_EQ(post({{"callId", "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11"}, {"status", "FAILED"}}),
              404);
    EXPECT_EQ(post({{"providerCallId", "nobody-knows"}, {"status", "FAILED"}}), 202);
}

TEST_F(PassiveServer, ChangesOnlyWhatIsPending) {
    auto client = server_.client();
    const std::string live = place("+14155550101");
    ASSERT_TRUE(is_placed(live));
    const std::string waiting = place("+14155550101");  // Its number is busy.
    const HttpClient::Headers json = {"Content-Type: application/json"};
    const auto patch = [&](const std::string& id, const std::string& body) {
        return client.send("PATCH", "/calls/" + id, body, json);
    };

    EXPECT_EQ(patch(waiting, R"({"scriptId":"other"})").status, 200);
    EXPECT_EQ(get(waiting)["scriptId"], "other");
    EXPECT_EQ(patch(waiting, R"({"colour":"red"})").status, 400);
    EXPECT_EQ(patch(live, R"({"scriptId":"other"})").status, 409);
    EXPECT_EQ(patch("0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11", R"({"scriptId":"x"})").status, 404);
    EXPECT_EQ(client.get("/calls/" + waiting + "/timeline").json()["whyNotRunning"][0]["why"],
              "phone_busy");
}

TEST_F(PassiveServer, ListsOldestFirstInPages) {
    auto client = server_.client();
    std::vector<std::string> ids;
    for (int n = 0; n < 5; ++n) ids.push_back(place("+1415555010" + std::to_string(n)));

    const nlohmann::json first = client.get("/calls?page=1&pageSize=3").json();
    const nlohmann::json second = client.get("/calls?page=2&pageSize=3").json();

    ASSERT_EQ(first["items"].size(), 3u) << first.dump();
    EXPECT_EQ(first["items"][0]["id"], ids[0]);
    EXPECT_EQ(first["hasMore"], true);
    ASSERT_EQ(second["items"].size(), 2u);
    EXPECT_EQ(second["items"][1]["id"], ids[4]);
    EXPECT_EQ(second["hasMore"], false);
    EXPECT_EQ(client.get("/calls?status=NONSENSE").status, 400);
    EXPECT_EQ(client.get("/calls?page=0").status, 400);
    EXPECT_EQ(client.get("/calls?pageSize=501").status, 400);
}

TEST_F(PassiveServer, CountsEveryStatusAndSpeaksPrometheusWhenAsked) {
    auto client = server_.client();
    (void)place();

    const nlohmann::json counts = client.get("/metrics").json();
    const HttpAnswer text = client.get("/metrics", {"Accept: text/plain"});

    for (const char* status :
         {"PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELED", "EXPIRED"}) {
        EXPECT_TRUE(counts.contains(status)) << counts.dump();
    }
    EXPECT_EQ(text.status, 200);
    EXPECT_NE(text.body.find("ebra_calls_enqueued_total 1"), std::string::npos) << text.body;
}

TEST_F(PassiveServer, ReplaysAnIdempotentRequestAndRefusesTheKeyForAnother) {
    auto client = server_.client();
    const HttpClient::Headers key = {"Idempotency-Key: abc"};

    const HttpAnswer first = client.post("/calls", a_call(), key);
    const HttpAnswer again = client.post("/calls", a_call(), key);
    const HttpAnswer other = client.post("/calls", a_call("+14155550199"), key);

    EXPECT_EQ(first.json()["id"], again.json()["id"]);
    EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
    EXPECT_EQ(other.status, 422) << other.body;
}

TEST_F(PassiveServer, ExplainsEveryRefusalAsAProblem) {
    auto client = server_.client();
    const HttpClient::Headers json = {"Content-Type: application/json"};
    struct Case {
        std::string method, path, body;
        HttpClient::Headers headers;
        long status;
    };
    const std::vector<Case> cases = {
        {"POST", "/calls", "{", json, 400},
        {"POST", "/calls", R"({"to":"nonsense","scriptId":"x"})", json, 400},
        {"POST", "/calls", R"({"to":"+14155550100"})", json, 400},
        {"POST", "/calls", R"({"to":"+14155550100","scriptId":"x","metadata":[]})", json, 400},
        {"POST", "/calls", "to=1", {"Content-Type: text/plain"}, 415},
        {"POST", "/calls", std::string(10'000'000, ' '), json, 413},
        {"PUT", "/calls", "{}", json, 405},
        {"GET", "/nowhere", "", {}, 404},
        {"GET", "/calls/not-an-id", "", {}, 404},
    };
    for (const Case& one : cases) {
        const HttpAnswer answer = client.send(one.method, one.path, one.body, one.headers);
        EXPECT_EQ(answer.status, one.status) << one.method << " " << one.path << " " << answer.body;
        EXPECT_EQ(answer.json().value("status", 0), one.status) << answer.body;
    }
    const HttpAnswer both = client.post("/calls", {{"to", "x"}, {"scriptId", 1}});
    EXPECT_EQ(both.json()["errors"].size(), 2u) << both.body;
}

TEST_F(FirstCallTest, CompletesACallThroughAProviderWrittenInC) {
    Server server(folder_.path(), {});
    // The harness writes a config with the simulator; this test brings its own.
    const auto config = folder_.path() / "hello.toml";
    std::ofstream(config)
        << "[http]\nlisten = \"127.0.0.1:0\"\n[store]\nplugin = \"store-sqlite\"\n"
        << "options = { path = \"" << (folder_.path() / "h.db").string() << "\" }\n"
        << "[[provider]]\nname = \"hello\"\nplugin = \"hello-provider\"\n";
    Child child({EBRA_BINARY, "serve", "--config", config.string()}, {}, folder_.path().string());
    const auto line = child.read_until("http://", seconds(20));
    ASSERT_TRUE(line.has_value()) << child.errors();
    const std::size_t from = line->find("http://");
    HttpClient client(line->substr(from, line->find_first_of(" /", from + 7) - from));

    const std::string id = client.post("/calls", a_call()).json().value("id", "");

    EXPECT_TRUE(eventually(seconds(10), [&] {
        return client.get("/calls/" + id).json().value("status", "") == "COMPLETED";
    })) << child.errors();
}

TEST_F(PassiveServer, IsReadyWhileItServesAndStopsInOrder) {
    auto client = server_.client();

    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(client.get("/readyz").status, 200);
    EXPECT_EQ(server_.stop(), 0);
}

}  // namespace
}  // namespace ebra::integration
