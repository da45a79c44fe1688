// Webhooks signed at the time of the test, by the fake and after the vendors' documents, sent to
// the real `ebra`: touched anywhere, old, or under another secret they are answered 401 and the
// call they are about stays as it was; as they are they end it.
#include "fake_process.hpp"
#include "load.hpp"
#include "serving.hpp"
#include "vendors.hpp"

#include <gtest/gtest.h>

namespace ebra::integration {
namespace {

using ebra::provider_http::test::Vendor;
using ebra::provider_http::test::vendors;
using ebra::test::FakeProvider;
using nlohmann::json;
using std::chrono::seconds;

/// Older than any scheme allows.
constexpr int kOldS = 4'000;

struct Webhook {
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

long post(HttpClient& client, const Webhook& webhook) {
    HttpClient::Headers headers;
    for (const auto& [name, value] : webhook.headers) headers.push_back(name + ": " + value);
    return client.send("POST", webhook.target, webhook.body, headers).status;
}

std::vector<Vendor> whose_body_is_signed() {
    std::vector<Vendor> made = vendors();
    std::erase_if(made, [](const Vendor& vendor) {
        return vendor.secret_option.empty() || !vendor.covers_body;
    });
    return made;
}

class TamperedEngine : public ::testing::TestWithParam<Vendor> {
 protected:
    std::string options() const {
        json all = GetParam().options;
        all["base_url"] = fake_.url() + "/" + GetParam().name + GetParam().base_path;
        return toml_of(all);
    }

    /// That the only call has completed, signed now.
    Webhook ended(json more = json::object()) const {
        const std::string call = fake_.dials().at(0).at("call");
        fake_.set_outcome(call, "completed");
        more["call"] = call;
        if (!more.contains("secret")) more["secret"] = GetParam().signing_secret;
        const json made = fake_.webhook(more);
        Webhook webhook;
        const std::string url = made.at("url");
        const std::size_t path = url.find("/callbacks/");
        webhook.target = path == std::string::npos ? "/callbacks/main" : url.substr(path);
        for (const auto& [name, value] : made.at("headers").items()) {
            webhook.headers.emplace_back(name, value);
        }
        webhook.body = FakeProvider::body_of(made);
        return webhook;
    }

    static void expect_touched_refused(HttpClient& client, Webhook touched) {
        for (char& byte : touched.body) {
            byte = static_cast<char>(byte ^ 1);
            ASSERT_EQ(post(client, touched), 401) << touched.body;
            byte = static_cast<char>(byte ^ 1);
        }
        for (auto& [name, value] : touched.headers) {
            // Plivo's list begins with the signature under another token.
            const std::size_t comma = GetParam().name == "plivo" ? value.find(',') : 0;
            for (std::size_t at = comma < value.size() ? comma : 0; at < value.size(); ++at) {
                value[at] = static_cast<char>(value[at] ^ 1);
                ASSERT_EQ(post(client, touched), 401) << name << ": " << value;
                value[at] = static_cast<char>(value[at] ^ 1);
            }
        }
    }

    FakeProvider fake_;
    TemporaryFolder folder_;
    const Serving serving_{
        folder_.path(), options(), "", {.http = "public_url = \"https://calls.example.com\""}};
};

TEST_P(TamperedEngine, ATouchedWebhookIs401AndChangesNothing) {
    const std::string id = place_calls(serving_.url(), 1, 1).at(0);
    ASSERT_TRUE(
        eventually(seconds(20), [&] { return serving_.call(id)["attemptState"] == "PLACED"; }))
        << serving_.call(id).dump() << serving_.errors();
    const json before = serving_.call(id);
    HttpClient client(serving_.url());

    expect_touched_refused(client, ended());
    EXPECT_EQ(post(client, ended({{"secret", std::string(64, 'a')}})), 401);
    if (GetParam().has_time) {
        EXPECT_EQ(post(client, ended({{"age_s", kOldS}})), 401);
        EXPECT_EQ(post(client, ended({{"age_s", -kOldS}})), 401);
    }

    EXPECT_EQ(serving_.call(id), before);
    EXPECT_EQ(post(client, ended()), 200);
    EXPECT_EQ(serving_.call(id)["status"], "COMPLETED") << serving_.call(id).dump();
}

INSTANTIATE_TEST_SUITE_P(Vendors, TamperedEngine, ::testing::ValuesIn(whose_body_is_signed()),
                         [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ebra::integration
