// The routes over the real engine with the memory store and no provider: what one process answers
// when every part of it is the true one but the sockets.
#include "http/request.hpp"
#include "routes.hpp"

#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr const char* kUnknownId = "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11";

/// Hands the answer over from whichever thread gives it.
struct PromisePort : AnswerPort {
    void deliver(const AnswerTraits&, HttpResponse response) noexcept override {
        answer.set_value(std::move(response));
    }
    void answer_ignored() noexcept override {}
    void answer_missing() noexcept override {}
    std::promise<HttpResponse> answer;
};

class EngineRoutesTest : public ::testing::Test {
 protected:
    void SetUp() override {
        Config config;
        config.plugin_dirs = {EBRA_PLUGINS};
        config.store.plugin = "memory-store";
        auto opened = Engine::open(config, Role::kApi);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        engine_ = std::move(opened).value();
        const Status started = engine_->start("http://127.0.0.1:3000");
        ASSERT_TRUE(started.ok()) << started.error().message;
        router_ = make_routes(*engine_, {config.http, "http://127.0.0.1:3000", {}, {}, {}});
    }
    void TearDown() override {
        if (engine_) engine_->stop(1'000);
    }

    HttpResponse ask(std::string method, const std::string& target, std::string body = {},
                     HttpRequest::Pairs headers = {{"Content-Type", "application/json"}}) {
        HttpRequest request;
        request.method = std::move(method);
        request.raw_target = target;
        request.headers = std::move(headers);
        request.body = std::move(body);
        const std::size_t query = target.find('?');
        if (query != std::string::npos) {
            const std::string item = target.substr(query + 1);
            request.query.emplace_back(item.substr(0, item.find('=')),
                                       item.substr(item.find('=') + 1));
        }
        const auto port = std::make_shared<PromisePort>();
        auto answer = port->answer.get_future();
        router_.route(std::move(request), Responder(port));
        if (answer.wait_for(kPatience) != std::future_status::ready) {
            ADD_FAILURE() << "no answer to " << target;
            return {};
        }
        return answer.get();
    }
    nlohmann::json json(const HttpResponse& response) {
        return nlohmann::json::parse(response.body, nullptr, false);
    }
    std::string place(const std::string& metadata = "{}") {
        const auto made =
            ask("POST", "/calls",
                R"({"to":"+14155550100","scriptId":"x","metadata":)" + metadata + "}");
        EXPECT_EQ(made.status, 201) << made.body;
        // Not from the body: the library at hand reads no 1e400.
        for (const auto& [name, value] : made.headers) {
            if (name == "Location") return value.substr(value.rfind('/') + 1);
        }
        return {};
    }

    std::unique_ptr<Engine> engine_;
    Router router_;
};

TEST_F(EngineRoutesTest, StoresACallAndReturnsItsMetadataByteForByte) {
    const std::string metadata = R"({ "b":1e400, "a" : 123456789012345678901,"a":"\u00e9" })";
    const std::string id = place(metadata);

    const auto read = ask("GET", "/calls/" + id);

    EXPECT_EQ(read.status, 200);
    EXPECT_NE(read.body.find("\"metadata\":" + metadata + ","), std::string::npos) << read.body;
    EXPECT_NE(ask("GET", "/calls?pageSize=1").body.find(metadata), std::string::npos);
    EXPECT_EQ(json(ask("GET", "/metrics"))["PENDING"], 1);
}

TEST_F(EngineRoutesTest, ReplaysAnIdempotentRequest) {
    const HttpRequest::Pairs headers = {{"Content-Type", "application/json"},
                                        {"Idempotency-Key", "k"}};
    const auto first = ask("POST", "/calls", R"({"to":"+14155550100","scriptId":"x"})", headers);
    const auto again =
        ask("POST", "/calls", R"({ "scriptId":"x", "to":"+1 415 555 0100" })", headers);
    const auto other = ask("POST", "/calls", R"({"to":"+14155550100","scriptId":"y"})", headers);

    EXPECT_EQ(json(first)["id"], json(again)["id"]);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(other.status, 422);
}

TEST_F(EngineRoutesTest, ChangesAndCancelsWhatIsPending) {
    const std::string at = "/calls/" + place();

    EXPECT_EQ(json(ask("PATCH", at, R"({"to":"+442079460958","metadata":{"n":1}})"))["to"],
              "+442079460958");
    EXPECT_EQ(json(ask("GET", at))["metadata"]["n"], 1);
    EXPECT_EQ(json(ask("DELETE", at))["status"], "CANCELED");
    const auto late = ask("PATCH", at, R"({"scriptId":"y"})");
    EXPECT_EQ(late.status, 409);
    EXPECT_NE(late.body.find("CANCELED"), std::string::npos) << late.body;
    EXPECT_EQ(json(ask("DELETE", at))["status"], "CANCELED") << "asked again, it is so already";
    EXPECT_EQ(ask("PATCH", std::string("/calls/") + kUnknownId, R"({"scriptId":"y"})").status, 404);
    EXPECT_EQ(ask("DELETE", std::string("/calls/") + kUnknownId).status, 404);
    EXPECT_EQ(ask("GET", std::string("/calls/") + kUnknownId).status, 404);
    EXPECT_EQ(ask("GET", std::string("/calls/") + kUnknownId + "/timeline").status, 404);
}

TEST_F(EngineRoutesTest, AnswersCallbacksByTheContract) {
    const std::string path = "/callbacks/call-status";
    const std::string id = place();
    const auto report = [&](const std::string& ids) {
        return ask("POST", path, "{" + ids + R"(,"status":"COMPLETED"})");
    };

    EXPECT_EQ(report(R"("providerCallId":"nobody-knows")").status, 202);
    EXPECT_EQ(report(R"("callId":")" + std::string(kUnknownId) + "\"").status, 404);
    const auto never_placed = report(R"("callId":")" + id + "\"");
    EXPECT_EQ(never_placed.status, 200);
    EXPECT_EQ(json(never_placed)["applied"], false);
    EXPECT_EQ(json(never_placed)["status"], "PENDING");
    EXPECT_EQ(ask("POST", path + "?ref=x.1.00", R"({"status":"COMPLETED"})").status, 401);
    EXPECT_EQ(ask("POST", "/callbacks/nobody", "x").status, 404);
}

TEST_F(EngineRoutesTest, TellsWhatHappenedAndWhetherItIsReady) {
    const std::string id = place();

    const auto timeline = ask("GET", "/calls/" + id + "/timeline");

    EXPECT_EQ(timeline.status, 200) << timeline.body;
    EXPECT_EQ(json(timeline)["callId"], id);
    const auto ready = ask("GET", "/readyz");
    EXPECT_EQ(ready.status, 200) << ready.body;
    const auto text = ask("GET", "/metrics", "", {{"Accept", "text/plain"}});
    EXPECT_NE(text.body.find("ebra_calls_enqueued_total 1\n"), std::string::npos) << text.body;
    EXPECT_NE(text.body.find("ebra_calls{status=\"PENDING\"} 1\n"), std::string::npos) << text.body;
}

}  // namespace
}  // namespace ebra
