// Webhooks as the vendors sign them, sent to the real `ebra`: touched anywhere they are answered
// 401 and change nothing; as they are they end the call. Only schemes without a time can be sent
// years later.
#include "http_service.hpp"
#include "load.hpp"
#include "serving.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using ebra::test::HttpService;
using ebra::test::ServedReply;
using ebra::test::SignedWebhook;
using ebra::test::WebhookVectors;
using nlohmann::json;
using std::chrono::seconds;

struct Sent {
    std::string vendor;
    std::string webhook;       ///< Its name among the vectors.
    int started_status = 201;  ///< What the vendor answers to a start, and with which id.
    json started;
};

std::vector<Sent> all_sent() {
    return {
        {"twilio",
         "completed, URL without query",
         201,
         {{"sid", "CA0123456789abcdef0123456789abcdef"}}},
        {"plivo",
         "completed, URL without query",
         201,
         {{"request_uuid", "0f5b7d2e-1c3a-4f6b-9d8e-7a6b5c4d3e2f"}}},
    };
}

std::ostream& operator<<(std::ostream& out, const Sent& sent) {
    return out << sent.vendor;
}

class VectorEngine : public ::testing::TestWithParam<Sent> {
 protected:
    VectorEngine()
        : vendor_([](const auto&) {
              ServedReply reply;
              reply.status = GetParam().started_status;
              reply.body = GetParam().started.dump();
              return reply;
          }) {
        const auto all = ebra::test::webhook_vectors();
        vectors_ = *std::find_if(all.begin(), all.end(), [](const WebhookVectors& one) {
            return one.name == GetParam().vendor;
        });
        webhook_ = *std::find_if(vectors_.webhooks.begin(), vectors_.webhooks.end(),
                                 [](const auto& one) { return one.name == GetParam().webhook; });
    }

    /// The options as a TOML table.
    std::string options() const {
        json all = vectors_.options;
        all["base_url"] = vendor_.url();
        all[vectors_.secret_option] = vectors_.secret;
        std::string made;
        for (const auto& [name, value] : all.items()) {
            made += (made.empty() ? "{ " : ", ") + name + " = " + value.dump();
        }
        return made + " }";
    }

    static long post(HttpClient& client, const SignedWebhook& webhook) {
        HttpClient::Headers headers;
        for (const auto& [name, value] : webhook.headers) headers.push_back(name + ": " + value);
        return client.send("POST", "/callbacks/main", webhook.body, headers).status;
    }

    /// Sends the webhook with each byte of the body, then of the signatures, touched in turn.
    void expect_touched_refused(HttpClient& client) {
        SignedWebhook touched = webhook_;
        for (char& byte : touched.body) {
            byte = static_cast<char>(byte ^ 1);
            ASSERT_EQ(post(client, touched), 401) << touched.body;
            byte = static_cast<char>(byte ^ 1);
        }
        for (auto& [name, value] : touched.headers) {
            const auto& counted = vectors_.signature_headers;
            if (std::find(counted.begin(), counted.end(), name) == counted.end()) continue;
            for (char& byte : value) {
                byte = static_cast<char>(byte ^ 1);
                ASSERT_EQ(post(client, touched), 401) << name << ": " << value;
                byte = static_cast<char>(byte ^ 1);
            }
        }
    }

    HttpService vendor_;
    WebhookVectors vectors_;
    SignedWebhook webhook_;
    TemporaryFolder folder_;
};

TEST_P(VectorEngine, TouchedAnywhereIs401AndChangesNothing) {
    const Serving serving(folder_.path(), options(), "",
                          {.http = "public_url = \"https://calls.example.com\""});
    const std::string id = place_calls(serving.url(), 1, 1).at(0);
    ASSERT_TRUE(
        eventually(seconds(20), [&] { return serving.call(id)["attemptState"] == "PLACED"; }))
        << serving.call(id).dump() << serving.errors();
    const json before = serving.call(id);
    HttpClient client(serving.url());

    expect_touched_refused(client);

    EXPECT_EQ(serving.call(id), before);
    EXPECT_EQ(post(client, webhook_), 200);
    const json after = serving.call(id);
    EXPECT_EQ(after["status"], "COMPLETED") << after.dump();
    EXPECT_EQ(after["durationMs"], webhook_.expect.at("duration_ms"));
}

INSTANTIATE_TEST_SUITE_P(Vendors, VectorEngine, ::testing::ValuesIn(all_sent()),
                         [](const auto& given) { return given.param.vendor; });

}  // namespace
}  // namespace ebra::integration
