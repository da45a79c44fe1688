#include "http/responder.hpp"

#include "recording_port.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <optional>
#include <thread>

namespace ebra {
namespace {

HttpResponse text(std::string body) {
    return {200, "text/plain", {}, std::move(body)};
}

TEST(Responder, Send_DeliversTheFirstAnswerAndCountsTheSecond) {
    const auto port = std::make_shared<RecordingPort>();
    const Responder responder(port, AnswerTraits{true, false, true});

    responder.send(text("one"));
    responder.send(text("two"));

    ASSERT_EQ(port->answers.size(), 1U);
    EXPECT_EQ(port->answers[0].body, "one");
    EXPECT_TRUE(port->traits.is_head);
    EXPECT_EQ(port->ignored, 1);
}

TEST(Responder, DroppedUnsent_AnswersFiveHundredOnceTheLastCopyIsGone) {
    const auto port = std::make_shared<RecordingPort>();
    std::optional<Responder> responder(port);
    std::optional<Responder> copy = responder;

    responder.reset();
    EXPECT_TRUE(port->answers.empty());
    copy.reset();

    ASSERT_EQ(port->answers.size(), 1U);
    EXPECT_EQ(port->answers[0].status, 500);
    EXPECT_EQ(port->missing, 1);
}

TEST(Responder, DroppedAfterSend_AnswersNothingMore) {
    const auto port = std::make_shared<RecordingPort>();

    Responder(port).send(text("one"));

    EXPECT_EQ(port->answers.size(), 1U);
    EXPECT_EQ(port->missing, 0);
}

TEST(Responder, AddedHeaders_FollowThoseOfTheAnswer) {
    const auto port = std::make_shared<RecordingPort>();
    const Responder responder(port);
    responder.add_header("X-Request-Id", "7");

    responder.send({200, "text/plain", {{"Location", "/"}}, ""});

    ASSERT_EQ(port->answers.size(), 1U);
    ASSERT_EQ(port->answers[0].headers.size(), 2U);
    EXPECT_EQ(port->answers[0].headers[0].first, "Location");
    EXPECT_EQ(port->answers[0].headers[1].second, "7");
}

TEST(Responder, ManyThreadsThatSend_DeliverExactlyOne) {
    struct CountingPort : AnswerPort {
        void deliver(const AnswerTraits&, HttpResponse) noexcept override { ++delivered; }
        void answer_ignored() noexcept override { ++ignored; }
        void answer_missing() noexcept override {}
        std::atomic<int> delivered{0};
        std::atomic<int> ignored{0};
    };
    const auto port = std::make_shared<CountingPort>();
    const Responder responder(port);
    std::vector<std::thread> threads;

    for (int i = 0; i < 8; ++i) threads.emplace_back([responder] { responder.send(text("x")); });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(port->delivered, 1);
    EXPECT_EQ(port->ignored, 7);
}

}  // namespace
}  // namespace ebra
