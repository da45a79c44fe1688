// Start and stop: addresses, ports in use, and answers in flight.
#include "server_fixture.hpp"

#include <future>

namespace ebra {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ServerLife = ServerFixture;

TEST_F(ServerLife, APortInUse_IsAClearError) {
    start();
    HttpServerOptions options;
    options.address = "127.0.0.1:" + std::to_string(server_->port());
    HttpServer second(options, Router());

    const Status started = second.start();

    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(started.error().message.find(options.address), std::string::npos);
    EXPECT_NE(started.error().message.find("in use"), std::string::npos);
}

TEST_F(ServerLife, NonsenseAddressesAndOptions_AreErrors) {
    for (const char* address : {"127.0.0.1:99999", "127.0.0.1:x", "256.1.1.1:80", "[::1"}) {
        HttpServerOptions options;
        options.address = address;
        EXPECT_FALSE(HttpServer(options, Router()).start().ok()) << address;
    }
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    options.workers = 0;
    EXPECT_FALSE(HttpServer(options, Router()).start().ok());
    options.workers = 1;
    options.limits.connections_max = 1'000'000'000;
    EXPECT_FALSE(HttpServer(options, Router()).start().ok());
}

TEST_F(ServerLife, Bind_KnowsThePortAndLetsClientsWaitForTheRoutes) {
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    HttpServer server(options, Router());
    ASSERT_TRUE(server.bind().ok());
    Client early(server.port());
    ASSERT_TRUE(early.send(get("/late-route")));
    Router router;
    router.add("GET", "/late-route", [](HttpRequest, Responder responder) {
        responder.send({200, "text/plain", {}, "hello"});
    });

    server.use(std::move(router));
    ASSERT_TRUE(server.start().ok());

    EXPECT_EQ(status_of(early.read_answer()), 200);
    EXPECT_FALSE(server.bind().ok()) << "once only";
}

TEST_F(ServerLife, AServerThatWasOnlyBound_StopsAtOnce) {
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    HttpServer server(options, Router());
    ASSERT_TRUE(server.bind().ok());

    EXPECT_TRUE(server.stop(milliseconds(0)));

    EXPECT_FALSE(server.start().ok());
}

TEST_F(ServerLife, Ipv6_IsServed) {
    options_.address = "[::1]:0";
    start();

    EXPECT_NE(server_->port(), 0);
    EXPECT_TRUE(server_->stop(milliseconds(0)));
}

TEST_F(ServerLife, Stop_DeliversWhatIsInFlight) {
    start();
    std::vector<Client> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(connect());
        ASSERT_TRUE(clients.back().send(get("/later?tag=" + std::to_string(i))));
    }
    Client idle = connect();
    ASSERT_EQ(status_of(idle.ask(get("/now"))), 200);
    wait_for_later(10);

    auto stopped = std::async(std::launch::async, [this] { return server_->stop(seconds(10)); });
    EXPECT_TRUE(idle.is_ended());
    EXPECT_FALSE(connect().is_connected());
    release();

    EXPECT_TRUE(stopped.get());
    for (int i = 0; i < 10; ++i) {
        const std::string answer = clients[static_cast<std::size_t>(i)].read_answer();
        EXPECT_EQ(body_of(answer), std::to_string(i));
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    }
    EXPECT_EQ(server_->stats().connections_open, 0U);
}

TEST_F(ServerLife, StopWhoseGraceRunsOut_ClosesAndLateAnswersAreHarmless) {
    start();
    Client client = connect();
    ASSERT_TRUE(client.send(get("/later")));
    wait_for_later(1);

    EXPECT_FALSE(server_->stop(milliseconds(50)));
    EXPECT_EQ(client.read_to_end(), "");
    release();

    EXPECT_EQ(server_->stats().answers_undeliverable, 1U);
    EXPECT_EQ(server_->stats().connections_open, 0U);
}

TEST_F(ServerLife, AnswersAfterTheServerIsGone_AreHarmless) {
    start();
    Client client = connect();
    ASSERT_TRUE(client.send(get("/later")));
    wait_for_later(1);

    server_.reset();
    release();

    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerLife, StopDuringASlowWrite_DeliversIt) {
    start();
    // More than both sides' buffers hold, read in pieces that are no crumbs.
    Client slow(server_->port(), 256 * 1024);
    ASSERT_TRUE(slow.send(get("/big?bytes=8388608")));
    ASSERT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.slow_writes == 1; }));

    auto stopped = std::async(std::launch::async, [this] { return server_->stop(seconds(60)); });

    EXPECT_EQ(body_of(slow.read_answer()).size(), 8388608U);
    EXPECT_TRUE(stopped.get());
}

TEST_F(ServerLife, StopTwiceAndStartTwice_AreHarmless) {
    start();

    EXPECT_FALSE(server_->start().ok());
    EXPECT_TRUE(server_->stop(milliseconds(0)));
    EXPECT_TRUE(server_->stop(milliseconds(0)));
    EXPECT_FALSE(server_->start().ok());
}

TEST_F(ServerLife, ManyStartsAndStopsUnderLoad_LeaveNothingOpen) {
    for (int round = 0; round < 20; ++round) {
        start();
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([port = server_->port()] {
                Client client(port);
                while (client.is_connected() && status_of(client.ask(get("/soon"))) == 200)
                    continue;
            });
        }
        ASSERT_TRUE(wait_for_stats([](const HttpStats& stats) { return stats.answers > 20; }));

        EXPECT_TRUE(server_->stop(seconds(10)));

        for (auto& client : clients) client.join();
        EXPECT_EQ(server_->stats().connections_open, 0U);
        EXPECT_EQ(server_->stats().in_flight, 0U);
    }
}

}  // namespace
}  // namespace ebra
