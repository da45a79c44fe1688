// Webhooks as the vendors' own libraries sign them, sent to the real `ebra`: touched anywhere they
// are answered 401, as they are they are believed. Where a scheme has a time, the server's wall
// clock is set to when they were signed.
#include "http_service.hpp"
#include "load.hpp"
#include "serving.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <ctime>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using ebra::test::HttpService;
using ebra::test::ServedReply;
using ebra::test::SignedWebhook;
using ebra::test::WebhookVectors;
using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kPublicUrl = "public_url = \"https://calls.example.com\"";

std::string options_of(const WebhookVectors& vectors, const std::string& base_url) {
    json all = vectors.options;
    all["base_url"] = base_url;
    all[vectors.secret_option] = vectors.secret;
    return toml_of(all);
}

long post(HttpClient& client, const SignedWebhook& webhook) {
    HttpClient::Headers headers;
    for (const auto& [name, value] : webhook.headers) headers.push_back(name + ": " + value);
    return client.send("POST", "/callbacks/main", webhook.body, headers).status;
}

/// Sends the webhook with each byte of the body, then of the signatures, touched in turn.
void expect_touched_refused(HttpClient& client, const WebhookVectors& vectors,
                            SignedWebhook touched) {
    for (char& byte : touched.body) {
        byte = static_cast<char>(byte ^ 1);
        ASSERT_EQ(post(client, touched), 401) << touched.body;
        byte = static_cast<char>(byte ^ 1);
    }
    for (auto& [name, value] : touched.headers) {
        const auto& counted = vectors.signature_headers;
        if (std::find(counted.begin(), counted.end(), name) == counted.end()) continue;
        for (char& byte : value) {
            byte = static_cast<char>(byte ^ 1);
            ASSERT_EQ(post(client, touched), 401) << name << ": " << value;
            byte = static_cast<char>(byte ^ 1);
        }
    }
}

struct Sent {
    std::string vendor;
    json started;  ///< What the vendor answers to a start, with the webhook's id.
};

std::ostream& operator<<(std::ostream& out, const Sent& sent) {
    return out << sent.vendor;
}

class VectorEngine : public ::testing::TestWithParam<Sent> {
 protected:
    VectorEngine()
        : vendor_([](const auto&) {
              ServedReply reply;
              reply.status = 201;
              reply.body = GetParam().started.dump();
              return reply;
          }) {
        const auto all = ebra::test::webhook_vectors();
        vectors_ = *std::find_if(all.begin(), all.end(), [](const WebhookVectors& one) {
            return one.name == GetParam().vendor;
        });
        webhook_ = *std::find_if(
            vectors_.webhooks.begin(), vectors_.webhooks.end(),
            [](const auto& one) { return one.name == "completed, URL without query"; });
    }

    HttpService vendor_;
    WebhookVectors vectors_;
    SignedWebhook webhook_;
    TemporaryFolder folder_;
};

TEST_P(VectorEngine, TouchedAnywhereIs401AndChangesNothing) {
    const Serving serving(folder_.path(), options_of(vectors_, vendor_.url()), "",
                          {.http = kPublicUrl});
    const std::string id = place_calls(serving.url(), 1, 1).at(0);
    ASSERT_TRUE(
        eventually(seconds(20), [&] { return serving.call(id)["attemptState"] == "PLACED"; }))
        << serving.call(id).dump() << serving.errors();
    const json before = serving.call(id);
    HttpClient client(serving.url());

    expect_touched_refused(client, vectors_, webhook_);

    EXPECT_EQ(serving.call(id), before);
    EXPECT_EQ(post(client, webhook_), 200);
    const json after = serving.call(id);
    EXPECT_EQ(after["status"], "COMPLETED") << after.dump();
    EXPECT_EQ(after["durationMs"], webhook_.expect.at("duration_ms"));
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, VectorEngine,
    ::testing::Values(Sent{"twilio", {{"sid", "CA0123456789abcdef0123456789abcdef"}}},
                      Sent{"plivo", {{"request_uuid", "0f5b7d2e-1c3a-4f6b-9d8e-7a6b5c4d3e2f"}}}),
    [](const auto& given) { return given.param.vendor; });

std::vector<WebhookVectors> with_a_time() {
    std::vector<WebhookVectors> all = ebra::test::webhook_vectors();
    std::erase_if(all, [](const WebhookVectors& one) { return one.tolerance_ms == 0; });
    return all;
}

class TimedVectorEngine : public ::testing::TestWithParam<WebhookVectors> {
 protected:
    /// A server whose wall clock is `late_ms` after the moment of the signatures.
    Serving serving_at(std::int64_t late_ms) const {
        const std::int64_t shift_s = (GetParam().now + late_ms) / 1'000 - std::time(nullptr);
        return {folder_.path(),
                options_of(GetParam(), "http://127.0.0.1:1"),
                "",
                {.http = kPublicUrl,
                 .environment = {"LD_PRELOAD=" EBRA_SHIFTED_CLOCK,
                                 "SHIFT_S=" + std::to_string(shift_s)}}};
    }

    TemporaryFolder folder_;
};

TEST_P(TimedVectorEngine, TouchedAnywhereIs401WhileItIsFresh) {
    const Serving serving = serving_at(0);
    HttpClient client(serving.url());

    expect_touched_refused(client, GetParam(), GetParam().webhooks.front());

    for (const SignedWebhook& webhook : GetParam().webhooks) {
        if (webhook.is_under_next_secret) continue;
        EXPECT_EQ(post(client, webhook), 404)
            << webhook.name << ": authentic, and about a call that is not here";
    }
}

TEST_P(TimedVectorEngine, OnceItIsOldItIs401) {
    const Serving serving = serving_at(GetParam().tolerance_ms + 60'000);
    HttpClient client(serving.url());

    for (const SignedWebhook& webhook : GetParam().webhooks) {
        EXPECT_EQ(post(client, webhook), 401) << webhook.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Vendors, TimedVectorEngine, ::testing::ValuesIn(with_a_time()),
                         [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ebra::integration
