// Clients that are slow, broken or mean: each costs the others nothing.
#include "server_fixture.hpp"

namespace ebra {
namespace {

using std::chrono::milliseconds;
using HostileClient = ServerFixture;

// Far more than the kernel buffers for one connection, so that the writer must wait.
constexpr const char* kBig = "/big?bytes=16777216";
constexpr int kSmallReceiveBuffer = 4096;

TEST_F(HostileClient, ASlowReader_StallsNobodyAndIsCutAtItsDeadline) {
    options_.workers = 1;
    options_.limits.write_timeout = milliseconds(300);
    start();
    Client slow(server_->port(), kSmallReceiveBuffer);
    ASSERT_TRUE(slow.send(get(kBig)));
    ASSERT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.slow_writes == 1; }));

    Client other = connect();
    for (int i = 0; i < 100; ++i) ASSERT_EQ(status_of(other.ask(get("/now"))), 200);

    EXPECT_TRUE(wait_for_stats([](const HttpStats& stats) {
        return stats.answers_undeliverable == 1 && stats.connections_open == 1;
    }));
}

TEST_F(HostileClient, AReaderThatOnlyTakesItsTime_GetsEveryByte) {
    start();
    Client slow(server_->port(), kSmallReceiveBuffer);
    ASSERT_TRUE(slow.send(get(kBig) + get("/now?tag=next")));
    ASSERT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.slow_writes == 1; }));

    EXPECT_EQ(body_of(slow.read_answer()).size(), 16777216U);
    EXPECT_EQ(body_of(slow.read_answer()), "next");
}

TEST_F(HostileClient, ASlowSender_IsTold408) {
    options_.limits.head_timeout = milliseconds(100);
    options_.limits.body_timeout = milliseconds(100);
    start();
    Client head = connect();
    Client body = connect();

    ASSERT_TRUE(head.send("GET /now HT"));
    ASSERT_TRUE(body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"));

    EXPECT_EQ(status_of(head.read_answer()), 408);
    EXPECT_TRUE(head.is_ended());
    EXPECT_EQ(status_of(body.read_answer()), 408);
    EXPECT_TRUE(body.is_ended());
    EXPECT_EQ(server_->stats().timeouts, 2U);
}

TEST_F(HostileClient, AnIdleConnection_IsClosedWithoutAWord) {
    options_.limits.idle_timeout = milliseconds(100);
    start();
    Client client = connect();
    ASSERT_EQ(status_of(client.ask(get("/now"))), 200);

    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(server_->stats().idle_closed, 1U);
}

TEST_F(HostileClient, AnAnswerSlowerThanTheHeadTimeout_StillArrives) {
    options_.limits.head_timeout = milliseconds(50);
    options_.limits.body_timeout = milliseconds(50);
    options_.limits.idle_timeout = milliseconds(300);
    start();
    Client idle = connect();
    ASSERT_EQ(status_of(idle.ask(get("/now"))), 200);
    Client client = connect();
    ASSERT_TRUE(client.send(get("/later?tag=1")));
    wait_for_later(1);

    // The idle connection ends first: more than the head's time has passed for the busy one.
    EXPECT_TRUE(idle.is_ended());
    release();

    EXPECT_EQ(body_of(client.read_answer()), "1");
}

TEST_F(HostileClient, LeavingMidAnswer_IsOnlyCounted) {
    start();
    for (int i = 0; i < 10; ++i) {
        Client client(server_->port(), kSmallReceiveBuffer);
        ASSERT_TRUE(client.send(get(kBig)));
        const auto seen = static_cast<std::uint64_t>(i) + 1;
        ASSERT_TRUE(wait_for_stats([&](const HttpStats& s) { return s.slow_writes == seen; }));
        client.reset();
    }

    EXPECT_TRUE(wait_for_stats([](const HttpStats& stats) {
        return stats.answers_undeliverable == 10 && stats.connections_open == 0;
    }));
    EXPECT_EQ(status_of(connect().ask(get("/now"))), 200);
}

TEST_F(HostileClient, LeavingBeforeADeferredAnswer_NeverGivesItToAnother) {
    start();
    for (int i = 0; i < 20; ++i) {
        Client client = connect();
        ASSERT_TRUE(client.send(get("/later?tag=secret")));
        wait_for_later(static_cast<std::size_t>(i) + 1);
        client.reset();
    }
    // The newcomers get the descriptor numbers that the others had.
    std::vector<Client> newcomers;
    for (int i = 0; i < 20; ++i) newcomers.push_back(connect());
    for (auto& client : newcomers) ASSERT_EQ(body_of(client.ask(get("/now?tag=mine"))), "mine");

    release();

    for (auto& client : newcomers) ASSERT_EQ(body_of(client.ask(get("/now?tag=mine"))), "mine");
    EXPECT_EQ(server_->stats().answers_undeliverable, 20U);
}

TEST_F(HostileClient, ATenMegabyteBody_Is413AndReadable) {
    start();
    Client client = connect();

    client.send(post("/echo", std::string(10 * 1024 * 1024, 'a')));

    EXPECT_EQ(status_of(client.read_answer()), 413);
}

TEST_F(HostileClient, ASenderThatNeverStops_IsCutAfterTheLingerLimit) {
    options_.limits.linger_bytes_max = 1024 * 1024;
    start();
    Client client = connect();
    ASSERT_TRUE(client.send("nonsense\r\n\r\n"));

    const std::string block(1024 * 1024, 'a');
    bool is_cut = false;
    for (int i = 0; i < 1000 && !is_cut; ++i) is_cut = !client.send(block);

    EXPECT_TRUE(is_cut);
    EXPECT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.connections_open == 0; }));
}

TEST_F(HostileClient, TwentyThousandSlashes_Are404WhereTheHeadMayBeThatLong) {
    options_.limits.message.head_bytes_max = 64 * 1024;
    start();
    Client client = connect();

    EXPECT_EQ(status_of(client.ask(get(std::string(20'000, '/')))), 404);
    EXPECT_EQ(status_of(client.ask(get("/now"))), 200);
}

TEST_F(HostileClient, ConnectionsOverTheLimit_AreRefusedAndTheOthersLive) {
    options_.limits.connections_max = 4;
    start();
    std::vector<Client> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(connect());
    for (auto& client : clients) ASSERT_EQ(status_of(client.ask(get("/now"))), 200);

    EXPECT_EQ(status_of(connect().read_answer()), 503);

    for (auto& client : clients) ASSERT_EQ(status_of(client.ask(get("/now"))), 200);
    EXPECT_EQ(server_->stats().connections_refused, 1U);
    clients.clear();
    ASSERT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.connections_open == 0; }));
    EXPECT_EQ(status_of(connect().ask(get("/now"))), 200);
}

TEST_F(HostileClient, RequestsOverTheLimit_AreTold503AndLaterServed) {
    options_.limits.in_flight_max = 1;
    start();
    Client busy = connect();
    Client other = connect();
    ASSERT_TRUE(busy.send(get("/later?tag=1")));
    wait_for_later(1);

    const std::string refused = other.ask(get("/now"));
    release();

    EXPECT_EQ(status_of(refused), 503);
    EXPECT_NE(refused.find("Retry-After: "), std::string::npos);
    EXPECT_EQ(body_of(busy.read_answer()), "1");
    EXPECT_EQ(status_of(other.ask(get("/now"))), 200);
}

TEST_F(HostileClient, AHandlerThatNeverAnswers_Is504) {
    options_.limits.answer_timeout = milliseconds(100);
    start();
    Client client = connect();
    Client half_closed = connect();
    ASSERT_TRUE(client.send(get("/later")));
    ASSERT_TRUE(half_closed.send(get("/later")));
    half_closed.half_close();

    EXPECT_EQ(status_of(client.read_answer()), 504);
    EXPECT_EQ(status_of(half_closed.read_answer()), 504);
    wait_for_later(2);
    release();
    EXPECT_EQ(status_of(client.ask(get("/now"))), 200);
    EXPECT_EQ(server_->stats().answers_ignored, 2U);
}

}  // namespace
}  // namespace ebra
