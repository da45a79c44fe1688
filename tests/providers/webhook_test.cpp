// Webhooks of each preset, signed by the fake after the vendor's documents: what they are taken
// for, and that nothing that was touched, is old or is signed by another gets through.
#include "fake_process.hpp"
#include "provider_face.hpp"
#include "vendors.hpp"

#include <array>
#include <gtest/gtest.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::FakeProvider;
using nlohmann::json;

constexpr std::int64_t kDurationMs = 42'000;
constexpr std::int64_t kCostMicros = 170'000;
constexpr const char* kRecording = "https://recordings.example.com/1.mp3";
/// Older than any scheme allows.
constexpr int kOldS = 4'000;

GivenWebhook webhook_of(const json& signed_webhook) {
    GivenWebhook made;
    made.url = signed_webhook.at("url");
    made.body = FakeProvider::body_of(signed_webhook);
    made.now = signed_webhook.at("now_ms");
    for (const auto& [name, value] : signed_webhook.at("headers").items()) {
        made.headers.emplace_back(name, value);
    }
    return made;
}

class Webhooks : public ::testing::TestWithParam<Vendor> {
 protected:
    Webhooks() : provider_(with_url()) {
        EXPECT_EQ(provider_.status(), EBRA_OK) << provider_.message();
    }

    json with_url() const {
        json options = GetParam().options;
        options["base_url"] = fake_.url() + "/" + GetParam().name + GetParam().base_path;
        return options;
    }

    /// A call that ended so, and the webhook that says it.
    GivenWebhook ended(const std::string& outcome, json more = json::object()) {
        const SeenResult started = provider_.start();
        EXPECT_EQ(started.answer, EBRA_START_PLACED) << started.message;
        call_id_ = started.provider_call_id;
        fake_.set_outcome(call_id_, outcome);
        const bool is_talk = outcome == "completed" || outcome == "voicemail";
        more["call"] = call_id_;
        more["event"] = is_talk ? "ended" : GetParam().failure_event;
        if (!more.contains("secret")) more["secret"] = GetParam().signing_secret;
        more["url"] = "https://ebra.example.com/callbacks/x?ref=sealed.1";
        return webhook_of(fake_.webhook(more));
    }

    bool is_signed() const { return !GetParam().secret_option.empty(); }

    FakeProvider& fake_ = ebra::test::fresh_fake();
    ProviderFace provider_;
    std::string call_id_;
};

TEST_P(Webhooks, EachOutcomeIsTold) {
    for (const auto& [outcome, disposition] : GetParam().dispositions) {
        const WebhookReading reading = provider_.webhook(ended(outcome));

        ASSERT_EQ(reading.status, EBRA_OK) << outcome << ": " << provider_.message();
        ASSERT_EQ(reading.events.size(), 1u) << outcome;
        const SeenEvent& event = reading.events[0];
        EXPECT_EQ(event.kind, EBRA_EVENT_ENDED) << outcome;
        EXPECT_EQ(event.disposition, disposition) << outcome << ": " << event.reason;
        const bool is_completed =
            disposition == EBRA_DISPOSITION_ANSWERED || disposition == EBRA_DISPOSITION_VOICEMAIL;
        EXPECT_EQ(event.outcome, is_completed ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_FAILED);
        EXPECT_EQ(event.verified, GetParam().covers_body ? 1 : 0);
        EXPECT_EQ(event.provider_call_id, call_id_);
        EXPECT_EQ(event.reference, GetParam().knows_reference ? kReference : "");
        EXPECT_NE(event.dedup_key, "");
        EXPECT_NE(event.reason, "") << outcome;
    }
}

TEST_P(Webhooks, ACompletedCallBringsWhatTheVendorSays) {
    const WebhookReading reading = provider_.webhook(ended("completed"));

    ASSERT_EQ(reading.events.size(), 1u);
    const SeenEvent& event = reading.events[0];
    EXPECT_EQ(event.duration_ms, GetParam().says_duration ? kDurationMs : -1);
    EXPECT_EQ(event.cost_micros, GetParam().says_cost ? kCostMicros : -1);
    EXPECT_EQ(event.cost_currency, GetParam().says_cost ? "USD" : "");
    EXPECT_EQ(event.recording_url, GetParam().says_recording ? kRecording : "");
}

TEST_P(Webhooks, TheSameDeliveryHasTheSameKey) {
    const GivenWebhook webhook = ended("completed");

    const auto first = provider_.webhook(webhook).events.at(0).dedup_key;

    EXPECT_EQ(provider_.webhook(webhook).events.at(0).dedup_key, first);
}

TEST_P(Webhooks, EveryTouchedByteOfTheBodyIsRefused) {
    if (!GetParam().covers_body) GTEST_SKIP() << "the signature does not cover the body";
    const GivenWebhook webhook = ended("completed");
    ASSERT_EQ(provider_.webhook(webhook).status, EBRA_OK);

    for (std::size_t at = 0; at < webhook.body.size(); ++at) {
        GivenWebhook touched = webhook;
        touched.body[at] = static_cast<char>(touched.body[at] ^ 1);
        const WebhookReading reading = provider_.webhook(touched);
        ASSERT_EQ(reading.status, EBRA_UNAUTHENTICATED) << "byte " << at;
        ASSERT_TRUE(reading.events.empty());
    }
    GivenWebhook longer = webhook;
    longer.body += " ";
    EXPECT_EQ(provider_.webhook(longer).status, EBRA_UNAUTHENTICATED);
}

TEST_P(Webhooks, EveryTouchedByteOfTheSignatureIsRefused) {
    if (!is_signed()) GTEST_SKIP() << "not signed";
    const GivenWebhook webhook = ended("completed");
    for (std::size_t header = 0; header < webhook.headers.size(); ++header) {
        const std::string& value = webhook.headers[header].second;
        // Plivo's list begins with the signature under another token.
        const std::size_t comma = GetParam().name == "plivo" ? value.find(',') : std::string::npos;
        for (std::size_t at = comma == std::string::npos ? 0 : comma; at < value.size(); ++at) {
            for (const int flip : {1, 0x20}) {
                GivenWebhook touched = webhook;
                char& byte = touched.headers[header].second[at];
                byte = static_cast<char>(byte ^ flip);
                ASSERT_EQ(provider_.webhook(touched).status, EBRA_UNAUTHENTICATED)
                    << webhook.headers[header].first << " byte " << at << " in " << value;
            }
        }
    }
}

TEST_P(Webhooks, WithoutOrWithTwoSignaturesIsRefused) {
    if (!is_signed()) GTEST_SKIP() << "not signed";
    const GivenWebhook webhook = ended("completed");
    for (std::size_t header = 0; header < webhook.headers.size(); ++header) {
        GivenWebhook without = webhook;
        without.headers.erase(without.headers.begin() + static_cast<std::ptrdiff_t>(header));
        EXPECT_EQ(provider_.webhook(without).status, EBRA_UNAUTHENTICATED);
        GivenWebhook twice = webhook;
        twice.headers.push_back(twice.headers[header]);
        EXPECT_EQ(provider_.webhook(twice).status, EBRA_UNAUTHENTICATED);
        GivenWebhook empty = webhook;
        empty.headers[header].second.clear();
        EXPECT_EQ(provider_.webhook(empty).status, EBRA_UNAUTHENTICATED);
    }
}

TEST_P(Webhooks, AnotherSecretIsRefused) {
    if (!is_signed()) GTEST_SKIP() << "not signed";
    const std::string other(64, 'a');

    EXPECT_EQ(provider_.webhook(ended("completed", {{"secret", other}})).status,
              EBRA_UNAUTHENTICATED);
}

TEST_P(Webhooks, AnOldOneIsRefusedWhereTheSchemeHasATime) {
    if (!GetParam().has_time) GTEST_SKIP() << "the scheme has no time";

    EXPECT_EQ(provider_.webhook(ended("completed", {{"age_s", kOldS}})).status,
              EBRA_UNAUTHENTICATED);
    EXPECT_EQ(provider_.webhook(ended("completed", {{"age_s", -kOldS}})).status,
              EBRA_UNAUTHENTICATED);
}

TEST_P(Webhooks, WhileASecretIsReplacedEitherIsTaken) {
    if (!is_signed() || GetParam().name == "telnyx") GTEST_SKIP() << "not one shared secret";
    json options = with_url();
    options[GetParam().secret_option] = {GetParam().signing_secret, "the-next-secret"};
    ProviderFace replacing(options);
    ASSERT_EQ(replacing.status(), EBRA_OK) << replacing.message();

    EXPECT_EQ(replacing.webhook(ended("completed")).status, EBRA_OK);
    EXPECT_EQ(replacing.webhook(ended("completed", {{"secret", "the-next-secret"}})).status,
              EBRA_OK);
    EXPECT_EQ(replacing.webhook(ended("completed", {{"secret", "the-last-but-one"}})).status,
              EBRA_UNAUTHENTICATED);
}

TEST_P(Webhooks, WhatIsAuthenticButNotUnderstoodIsNoEvent) {
    GivenWebhook webhook;
    webhook.url = "https://ebra.example.com/callbacks/x";
    webhook.body = is_signed() ? "" : "no json";

    const WebhookReading reading = provider_.webhook(webhook);

    EXPECT_EQ(reading.status, is_signed() ? EBRA_UNAUTHENTICATED : EBRA_INVALID_ARGUMENT);
    EXPECT_TRUE(reading.events.empty());
}

TEST_P(Webhooks, WithoutASecretEachIsOnlyAHint) {
    json options = with_url();
    if (!is_signed() || options[GetParam().secret_option] == "the-api-key") {
        GTEST_SKIP() << "the secret is needed for requests too";
    }
    options.erase(GetParam().secret_option);
    EXPECT_EQ(ProviderFace(options).status(), EBRA_INVALID_ARGUMENT);
    options["unsigned_webhooks"] = true;
    ProviderFace hinted(options);
    ASSERT_EQ(hinted.status(), EBRA_OK) << hinted.message();

    const WebhookReading reading = hinted.webhook(ended("completed"));

    ASSERT_EQ(reading.events.size(), 1u);
    EXPECT_EQ(reading.events[0].verified, 0);
}

INSTANTIATE_TEST_SUITE_P(Presets, Webhooks, ::testing::ValuesIn(vendors()),
                         [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ebra::provider_http::test
