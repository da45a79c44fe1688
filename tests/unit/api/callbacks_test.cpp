#include "api_fixture.hpp"
#include "digest.hpp"

#include <prometheus/text_serializer.h>

namespace ebra {
namespace {

using testing::kId;
using testing::kJson;
using testing::some_call;

constexpr const char* kPath = "/callbacks/call-status";
constexpr const char* kCallbackBody = R"({"callId":"x","status":"COMPLETED"})";

class CallbackRoutesTest : public testing::ApiFixture {
 protected:
    CallbackAnswer answer(CallbackAnswer::Kind kind, std::optional<Call> call = std::nullopt) {
        CallbackAnswer made;
        made.kind = kind;
        made.call = std::move(call);
        return made;
    }
};

TEST_F(CallbackRoutesTest, AnswersWhatBecameOfIt) {
    fake_.callback_answer = answer(CallbackAnswer::Kind::kApplied, some_call());
    const auto applied = post(kPath, kCallbackBody);
    EXPECT_EQ(applied.status, 200);
    EXPECT_EQ(applied.json()["applied"], true);
    EXPECT_EQ(applied.json()["id"], kId);
    EXPECT_EQ(applied.json()["status"], "PENDING");

    fake_.callback_answer = answer(CallbackAnswer::Kind::kRecorded, some_call());
    EXPECT_EQ(post(kPath, kCallbackBody).status, 200);
    EXPECT_EQ(post(kPath, kCallbackBody).json()["applied"], false);

    fake_.callback_answer = answer(CallbackAnswer::Kind::kKept);
    const auto kept = post(kPath, kCallbackBody);
    EXPECT_EQ(kept.status, 202);
    EXPECT_EQ(kept.json()["applied"], false);
    EXPECT_EQ(kept.json()["kept"], true);
    EXPECT_EQ(kept.json()["id"], nullptr);
}

TEST_F(CallbackRoutesTest, AnswersTheEnginesErrorsByTheContract) {
    for (const auto& [code, status] :
         std::vector<std::pair<ErrorCode, int>>{{ErrorCode::kNotFound, 404},
                                                {ErrorCode::kConflict, 409},
                                                {ErrorCode::kUnauthenticated, 401},
                                                {ErrorCode::kUnavailable, 503}}) {
        fake_.callback_answer = Error{code, "so it is", 2'000};

        const auto made = post(kPath, kCallbackBody);

        EXPECT_EQ(made.status, status);
        EXPECT_EQ(made.header("Retry-After"), status == 503 ? "2" : "");
    }
}

TEST_F(CallbackRoutesTest, SaysWhichDetailsItLeftOut) {
    const auto made =
        post(kPath, R"({"callId":"x","status":"FAILED","completedAt":"soon","durationSec":-1})");

    EXPECT_EQ(made.status, 200);
    EXPECT_EQ(made.json()["ignored"].size(), 2u);
    EXPECT_EQ(post(kPath, kCallbackBody).json().contains("ignored"), false);
}

TEST_F(CallbackRoutesTest, WithASecret_DemandsASignatureBeforeItParses) {
    settings_.http.callback_secret = "s3cret";

    EXPECT_EQ(post(kPath, kCallbackBody).status, 401);
    EXPECT_EQ(post(kPath, "{").status, 401) << "an unsigned body is not even looked at";
    EXPECT_EQ(post(std::string(kPath) + "?ref=a.1.beef", kCallbackBody).status, 401)
        << "a reference is no substitute";
    EXPECT_TRUE(fake_.callbacks.empty());
    const auto sign = [](const std::string& body) {
        return testing::Headers{kJson[0],
                                {"X-Signature", "sha256=" + to_hex(hmac_sha256("s3cret", body))}};
    };
    EXPECT_EQ(post(kPath, kCallbackBody, sign(kCallbackBody)).status, 200);
    EXPECT_EQ(post(kPath, "{", sign("{")).status, 400);
    EXPECT_EQ(post(kPath, kCallbackBody, sign("other")).status, 401);
    EXPECT_EQ(fake_.callbacks.size(), 1u);
}

TEST_F(CallbackRoutesTest, MakesTheSignedWebhookIdTheDeduplicationKey) {
    settings_.http.callback_secret = "s3cret";
    const std::string time = std::to_string(kNowMs / 1'000);
    const Digest mac = hmac_sha256("s3cret", "msg_1." + time + "." + kCallbackBody);
    // Base64 by hand: the decoder under test is not asked to vouch for itself.
    std::string base64;
    const std::string bytes(mac.begin(), mac.end());
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < 33; at += 3) {
        const auto byte = [&](std::size_t i) {
            return i < 32 ? static_cast<unsigned char>(bytes[i]) : 0u;
        };
        const unsigned word = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        for (int shift = 18; shift >= 0; shift -= 6) base64 += kDigits[(word >> shift) & 63];
    }
    base64.back() = '=';

    const auto made = post(kPath, kCallbackBody,
                           {kJson[0],
                            {"webhook-id", "msg_1"},
                            {"webhook-timestamp", time},
                            {"webhook-signature", "v1," + base64}});

    EXPECT_EQ(made.status, 200) << made.body;
    ASSERT_EQ(fake_.callbacks.size(), 1u);
    EXPECT_EQ(fake_.callbacks[0].dedup_key, "msg_1");
}

TEST_F(CallbackRoutesTest, TrustsNoUnsignedWebhookId) {
    (void)post(kPath, kCallbackBody, {kJson[0], {"webhook-id", "msg_1"}});

    EXPECT_EQ(fake_.callbacks.at(0).dedup_key, "");
}

TEST_F(CallbackRoutesTest, CountsRefusedSignaturesByReasonAndTellsNobodyWhy) {
    settings_.http.callback_secret = "s3cret";
    const auto missing = post(kPath, kCallbackBody);
    const auto wrong =
        post(kPath, kCallbackBody, {kJson[0], {"X-Signature", std::string(64, '0')}});

    EXPECT_EQ(missing.body, wrong.body);
    const std::string text =
        prometheus::TextSerializer().Serialize(fake_.metrics.registry->Collect());
    EXPECT_NE(text.find("signatures_refused_total{reason=\"missing\"} 1"), std::string::npos)
        << text;
    EXPECT_NE(text.find("signatures_refused_total{reason=\"mismatch\"} 1"), std::string::npos);
}

TEST_F(CallbackRoutesTest, NeedsNoApiKey) {
    settings_.http.api_key = "key";

    EXPECT_EQ(post(kPath, kCallbackBody).status, 200);
    EXPECT_EQ(post("/callbacks/main", "x", {}).status, 200);
}

TEST_F(CallbackRoutesTest, HandsAProvidersWebhookOnUntouched) {
    settings_.http.callback_secret = "s3cret";
    const std::string body("\0\xFF{not json", 11);

    const auto made = ask("POST", "/callbacks/main?ref=a.1.beef&x=%41+b", body,
                          {{"X-Twilio-Signature", "abc"}, {"X-Two", "1"}, {"X-Two", "2"}});

    EXPECT_EQ(made.status, 200);
    ASSERT_EQ(fake_.webhooks.size(), 1u);
    const ProviderWebhook& webhook = fake_.webhooks[0];
    EXPECT_EQ(webhook.provider, "main");
    EXPECT_EQ(webhook.ref, "a.1.beef");
    EXPECT_EQ(webhook.method, "POST");
    EXPECT_EQ(webhook.url, "https://calls.example.com/callbacks/main?ref=a.1.beef&x=%41+b");
    EXPECT_EQ(webhook.body, body);
    EXPECT_EQ(webhook.peer, "127.0.0.1:5000");
    EXPECT_EQ(std::count(webhook.headers.begin(), webhook.headers.end(),
                         std::pair<std::string, std::string>("X-Two", "2")),
              1);
    EXPECT_EQ(get("/callbacks/main").status, 200);
    EXPECT_EQ(fake_.webhooks[1].method, "GET");
}

TEST_F(CallbackRoutesTest, AnswersAsTheProvidersPluginWants) {
    CallbackAnswer made = answer(CallbackAnswer::Kind::kApplied, some_call());
    made.reply_status = 204;
    fake_.callback_answer = made;
    EXPECT_EQ(post("/callbacks/main", "x").status, 204);

    made.reply_status = 200;
    made.reply_content_type = "text/xml";
    made.reply_body = "<Response/>";
    fake_.callback_answer = made;
    EXPECT_EQ(post("/callbacks/main", "x").body, "<Response/>");
    EXPECT_EQ(post("/callbacks/main", "x").content_type, "text/xml");

    made.reply_status = 7;
    fake_.callback_answer = made;
    EXPECT_EQ(post("/callbacks/main", "x").json()["applied"], true) << "an impossible status";

    fake_.callback_answer = Error{ErrorCode::kNotFound, "no provider of that name takes webhooks"};
    EXPECT_EQ(post("/callbacks/nobody", "x").status, 404);
}

}  // namespace
}  // namespace ebra
