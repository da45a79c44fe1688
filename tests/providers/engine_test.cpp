// The real `ebra` with provider-http against the fake, over real HTTP: calls complete, lost answers
// become UNKNOWN and are settled by webhook or found by look-up, and each placement is dialed once.
#include "fake_process.hpp"
#include "load.hpp"
#include "serving.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <map>

namespace ebra::integration {
namespace {

using ebra::test::FakeProvider;
using nlohmann::json;
using std::chrono::seconds;

std::string generic_options(const FakeProvider& fake) {
    return "{ preset = \"generic\", base_url = \"" + fake.url() + "/generic\" }";
}

/// No reference twice: the promise.
void expect_no_double_dial(const FakeProvider& fake) {
    std::map<std::string, int> dials;
    for (const json& dial : fake.dials()) ++dials[dial.at("key").get<std::string>()];
    for (const auto& [reference, count] : dials) {
        EXPECT_NE(reference, "");
        EXPECT_EQ(count, 1) << reference;
    }
}

TEST(HttpEngine, CallsCompleteWithOneDialEach) {
    TemporaryFolder folder;
    const FakeProvider fake({"--auto-ms", "50"});
    const Serving serving(folder.path(), generic_options(fake));

    const auto ids = place_calls(serving.url(), 200, 200);

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(60))) << serving.errors();
    for (const std::string& id : ids) {
        const json call = serving.call(id);
        EXPECT_EQ(call["status"], "COMPLETED") << call.dump();
        EXPECT_EQ(call["attempts"], 1);
        EXPECT_EQ(std::string(call["providerCallId"]).rfind("generic-", 0), 0u);
    }
    EXPECT_EQ(fake.dials().size(), 200u);
    expect_no_double_dial(fake);
}

TEST(HttpEngine, LostAnswersAreSettledByWebhookAfterOneDial) {
    TemporaryFolder folder;
    // More losses would come five in a row, after which a provider rests, ever longer.
    const FakeProvider fake(
        {"--auto-ms", "300", "--seed", "7", "--lose-answers", "0.1", "--repeat-webhooks", "0.3"});
    const Serving serving(folder.path(), generic_options(fake));

    const auto ids = place_calls(serving.url(), 200, 200);

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(60)))
        << "seed 7; replay: --gtest_filter=HttpEngine.LostAnswers*\n"
        << serving.errors();
    for (const std::string& id : ids) {
        const json call = serving.call(id);
        EXPECT_EQ(call["status"], "COMPLETED") << call.dump();
        EXPECT_EQ(call["attempts"], 1) << call.dump();
    }
    EXPECT_EQ(fake.dials().size(), 200u);
    expect_no_double_dial(fake);
}

TEST(HttpEngine, WithEveryWebhookLostEveryCallEndsByPolicy) {
    TemporaryFolder folder;
    const FakeProvider fake({"--auto-ms", "10", "--lose-webhooks", "1"});
    const Serving serving(folder.path(), generic_options(fake),
                          "query_after = \"1s\"\nstale_after = \"4s\"\nstart_timeout = "
                          "\"1s\"\non_unknown = \"fail\"");

    const auto ids = place_calls(serving.url(), 20, 20);

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(60))) << serving.errors();
    for (const std::string& id : ids) EXPECT_EQ(serving.call(id)["status"], "FAILED");
    EXPECT_EQ(fake.dials().size(), 20u);
}

TEST(HttpEngine, CapacityBurnsNoAttempt) {
    TemporaryFolder folder;
    const FakeProvider fake({"--auto-ms", "10"});
    fake.plan({{"fault", "error"}, {"error", "capacity"}, {"count", 1}});
    const Serving serving(folder.path(), generic_options(fake));

    const auto ids = place_calls(serving.url(), 1, 1);

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(60))) << serving.errors();
    EXPECT_EQ(serving.call(ids[0])["status"], "COMPLETED") << serving.call(ids[0]).dump();
    EXPECT_EQ(serving.call(ids[0])["attempts"], 1);
    EXPECT_EQ(fake.dials().size(), 1u);
}

TEST(HttpEngine, ABusyPhoneIsTriedAgainWhereTheConfigSaysSo) {
    TemporaryFolder folder;
    const FakeProvider fake;
    const Serving serving(folder.path(), generic_options(fake), "retry_on = \"busy\"");
    const auto ids = place_calls(serving.url(), 1, 1);
    const auto call_back = [&](std::size_t dial, const char* status) {
        ASSERT_TRUE(eventually(seconds(20), [&] { return fake.dials().size() == dial; }));
        HttpClient client(serving.url());
        const json body = {{"providerCallId", fake.dials()[dial - 1].at("call")},
                           {"status", status}};
        EXPECT_TRUE(eventually(seconds(10), [&] {
            return client.post("/callbacks/call-status", body).status == 200;
        }));
    };

    call_back(1, "BUSY");
    call_back(2, "COMPLETED");

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(20))) << serving.counts().dump();
    EXPECT_EQ(serving.call(ids[0])["status"], "COMPLETED");
    EXPECT_EQ(serving.call(ids[0])["attempts"], 2);
    expect_no_double_dial(fake);
}

TEST(HttpEngine, ARefusalFailsWithTheStatusInLastError) {
    TemporaryFolder folder;
    const FakeProvider fake;
    fake.plan({{"fault", "error"}, {"error", "permanent"}});
    const Serving serving(folder.path(), generic_options(fake));

    const auto ids = place_calls(serving.url(), 1, 1);

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(60))) << serving.errors();
    const json call = serving.call(ids[0]);
    EXPECT_EQ(call["status"], "FAILED");
    EXPECT_NE(call["lastError"].get<std::string>().find("400"), std::string::npos) << call.dump();
    EXPECT_TRUE(fake.dials().empty());
}

/// A signed webhook of the fake, sent to the server under test.
long post(const Serving& serving, const json& webhook, const std::string& body_more = "") {
    HttpClient::Headers headers = {"Content-Type: application/json"};
    for (const auto& [name, value] : webhook.at("headers").items()) {
        headers.push_back(name + ": " + value.get<std::string>());
    }
    HttpClient client(serving.url());
    const std::string body = FakeProvider::body_of(webhook) + body_more;
    return client.send("POST", "/callbacks/main", body, headers).status;
}

class RetellEngine : public ::testing::Test {
 protected:
    std::string place(const Serving& serving) {
        const auto ids = place_calls(serving.url(), 1, 1);
        EXPECT_TRUE(eventually(seconds(20), [&] { return fake_.dials().size() == 1; }));
        return ids[0];
    }

    json webhook() {
        const std::string provider_call_id = fake_.dials()[0].at("call");
        return fake_.webhook(
            {{"call", provider_call_id}, {"event", "ended"}, {"secret", "s3cret"}});
    }

    void set_outcome(const std::string& outcome) {
        fake_.set_outcome(fake_.dials()[0].at("call"), outcome);
    }

    /// The preset that is shipped, as a user's own with a shorter wait.
    std::string preset_file() {
        std::ifstream shipped(EBRA_SOURCE "/plugins/provider-http/presets/retell.toml");
        std::string text((std::istreambuf_iterator<char>(shipped)), {});
        const std::string key = "visibility_delay_ms = ";
        const std::size_t at = text.find(key) + key.size();
        text.replace(at, text.find('\n', at) - at, "500");
        const std::string path = (folder_.path() / "my_retell.toml").string();
        std::ofstream(path) << text;
        return path;
    }

    TemporaryFolder folder_;
    FakeProvider fake_;
    const std::string options_ =
        "{ preset_file = \"" + preset_file() + "\", api_key = \"the-api-key\", " +
        "from_number = \"+15550001111\", webhook_secret = \"s3cret\", base_url = \"" + fake_.url() +
        "/retell\" }";
};

TEST_F(RetellEngine, ASignedWebhookEndsTheCallAndATouchedOneDoesNothing) {
    const Serving serving(folder_.path(), options_);
    const std::string id = place(serving);
    set_outcome("busy");

    EXPECT_EQ(post(serving, webhook(), " "), 401);
    EXPECT_EQ(serving.call(id)["status"], "IN_PROGRESS");
    EXPECT_EQ(post(serving, webhook()), 200);
    EXPECT_EQ(post(serving, webhook()), 200);

    const json call = serving.call(id);
    EXPECT_EQ(call["status"], "FAILED") << call.dump();
    EXPECT_EQ(call["disposition"], "busy");
    EXPECT_EQ(call["attempts"], 1);
}

TEST_F(RetellEngine, ALostAnswerIsFoundByOurReferenceAndEndsByLookUp) {
    fake_.plan({{"fault", "close"}});
    const Serving serving(folder_.path(), options_, "start_timeout = \"1s\"\nquery_after = \"2s\"");
    const std::string id = place(serving);
    EXPECT_TRUE(eventually(seconds(20), [&] {
        return serving.call(id)["attemptState"] == "UNKNOWN";
    })) << serving.call(id).dump();
    set_outcome("completed");

    ASSERT_TRUE(serving.wait_until_all_ended(seconds(100))) << serving.call(id).dump();

    const json call = serving.call(id);
    EXPECT_EQ(call["status"], "COMPLETED") << call.dump();
    EXPECT_EQ(call["durationMs"], 42'000);
    EXPECT_EQ(fake_.dials().size(), 1u);
}

}  // namespace
}  // namespace ebra::integration
