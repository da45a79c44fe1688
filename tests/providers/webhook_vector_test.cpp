// Webhooks as the vendors' own libraries sign them, through the shipped presets: each is accepted
// and means what the vendor meant; nothing that was touched, is out of its time or is under another
// secret gets through.
#include "provider_face.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace ebra::provider_http::test {
namespace {

using ebra::test::SignedWebhook;
using ebra::test::WebhookVectors;
using nlohmann::json;

const std::map<std::string, std::int32_t> kKinds = {{"accepted", EBRA_EVENT_ACCEPTED},
                                                    {"ringing", EBRA_EVENT_RINGING},
                                                    {"answered", EBRA_EVENT_ANSWERED},
                                                    {"ended", EBRA_EVENT_ENDED},
                                                    {"enriched", EBRA_EVENT_ENRICHED}};
const std::map<std::string, std::int32_t> kDispositions = {
    {"answered", EBRA_DISPOSITION_ANSWERED},   {"voicemail", EBRA_DISPOSITION_VOICEMAIL},
    {"no_answer", EBRA_DISPOSITION_NO_ANSWER}, {"busy", EBRA_DISPOSITION_BUSY},
    {"declined", EBRA_DISPOSITION_DECLINED},   {"provider_fault", EBRA_DISPOSITION_PROVIDER_FAULT}};

void expect_event(const SeenEvent& event, const json& expect) {
    EXPECT_EQ(event.kind, kKinds.at(expect.at("kind")));
    EXPECT_EQ(event.verified, expect.value("verified", true) ? 1 : 0);
    EXPECT_EQ(event.provider_call_id, expect.at("id"));
    EXPECT_NE(event.dedup_key, "");
    if (expect.contains("disposition")) {
        EXPECT_EQ(event.disposition, kDispositions.at(expect["disposition"])) << event.reason;
    }
    const auto expect_if_said = [&](const char* name, const json& seen) {
        EXPECT_EQ(expect.contains(name) ? seen : json(), expect.value(name, json())) << name;
    };
    expect_if_said("reference", event.reference);
    expect_if_said("duration_ms", event.duration_ms);
    expect_if_said("cost_micros", event.cost_micros);
    expect_if_said("recording", event.recording_url);
}

class WebhookVectorsOf : public ::testing::TestWithParam<WebhookVectors> {
 protected:
    static json with_secret(const json& secret) {
        json options = GetParam().options;
        options[GetParam().secret_option] = secret;
        return options;
    }

    GivenWebhook given(const SignedWebhook& webhook) const {
        GivenWebhook made;
        made.url = webhook.url;
        made.headers = webhook.headers;
        made.body = webhook.body;
        made.now = GetParam().now;
        return made;
    }

    /// Those under the secret that is valid now.
    std::vector<SignedWebhook> current() const {
        std::vector<SignedWebhook> made = GetParam().webhooks;
        std::erase_if(made, [](const auto& one) { return one.is_under_next_secret; });
        return made;
    }

    static void expect_refused(const WebhookReading& reading) {
        ASSERT_EQ(reading.status, EBRA_UNAUTHENTICATED);
        ASSERT_TRUE(reading.events.empty());
    }

    ProviderFace provider_{with_secret(GetParam().secret)};
};

TEST_P(WebhookVectorsOf, AreAcceptedAndMeanWhatTheVendorMeant) {
    ASSERT_EQ(provider_.status(), EBRA_OK) << provider_.message();
    for (const SignedWebhook& webhook : current()) {
        SCOPED_TRACE(webhook.name + ", by " + GetParam().signed_by);
        const WebhookReading reading = provider_.webhook(given(webhook));

        ASSERT_EQ(reading.status, EBRA_OK) << provider_.message();
        ASSERT_EQ(reading.events.size(), 1u);
        expect_event(reading.events[0], webhook.expect);
    }
}

TEST_P(WebhookVectorsOf, WithOneByteOfTheBodyTouchedAreRefused) {
    for (const SignedWebhook& webhook : current()) {
        GivenWebhook touched = given(webhook);
        for (char& byte : touched.body) {
            SCOPED_TRACE(webhook.name + ", byte " + std::to_string(&byte - touched.body.data()));
            byte = static_cast<char>(byte ^ 1);
            const WebhookReading reading = provider_.webhook(touched);
            byte = static_cast<char>(byte ^ 1);
            if (GetParam().covers_body) {
                expect_refused(reading);
            } else {
                for (const SeenEvent& event : reading.events) ASSERT_EQ(event.verified, 0);
            }
            if (HasFatalFailure()) return;
        }
        if (!GetParam().covers_body) continue;
        touched.body += '0';
        expect_refused(provider_.webhook(touched));
        touched.body.clear();
        expect_refused(provider_.webhook(touched));
    }
}

TEST_P(WebhookVectorsOf, WithOneByteOfTheSignatureTouchedAreRefused) {
    std::size_t touched_count = 0;
    for (const SignedWebhook& webhook : current()) {
        GivenWebhook touched = given(webhook);
        for (auto& [name, value] : touched.headers) {
            const auto& counted = GetParam().signature_headers;
            if (std::find(counted.begin(), counted.end(), name) == counted.end()) continue;
            for (char& byte : value) {
                SCOPED_TRACE(webhook.name + ", " + name + " " + value);
                for (const int flip : {1, 0x20}) {
                    byte = static_cast<char>(byte ^ flip);
                    expect_refused(provider_.webhook(touched));
                    if (HasFatalFailure()) return;
                    byte = static_cast<char>(byte ^ flip);
                }
                ++touched_count;
            }
        }
    }
    EXPECT_GT(touched_count, 0u);
}

TEST_P(WebhookVectorsOf, WithoutTheirSignatureAreRefused) {
    const GivenWebhook whole = given(current().front());
    for (const std::string& name : GetParam().signature_headers) {
        GivenWebhook without = whole;
        std::erase_if(without.headers, [&](const auto& header) { return header.first == name; });
        ASSERT_LT(without.headers.size(), whole.headers.size());
        expect_refused(provider_.webhook(without));
    }
}

TEST_P(WebhookVectorsOf, AreRefusedOutsideTheirTime) {
    for (const SignedWebhook& webhook : current()) {
        GivenWebhook moved = given(webhook);
        if (GetParam().tolerance_ms == 0) {
            moved.now += 86'400'000;
            EXPECT_EQ(provider_.webhook(moved).status, EBRA_OK) << "the scheme has no time";
            continue;
        }
        moved.now = GetParam().now + GetParam().tolerance_ms - 1'000;
        EXPECT_EQ(provider_.webhook(moved).status, EBRA_OK) << webhook.name;
        moved.now = GetParam().now + GetParam().tolerance_ms + 1'000;
        expect_refused(provider_.webhook(moved));
        moved.now = GetParam().now - GetParam().tolerance_before_ms + 1'000;
        EXPECT_EQ(provider_.webhook(moved).status, EBRA_OK) << webhook.name;
        moved.now = GetParam().now - GetParam().tolerance_before_ms - 1'000;
        expect_refused(provider_.webhook(moved));
    }
}

TEST_P(WebhookVectorsOf, UnderAnotherSecretAreRefused) {
    ProviderFace stranger(with_secret(GetParam().next_secret));
    ASSERT_EQ(stranger.status(), EBRA_OK) << stranger.message();

    for (const SignedWebhook& webhook : GetParam().webhooks) {
        const WebhookReading reading = stranger.webhook(given(webhook));
        if (webhook.is_under_next_secret) {
            EXPECT_EQ(reading.status, EBRA_OK) << webhook.name;
        } else {
            expect_refused(reading);
        }
    }
}

TEST_P(WebhookVectorsOf, AreAcceptedUnderEitherSecretWhileOneIsReplaced) {
    const std::string third = GetParam().secret_option == "public_key"
                                  ? "/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU="
                                  : "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";
    const json both = {GetParam().secret, GetParam().next_secret};
    const json turned = {GetParam().next_secret, GetParam().secret};
    for (const json& secrets : {both, turned}) {
        ProviderFace replacing(with_secret(secrets));
        ASSERT_EQ(replacing.status(), EBRA_OK) << replacing.message();
        for (const SignedWebhook& webhook : GetParam().webhooks) {
            EXPECT_EQ(replacing.webhook(given(webhook)).status, EBRA_OK) << webhook.name;
        }
    }
    ProviderFace replaced(with_secret(json{third}));
    ASSERT_EQ(replaced.status(), EBRA_OK) << replaced.message();
    for (const SignedWebhook& webhook : GetParam().webhooks) {
        expect_refused(replaced.webhook(given(webhook)));
    }
}

INSTANTIATE_TEST_SUITE_P(Vendors, WebhookVectorsOf,
                         ::testing::ValuesIn(ebra::test::webhook_vectors()),
                         [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ebra::provider_http::test
