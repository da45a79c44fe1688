// The one rule above all others: a start leaves at most once. A server that reads a request and
// hangs up without a byte must see it once, though libcurl by itself would send it again.
#include "http_service.hpp"
#include "test_host.hpp"
#include "transfer_loop.hpp"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <sys/resource.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::HttpService;
using ebra::test::ServedReply;
using ebra::test::ServedRequest;

class TransferTest : public ::testing::Test {
 protected:
    HttpAnswer send(HttpRequest request, LoopSettings settings = {}) {
        if (!loop_) loop_ = std::make_unique<TransferLoop>(host_.table(), settings);
        auto promise = std::make_shared<std::promise<HttpAnswer>>();
        auto answer = promise->get_future();
        EXPECT_TRUE(loop_->submit(std::move(request), [promise](HttpAnswer&& made) {
            promise->set_value(std::move(made));
        }));
        if (answer.wait_for(kPatience) != std::future_status::ready) {
            ADD_FAILURE() << "no answer";
            return {};
        }
        return answer.get();
    }

    static HttpRequest post(const HttpService& server) {
        HttpRequest request;
        request.method = "POST";
        request.url = server.url() + "/calls";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = "{}";
        request.answer_within_ms = 5'000;
        return request;
    }

    TestHost host_;
    std::unique_ptr<TransferLoop> loop_;
};

TEST_F(TransferTest, APostOnAKeptConnectionThatDiesUnansweredIsDialedOnce) {
    HttpService server([](const ServedRequest& request) {
        ServedReply reply;
        reply.hang_up = request.on_connection == 2;
        if (reply.hang_up) reply.cut_at = 0;
        return reply;
    });

    const HttpAnswer first = send(post(server));
    const HttpAnswer second = send(post(server));

    EXPECT_EQ(first.fate, Fate::kAnswered);
    EXPECT_EQ(second.fate, Fate::kLost) << second.trouble;
    EXPECT_EQ(server.requests(), 2u) << "the second request was dialed more than once";
}

TEST_F(TransferTest, APostOnAKeptConnectionThatIsResetIsDialedOnce) {
    HttpService server([](const ServedRequest& request) {
        ServedReply reply;
        reply.reset = request.on_connection == 2;
        if (reply.reset) reply.cut_at = 0;
        return reply;
    });

    send(post(server));
    const HttpAnswer second = send(post(server));

    EXPECT_EQ(second.fate, Fate::kLost) << second.trouble;
    EXPECT_EQ(server.requests(), 2u);
}

TEST_F(TransferTest, AQuestionMayBeAskedAgain) {
    HttpService server([](const ServedRequest& request) {
        ServedReply reply;
        reply.body = "ok";
        if (request.on_connection == 2) reply.cut_at = 0;
        return reply;
    });
    HttpRequest question;
    question.url = server.url() + "/calls/1";
    question.may_be_sent_twice = true;

    send(question);
    const HttpAnswer second = send(question);

    EXPECT_EQ(second.fate, Fate::kAnswered) << second.trouble;
    EXPECT_EQ(server.requests(), 3u) << "libcurl asks again by itself: the guard is what stops it";
}

std::int64_t cpu_ms() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000 +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1'000;
}

TEST_F(TransferTest, AKeptConnectionThatTheServerClosesIsNoWork) {
    constexpr int kIdleMs = 400;
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.hang_up = true;
        return reply;
    });
    EXPECT_EQ(send(post(server)).fate, Fate::kAnswered);

    const std::int64_t before_ms = cpu_ms();
    poll(nullptr, 0, kIdleMs);
    const std::int64_t used_ms = cpu_ms() - before_ms;

    EXPECT_LT(used_ms, kIdleMs / 2) << "the loop turns though nothing happens";
    EXPECT_EQ(send(post(server)).fate, Fate::kAnswered);
}

TEST_F(TransferTest, EveryAnswerIsSeenWhileConnectionsComeAndGo) {
    HttpService server([](const ServedRequest& request) {
        ServedReply reply;
        reply.hang_up = request.on_connection % 3 == 0;
        return reply;
    });
    std::atomic<int> ended{0};
    std::atomic<int> answered{0};
    std::promise<void> all;
    TransferLoop loop(host_.table(), {});

    constexpr int kCount = 600;
    for (int i = 0; i < kCount; ++i) {
        HttpRequest request = post(server);
        request.may_be_sent_twice = true;
        ASSERT_TRUE(loop.submit(std::move(request), [&](HttpAnswer&& answer) {
            if (answer.fate == Fate::kAnswered) ++answered;
            if (++ended == kCount) all.set_value();
        }));
        if (i % 20 == 19) poll(nullptr, 0, 2);
    }

    ASSERT_EQ(all.get_future().wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(answered, kCount) << "an event of a reused descriptor was missed";
}

TEST_F(TransferTest, ARefusedConnectionIsCertainlyNotSent) {
    int port = 0;
    {
        port = HttpService([](const ServedRequest&) { return ServedReply{}; }).port();
    }
    HttpRequest request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(port) + "/";

    const HttpAnswer answer = send(request);

    EXPECT_EQ(answer.fate, Fate::kNotSent);
    EXPECT_NE(answer.trouble, "");
}

TEST_F(TransferTest, AFailedTlsHandshakeIsCertainlyNotSent) {
    HttpService server([](const ServedRequest&) { return ServedReply{}; });
    HttpRequest request = post(server);
    request.url.replace(0, 4, "https");

    EXPECT_EQ(send(request).fate, Fate::kNotSent);
    EXPECT_EQ(server.requests(), 0u);
}

TEST_F(TransferTest, NothingLeavesPastItsTime) {
    HttpService server([](const ServedRequest&) { return ServedReply{}; });
    HttpRequest request = post(server);
    request.send_by_ns = host_.monotonic_ns() - 1;

    const HttpAnswer answer = send(request);

    EXPECT_EQ(answer.fate, Fate::kNotSent);
    EXPECT_EQ(server.requests(), 0u);
}

TEST_F(TransferTest, AnotherSchemeIsCertainlyNotSent) {
    HttpRequest request;
    request.url = "file:///etc/hostname";

    EXPECT_EQ(send(request).fate, Fate::kNotSent);
}

TEST_F(TransferTest, ARedirectIsAnAnswerAndIsNotFollowed) {
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.status = 307;
        reply.headers = {{"Location", "/elsewhere"}};
        return reply;
    });

    const HttpAnswer answer = send(post(server));

    EXPECT_EQ(answer.status, 307);
    EXPECT_EQ(server.requests(), 1u);
}

TEST_F(TransferTest, AnAnswerCutAnywhereIsLostAndNeverAskedAgain) {
    ServedReply whole;
    whole.status = 400;
    whole.body = R"({"error":"no"})";
    const std::size_t all =
        std::string("HTTP/1.1 400 Answer\r\nContent-Length: 14\r\n\r\n").size() + 14;
    std::atomic<std::size_t> cut_at{0};
    std::atomic<bool> with_reset{false};
    HttpService server([&](const ServedRequest&) {
        ServedReply reply = whole;
        reply.cut_at = cut_at;
        reply.reset = with_reset;
        return reply;
    });

    for (const bool reset : {false, true}) {
        with_reset = reset;
        for (cut_at = 0; cut_at < all; ++cut_at) {
            const HttpAnswer answer = send(post(server));
            ASSERT_EQ(answer.fate, Fate::kLost) << "cut at " << cut_at << ", reset " << reset;
        }
    }
    EXPECT_EQ(server.requests(), 2 * all);
}

TEST_F(TransferTest, AnAnswerTooLargeIsLost) {
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.body = std::string(2'000, 'x');
        return reply;
    });
    LoopSettings settings;
    settings.answer_bytes_max = 1'000;

    const HttpAnswer answer = send(post(server), settings);

    EXPECT_EQ(answer.fate, Fate::kLost);
    EXPECT_NE(answer.trouble.find("larger than 1000 bytes"), std::string::npos) << answer.trouble;
}

TEST_F(TransferTest, HeadersWithoutEndAreLost) {
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        for (int i = 0; i < 100; ++i) {
            reply.headers.emplace_back("X-" + std::to_string(i), std::string(1'000, 'x'));
        }
        return reply;
    });

    EXPECT_EQ(send(post(server)).fate, Fate::kLost);
}

TEST_F(TransferTest, ASilentServerIsLostAfterTheTimeLimit) {
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.never = true;
        return reply;
    });
    HttpRequest request = post(server);
    request.answer_within_ms = 100;

    EXPECT_EQ(send(request).fate, Fate::kLost);
    EXPECT_EQ(server.requests(), 1u);
}

TEST_F(TransferTest, MoreThanTheLimitInHandIsTurnedAway) {
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.never = true;
        return reply;
    });
    LoopSettings settings;
    settings.in_hand_max = 3;
    std::atomic<int> lost{0};
    {
        TransferLoop loop(host_.table(), settings);
        for (int i = 0; i < 3; ++i) {
            EXPECT_TRUE(loop.submit(post(server), [&](HttpAnswer&&) { ++lost; }));
        }
        EXPECT_FALSE(loop.submit(post(server), [&](HttpAnswer&&) { ++lost; }));
    }
    EXPECT_EQ(lost, 3) << "stopping ends what is in hand, each once";
}

TEST_F(TransferTest, TwoThousandWaitAtOnceOnOneThread) {
    constexpr int kCount = 2'000;
    HttpService server([](const ServedRequest&) {
        ServedReply reply;
        reply.delay_ms = 700;
        return reply;
    });
    TransferLoop loop(host_.table(), {});
    std::atomic<int> answered{0};
    std::promise<void> all;

    for (int i = 0; i < kCount; ++i) {
        HttpRequest request = post(server);
        request.answer_within_ms = 20'000;
        ASSERT_TRUE(loop.submit(std::move(request), [&](HttpAnswer&& answer) {
            if (answer.fate != Fate::kAnswered) return;
            if (++answered == kCount) all.set_value();
        }));
    }

    EXPECT_EQ(all.get_future().wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(answered, kCount);
    EXPECT_EQ(server.requests(), static_cast<std::uint64_t>(kCount));
}

}  // namespace
}  // namespace ebra::provider_http::test
