// A Connection on a socket pair, without a server: the test plays worker, clock and client.
#include "http/connection.hpp"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <sys/socket.h>

namespace ebra {
namespace {

using std::chrono::milliseconds;

class ConnectionTest : public testing::Test {
 protected:
    ConnectionTest() {
        limits_.pipelined_bytes_max = 256;
        limits_.messages_per_turn = 4;
        limits_.in_flight_max = 1;
        limits_.message.body_bytes_max = 1000;
        router_.add("GET", "/now", [](HttpRequest request, Responder responder) {
            const std::string tag(request.query_param("tag").value_or(""));
            responder.send({200, "text/plain", {}, "now " + tag});
        });
        router_.add("POST", "/now", [](HttpRequest request, Responder responder) {
            responder.send({200, "text/plain", {}, request.body});
        });
        router_.add("GET", "/later",
                    [this](HttpRequest, Responder responder) { later_.push_back(responder); });
    }

    void open() {
        std::array<int, 2> fds{};
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
        client_ = UniqueFd(fds[1]);
        core_ = std::make_shared<HttpCore>(limits_, std::move(router_));
        ASSERT_TRUE(core_->try_open_connection());
        connection_ = std::make_shared<Connection>(UniqueFd(fds[0]), "peer", core_, wakes_);
    }

    // All that the connection has sent until now.
    std::string received() {
        std::string all(65536, '\0');
        const ssize_t got = ::recv(client_.get(), all.data(), all.size(), MSG_DONTWAIT);
        all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return all;
    }

    bool is_ended() const {
        char byte = 0;
        return ::recv(client_.get(), &byte, 1, MSG_DONTWAIT) == 0;
    }

    void resume_woken() {
        for (const auto& woken : wakes_->take()) woken->resume();
    }

    bool sweep_after(milliseconds time) { return connection_->sweep(SocketClock::now() + time); }

    static std::string get(const std::string& target) {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    HttpLimits limits_;
    Router router_;
    std::vector<Responder> later_;
    std::shared_ptr<HttpCore> core_;
    std::shared_ptr<WakeQueue> wakes_ = std::make_shared<WakeQueue>();
    UniqueFd client_;
    std::shared_ptr<Connection> connection_;
};

constexpr const char* kNow =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nnow ";

TEST_F(ConnectionTest, ARequest_IsAnsweredAndTheConnectionKept) {
    open();

    connection_->on_input(get("/now?tag=1"));

    EXPECT_EQ(received(), std::string(kNow) + "1");
    EXPECT_FALSE(sweep_after(milliseconds(0)));
    EXPECT_EQ(core_->counters().snapshot().in_flight, 0U);
}

TEST_F(ConnectionTest, PipelinedRequests_AreAnsweredInOrderInTurns) {
    open();
    std::string all;
    for (int i = 0; i < 6; ++i) all += get("/now?tag=" + std::to_string(i));

    connection_->on_input(all);
    const std::string first_turn = received();
    resume_woken();
    const std::string second_turn = received();

    EXPECT_NE(first_turn.find("now 3"), std::string::npos);
    EXPECT_EQ(first_turn.find("now 4"), std::string::npos);
    EXPECT_EQ(second_turn, std::string(kNow) + "4" + kNow + "5");
}

TEST_F(ConnectionTest, InputDuringARequest_WaitsForItsAnswer) {
    open();
    connection_->on_input(get("/later"));
    connection_->on_input(get("/now?tag=2"));
    EXPECT_EQ(received(), "");

    later_[0].send({200, "text/plain", {}, "now 1"});
    EXPECT_EQ(received(), std::string(kNow) + "1");
    resume_woken();

    EXPECT_EQ(received(), std::string(kNow) + "2");
}

TEST_F(ConnectionTest, TooMuchInputDuringARequest_ClosesAfterItsAnswer) {
    open();
    connection_->on_input(get("/later"));
    connection_->on_input(std::string(257, 'x'));

    later_[0].send({200, "text/plain", {}, "one"});

    EXPECT_NE(received().find("Connection: close\r\n\r\none"), std::string::npos);
    EXPECT_TRUE(is_ended());
}

TEST_F(ConnectionTest, AFramingError_IsOneProblemAndTheEnd) {
    open();

    connection_->on_input("GET /now HTTP/1.1\r\nHost: x\r\nBad Line\r\n\r\n" + get("/now"));
    connection_->on_input(get("/now"));

    const std::string answer = received();
    EXPECT_EQ(answer.find("HTTP/1.1 400 Bad Request\r\n"), 0U);
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
    EXPECT_TRUE(is_ended());
    EXPECT_EQ(core_->counters().snapshot().rejected.at(400), 1U);
}

TEST_F(ConnectionTest, ExpectContinue_IsAnsweredOnceAndOnlyWhenTheBodyIsMissing) {
    open();
    connection_->on_input(
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(received(), "HTTP/1.1 100 Continue\r\n\r\n");

    connection_->on_input("a");
    EXPECT_EQ(received(), "");
    connection_->on_input("b");
    EXPECT_NE(received().find("\r\n\r\nab"), std::string::npos);

    connection_->on_input(
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\ncd");
    EXPECT_EQ(received().find("HTTP/1.1 200"), 0U);
}

TEST_F(ConnectionTest, Head_IsAnsweredWithTheLengthAndWithoutTheBody) {
    open();

    connection_->on_input("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_EQ(received(),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n");
}

TEST_F(ConnectionTest, ASlowHead_Is408AndASlowBodyToo) {
    for (const std::string& start :
         {std::string("GET /no"),
          std::string("POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")}) {
        HttpLimits limits;
        limits.body_timeout = milliseconds(20'000);
        limits_ = limits;
        open();
        connection_->on_input(start);

        EXPECT_FALSE(sweep_after(milliseconds(9'000)));
        EXPECT_EQ(received(), "");
        EXPECT_FALSE(sweep_after(milliseconds(21'000)));

        EXPECT_EQ(received().find("HTTP/1.1 408 "), 0U);
        EXPECT_TRUE(is_ended());
        EXPECT_TRUE(sweep_after(milliseconds(60'000)));
        EXPECT_EQ(core_->counters().snapshot().timeouts, 1U);
    }
}

TEST_F(ConnectionTest, AnIdleConnection_IsGivenUpAndAFreshOneSooner) {
    open();
    EXPECT_FALSE(sweep_after(milliseconds(9'000)));
    EXPECT_TRUE(sweep_after(milliseconds(11'000)));

    connection_->on_input(get("/now"));
    EXPECT_FALSE(sweep_after(milliseconds(11'000)));
    EXPECT_TRUE(sweep_after(milliseconds(76'000)));
}

TEST_F(ConnectionTest, AnAnswerThatNeverComes_Is504AndTheLateOneIgnored) {
    open();
    connection_->on_input(get("/later"));

    EXPECT_FALSE(sweep_after(milliseconds(59'000)));
    EXPECT_FALSE(sweep_after(milliseconds(61'000)));
    later_[0].send({200, "text/plain", {}, "late"});

    const std::string answer = received();
    EXPECT_EQ(answer.find("HTTP/1.1 504 "), 0U);
    EXPECT_EQ(answer.find("late"), std::string::npos);
    EXPECT_EQ(core_->counters().snapshot().answers_ignored, 1U);
}

TEST_F(ConnectionTest, MoreRequestsThanAllowed_AreToldToComeBack) {
    open();
    ASSERT_TRUE(core_->begin_request());

    connection_->on_input(get("/now"));

    const std::string answer = received();
    EXPECT_EQ(answer.find("HTTP/1.1 503 "), 0U);
    EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
    EXPECT_EQ(core_->counters().snapshot().overloaded, 1U);
    EXPECT_EQ(core_->counters().snapshot().in_flight, 1U);
}

TEST_F(ConnectionTest, AClientThatLeft_IsACounterAndNoError) {
    open();
    connection_->on_input(get("/later"));
    client_ = UniqueFd();
    EXPECT_TRUE(connection_->on_end_of_input());

    later_[0].send({200, "text/plain", {}, "one"});

    EXPECT_EQ(core_->counters().snapshot().answers_undeliverable, 1U);
    EXPECT_EQ(core_->counters().snapshot().in_flight, 0U);
    EXPECT_TRUE(sweep_after(milliseconds(0)));
}

TEST_F(ConnectionTest, ADroppedConnection_LivesUntilItsAnswerIsOut) {
    open();
    connection_->on_input(get("/later"));
    connection_->on_input(get("/now?tag=2"));

    connection_.reset();
    EXPECT_EQ(core_->counters().snapshot().connections_open, 1U);
    later_[0].send({200, "text/plain", {}, "now 1"});
    later_.clear();
    resume_woken();

    EXPECT_EQ(received(), std::string(kNow) + "1" + kNow + "2");
    EXPECT_EQ(core_->counters().snapshot().connections_open, 0U);
    EXPECT_TRUE(is_ended());
}

TEST_F(ConnectionTest, WhileDraining_AnswersCloseAndIdleConnectionsEnd) {
    open();
    connection_->on_input(get("/later"));
    core_->enter_phase(HttpCore::Phase::kDraining);

    EXPECT_FALSE(sweep_after(milliseconds(0)));
    later_[0].send({200, "text/plain", {}, "one"});

    EXPECT_NE(received().find("Connection: close\r\n\r\none"), std::string::npos);
    EXPECT_TRUE(is_ended());
}

TEST_F(ConnectionTest, AnAnswerThatCannotBeSent_IsA500InItsPlace) {
    open();
    connection_->on_input(get("/later"));

    later_[0].send({200, "text/plain", {{"X-A", "a\r\nX-B: b"}}, "one"});

    EXPECT_EQ(received().find("HTTP/1.1 500 "), 0U);
    EXPECT_EQ(core_->counters().snapshot().answers_malformed, 1U);
}

}  // namespace
}  // namespace ebra
