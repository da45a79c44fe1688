#include "listener.hpp"
#include "signature.hpp"
#include "sim_face.hpp"

#include <algorithm>
#include <ctime>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace ebra::sim::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

class WebhookTest : public ::testing::Test {
 protected:
    /// Calls of a few milliseconds, told at once.
    json quick(json more = json::object()) const {
        json options = {{"auto_callback", true},
                        {"callback_delay_sec", 0},
                        {"ring_ms", 1},
                        {"talk_ms", 2},
                        {"ledger", folder_.ledger()}};
        options.update(more);
        return options;
    }

    Folder folder_;
    FakeHost host_;
};

TEST_F(WebhookTest, TellsTheEndInEbrasOwnForm) {
    Listener listener;
    SimFace sim(host_, quick({{"talk_ms", 1'100}}));
    const std::string id =
        sim.place({.reference = "call-7.1", .callback_url = listener.url("sealed")}).id;

    const auto requests = listener.wait(1, kPatience);

    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].target, "/callbacks/call-status?ref=sealed");
    EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
    const json body = requests[0].json();
    EXPECT_EQ(body["providerCallId"], id);
    EXPECT_EQ(body["callId"], "call-7");
    EXPECT_EQ(body["status"], "COMPLETED");
    EXPECT_EQ(body["durationSec"], 1);
    EXPECT_THAT(body["completedAt"].get<std::string>(),
                ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{3}Z"));
}

TEST_F(WebhookTest, TellsEveryEnding) {
    for (const auto& [option, status] : std::map<std::string, std::string>{
             {"fail", "FAILED"}, {"busy", "BUSY"}, {"no_answer", "NO_ANSWER"}}) {
        Listener listener;
        SimFace sim(host_, quick({{option, 100}}));
        (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

        const auto requests = listener.wait(1, kPatience);

        ASSERT_EQ(requests.size(), 1u) << option;
        EXPECT_EQ(requests[0].json()["status"], status);
    }
}

TEST_F(WebhookTest, ComesAfterThePlannedEndInTheLedgerAndItsDelay) {
    Listener listener;
    SimFace sim(host_, quick({{"talk_ms", 30}, {"callback_delay_sec", 0.05}}));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(1, kPatience);

    ASSERT_EQ(requests.size(), 1u);
    const json line = lines_of(folder_.ledger()).at(0);
    // std::chrono::steady_clock is CLOCK_MONOTONIC here, as the ledger's.
    const auto came_ns = requests[0].at.time_since_epoch() / std::chrono::nanoseconds(1);
    EXPECT_GE(came_ns, line["end_mono_ns"].get<std::int64_t>() + 50'000'000);
}

TEST_F(WebhookTest, IsSignedByStandardWebhooksWhenThereIsASecret) {
    const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    Listener listener;
    SimFace sim(host_, quick({{"callback_secret", secret}}));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(1, kPatience);

    ASSERT_EQ(requests.size(), 1u);
    const auto& headers = requests[0].headers;
    const std::int64_t timestamp = std::stoll(headers.at("webhook-timestamp"));
    EXPECT_NEAR(static_cast<double>(timestamp), static_cast<double>(std::time(nullptr)), 30);
    EXPECT_EQ(headers.at("webhook-signature"),
              signature_of(key_of_secret(secret).value(), headers.at("webhook-id"), timestamp,
                           requests[0].body));
}

TEST_F(WebhookTest, IsNotSignedWithoutASecret) {
    Listener listener;
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(1, kPatience);

    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].headers.count("webhook-signature"), 0u);
}

TEST_F(WebhookTest, IsTriedAgainWithTheSameIdUntilItIsTaken) {
    Listener listener({500, 429, 503});
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(4, kPatience);

    ASSERT_EQ(requests.size(), 4u);
    for (const Request& one : requests) {
        EXPECT_EQ(one.body, requests[0].body);
        EXPECT_EQ(one.headers.at("webhook-id"), requests[0].headers.at("webhook-id"));
    }
    EXPECT_GE(requests[2].at - requests[1].at, milliseconds(200)) << "the delay does not grow";
    EXPECT_NE(host_.log().find("HTTP 500"), std::string::npos) << host_.log();
    EXPECT_EQ(host_.log().find("ref="), std::string::npos) << "a sealed reference is in the log";
}

TEST_F(WebhookTest, IsTriedAgainWhenTheConnectionBreaks) {
    Listener listener({0});
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    EXPECT_EQ(listener.wait(2, kPatience).size(), 2u);
}

TEST_F(WebhookTest, IsGivenUpWhenTheReceiverIsGoneForGood) {
    Listener listener({410});
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});
    ASSERT_EQ(listener.wait(1, kPatience).size(), 1u);

    EXPECT_EQ(listener.wait(2, milliseconds(400)).size(), 1u);
}

TEST_F(WebhookTest, MayComeTwiceAsTheSameMessage) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_duplicate", 100}}));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(2, kPatience);

    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].body, requests[1].body);
    EXPECT_EQ(requests[0].headers.at("webhook-id"), requests[1].headers.at("webhook-id"));
}

TEST_F(WebhookTest, MayComeBeforeTheStartsAnswer) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_early", 100}, {"talk_ms", 60'000}}));

    const Completion answer = sim.place({.reference = "a.1", .callback_url = listener.url()});

    EXPECT_EQ(answer.answer, EBRA_START_PLACED);
    const auto requests = listener.wait(1, milliseconds(0));
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_LT(requests[0].at, answer.at);
    EXPECT_EQ(requests[0].json()["providerCallId"], answer.id);
}

TEST_F(WebhookTest, MayNeverComeThoughTheCallEnds) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_missing", 100}}));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    EXPECT_TRUE(listener.wait(1, milliseconds(200)).empty());
}

TEST_F(WebhookTest, MayComeLate) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_late", 100}, {"webhook_late_ms", 150}}));
    const auto before = std::chrono::steady_clock::now();
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    const auto requests = listener.wait(1, kPatience);

    ASSERT_EQ(requests.size(), 1u);
    EXPECT_GE(requests[0].at - before, milliseconds(150));
}

TEST_F(WebhookTest, MayComeAfterThatOfALaterCall) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_reordered", 50}, {"ring_ms", 20}, {"seed", 1}}));
    std::vector<std::string> references;
    for (char name = 'a'; name <= 'z'; ++name) {
        references.push_back(std::string(1, name) + ".1");
        (void)sim.place({.reference = references.back(), .callback_url = listener.url()});
    }

    const auto requests = listener.wait(references.size(), kPatience);

    ASSERT_EQ(requests.size(), references.size());
    std::vector<std::string> order;
    for (const Request& one : requests) order.push_back(one.json()["callId"]);
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(WebhookTest, HeldBackComesAloneWhenNoOtherFollows) {
    Listener listener;
    SimFace sim(host_, quick({{"webhook_reordered", 100}}));
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    EXPECT_EQ(listener.wait(1, kPatience).size(), 1u);
}

TEST_F(WebhookTest, IsMissedLoudlyWithoutACallbackUrl) {
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1"});

    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (host_.log().find("public_url") == std::string::npos) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << host_.log();
        std::this_thread::yield();
    }
}

TEST_F(WebhookTest, IsNeverSentByAPassiveSimulator) {
    Listener listener;
    SimFace sim(host_, {{"ring_ms", 0}, {"talk_ms", 0}, {"callback_delay_sec", 0}});
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});

    EXPECT_TRUE(listener.wait(1, milliseconds(150)).empty());
}

TEST_F(WebhookTest, UnderWayDoesNotHoldUpTheEnd) {
    // It breaks every connection, so that a webhook waits for its next try.
    Listener listener({0, 0, 0, 0, 0, 0, 0, 0, 0});
    SimFace sim(host_, quick());
    (void)sim.place({.reference = "a.1", .callback_url = listener.url()});
    ASSERT_EQ(listener.wait(1, kPatience).size(), 1u);
    const auto before = std::chrono::steady_clock::now();

    sim.destroy();

    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

}  // namespace
}  // namespace ebra::sim::test
