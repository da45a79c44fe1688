// Webhooks from anyone: whatever comes, nothing is thrown, nothing is believed, and nothing takes
// long.
#include "preset_files.hpp"
#include "provider_face.hpp"

#include <gtest/gtest.h>
#include <random>

namespace ebra::provider_http::test {
namespace {

constexpr int kRounds = 2'000;
constexpr std::uint64_t kSeed = 20'240'601;

nlohmann::json options_of(const std::string& preset) {
    return {{"preset", preset}, {"preset_dir", ""}, {"base_url", "http://127.0.0.1:1"}};
}

/// Options with everything any preset may require.
nlohmann::json full_options(const std::string& preset) {
    nlohmann::json options = options_of(preset);
    for (const std::string& problem : problems_of(options)) {
        const std::string key = problem.substr(1, problem.find(' ') - 1);
        options[key] =
            key == "public_key" ? "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" : "a-secret-value";
    }
    return options;
}

class HostileWebhook : public ::testing::TestWithParam<std::string> {
 protected:
    HostileWebhook() : provider_(full_options(GetParam())) {
        EXPECT_EQ(provider_.status(), EBRA_OK) << provider_.message();
    }

    std::string text(std::size_t size_max) {
        std::string made(random_() % (size_max + 1), ' ');
        for (char& byte : made) byte = static_cast<char>(random_());
        return made;
    }

    /// Something that looks a little like what the scheme wants.
    std::string header_value() {
        static const std::vector<std::string> kPieces = {"t=",
                                                         "v0=",
                                                         "v1=",
                                                         "v=",
                                                         "d=",
                                                         ",",
                                                         "=",
                                                         ".",
                                                         " ",
                                                         "1700000000",
                                                         "1700000000000",
                                                         "deadbeef",
                                                         "AAAA",
                                                         "eyJhbGciOiJIUzI1NiJ9",
                                                         "eyJhbGciOiJub25lIn0",
                                                         "e30",
                                                         "-",
                                                         "9999999999999999999"};
        std::string made;
        for (std::uint64_t left = random_() % 8; left > 0; --left) {
            made += random_() % 4 == 0 ? text(20) : kPieces[random_() % kPieces.size()];
        }
        return made;
    }

    bool is_signed() const { return GetParam() != "bolna" && GetParam() != "millis"; }

    ProviderFace provider_;
    std::mt19937_64 random_{kSeed};
};

TEST_P(HostileWebhook, OfRandomBytesIsNeverBelieved) {
    for (int round = 0; round < kRounds; ++round) {
        GivenWebhook webhook;
        webhook.url =
            random_() % 3 == 0 ? text(60) : "https://ebra.example.com/callbacks/x?ref=a.1";
        webhook.body =
            random_() % 2 == 0 ? text(300) : R"({"call":{"call_id":"x"},"status":"busy"})";
        webhook.now = 1'700'000'000'000;
        for (const char* name :
             {"x-signature", "x-timestamp", "X-Retell-Signature", "X-Webhook-Signature",
              "ElevenLabs-Signature", "X-Twilio-Signature", "telnyx-signature-ed25519",
              "telnyx-timestamp", "X-Plivo-Signature-V3", "X-Plivo-Signature-V3-Nonce",
              "Authorization", "Jambonz-Signature", "Synthflow-Signature"}) {
            if (random_() % 5 != 0) webhook.headers.emplace_back(name, header_value());
        }
        const WebhookReading reading = provider_.webhook(webhook);
        if (is_signed()) {
            ASSERT_EQ(reading.status, EBRA_UNAUTHENTICATED)
                << "seed " << kSeed << " round " << round;
        }
        for (const SeenEvent& event : reading.events) ASSERT_EQ(event.verified, 0);
    }
}

TEST_P(HostileWebhook, OfAMegabyteOrATowerOfBracketsIsRefused) {
    for (const std::string& body : {std::string(1 << 20, 'x'), std::string(1 << 20, '['),
                                    std::string(1 << 20, '&'), std::string(1 << 20, '%')}) {
        GivenWebhook webhook;
        webhook.body = body;
        EXPECT_NE(provider_.webhook(webhook).status, EBRA_OK);
    }
}

INSTANTIATE_TEST_SUITE_P(Presets, HostileWebhook,
                         ::testing::Values("vapi", "retell", "bland", "elevenlabs", "twilio",
                                           "telnyx", "plivo", "livekit", "jambonz", "synthflow",
                                           "bolna", "millis"),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace ebra::provider_http::test
