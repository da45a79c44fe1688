// Many clients of which half leave at any moment: no answer may ever reach another client.
#include "server_fixture.hpp"

#include <random>

namespace ebra {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kRequestsPerClient = 400;
#else
constexpr int kRequestsPerClient = 12'500;  // 200,000 in all.
#endif
constexpr int kClients = 16;
constexpr int kRequestsPerConnectionMax = 20;

struct Tally {
    std::atomic<long> right{0};
    std::atomic<long> wrong{0};
    std::atomic<long> left{0};
    std::atomic<long> unanswered{0};
};

// One connection: some requests, each checked by its tag; maybe a request left unread at the end.
int run_connection(std::uint16_t port, int client_id, int first, std::mt19937& random,
                   Tally& tally) {
    Client client(port);
    const int count = 1 + static_cast<int>(random() % kRequestsPerConnectionMax);
    const bool leaves = random() % 2 == 0;
    for (int i = 0; i < count; ++i) {
        const std::string tag =
            "t" + std::to_string(client_id) + "_" + std::to_string(first + i) + "_";
        const std::string request = get((random() % 3 == 0 ? "/now?tag=" : "/soon?tag=") + tag);
        if (leaves && i + 1 == count) {
            client.send(request);
            if (random() % 2 == 0) client.reset();
            ++tally.left;
            return count;
        }
        const std::string answer = client.ask(request);
        if (answer.empty())
            ++tally.unanswered;
        else
            ++(body_of(answer) == tag ? tally.right : tally.wrong);
    }
    return count;
}

TEST_F(ServerFixture, Stress_EveryAnswerCarriesTheTagOfItsRequest) {
    start();
    Tally tally;
    std::vector<std::thread> clients;

    for (int id = 0; id < kClients; ++id) {
        clients.emplace_back([&, id] {
            std::mt19937 random(static_cast<unsigned>(id) * 7919U + 1U);
            int done = 0;
            while (done < kRequestsPerClient) {
                done += run_connection(server_->port(), id, done, random, tally);
            }
        });
    }
    for (auto& client : clients) client.join();

    EXPECT_EQ(tally.wrong, 0);
    EXPECT_EQ(tally.unanswered, 0);
    EXPECT_GT(tally.left, 100);
    EXPECT_GT(tally.right, kClients * kRequestsPerClient / 2);
    EXPECT_TRUE(wait_for_stats([](const HttpStats& stats) {
        return stats.connections_open == 0 && stats.in_flight == 0;
    }));
}

}  // namespace
}  // namespace ebra
