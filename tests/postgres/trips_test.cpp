// How often the store waits for an answer of the server: counted by a relay between them, on each
// connection, as turns from listening to speaking.
#include "postgres_face.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace ebra::postgres::test {
namespace {

using conformance::NewStep;
using conformance::SeenCall;

constexpr std::uint64_t kCalls = 40;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Passes bytes between clients and the server, one thread for all.
class Relay {
 public:
    explicit Relay(std::uint16_t server_port) : server_port_(server_port) {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof(address);
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        if (bind(listening_, raw, size) != 0 || listen(listening_, 16) != 0 ||
            getsockname(listening_, raw, &size) != 0) {
            throw std::runtime_error("no port for a relay");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }

    ~Relay() {
        is_stopping_ = true;
        shutdown(listening_, SHUT_RDWR);
        thread_.join();
        for (const Pair& pair : pairs_) {
            close(pair.client);
            close(pair.server);
        }
        close(listening_);
    }

    std::uint16_t port() const { return port_; }

    /// Turns of each connection so far, in the order in which they were made.
    std::vector<std::uint64_t> turns() {
        const std::lock_guard lock(mutex_);
        std::vector<std::uint64_t> all;
        for (const Pair& pair : pairs_) all.push_back(pair.turns);
        return all;
    }

    /// How often clients have said this so far.
    std::size_t said(const std::string& text) {
        const std::lock_guard lock(mutex_);
        std::size_t count = 0;
        for (std::size_t at = said_.find(text); at != std::string::npos;
             at = said_.find(text, at + text.size())) {
            ++count;
        }
        return count;
    }

 private:
    struct Pair {
        int client = -1;
        int server = -1;
        bool is_answered = true;
        std::uint64_t turns = 0;
    };

    void run() {
        while (!is_stopping_) {
            std::vector<pollfd> sources = {{listening_, POLLIN, 0}};
            for (const Pair& pair : pairs_) {
                sources.push_back({pair.client, POLLIN, 0});
                sources.push_back({pair.server, POLLIN, 0});
            }
            poll(sources.data(), sources.size(), -1);
            for (std::size_t i = 0; i < pairs_.size(); ++i) {
                // What the client says is counted before the server can answer.
                if (sources[1 + 2 * i].revents != 0) from_client(pairs_[i]);
                if (sources[2 + 2 * i].revents != 0) from_server(pairs_[i]);
            }
            if (sources[0].revents != 0 && !is_stopping_) take_client();
        }
    }

    void take_client() {
        Pair pair;
        pair.client = accept(listening_, nullptr, nullptr);
        pair.server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(server_port_);
        if (connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
            shutdown(pair.client, SHUT_RDWR);
        const std::lock_guard lock(mutex_);
        pairs_.push_back(pair);
    }

    void from_client(Pair& pair) {
        {
            const std::lock_guard lock(mutex_);
            pair.turns += pair.is_answered;
            pair.is_answered = false;
        }
        const std::string bytes = pass(pair.client, pair.server);
        const std::lock_guard lock(mutex_);
        said_ += bytes;
    }

    void from_server(Pair& pair) {
        {
            const std::lock_guard lock(mutex_);
            pair.is_answered = true;
        }
        pass(pair.server, pair.client);
    }

    /// What was passed. An end on one side is one on both, and is looked at no more.
    static std::string pass(int& from, int& to) {
        std::array<char, 65536> bytes;
        const ssize_t count = recv(from, bytes.data(), bytes.size(), 0);
        for (ssize_t sent = 0; sent < count;) {
            const ssize_t more =
                send(to, bytes.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
            if (more <= 0) break;
            sent += more;
        }
        if (count > 0) return std::string(bytes.data(), static_cast<std::size_t>(count));
        close(std::exchange(from, -1));
        close(std::exchange(to, -1));
        return {};
    }

    const std::uint16_t server_port_;
    const int listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port_ = 0;
    std::atomic<bool> is_stopping_ = false;
    std::mutex mutex_;
    std::string said_;         ///< By clients; guarded by mutex_.
    std::vector<Pair> pairs_;  ///< Changed by the thread, under mutex_.
    std::thread thread_;
};

class Trips : public testing::Test {
 protected:
    Trips()
        : server_(Server::of_file(EBRA_POSTGRES_SERVER)),
          relay_(static_cast<std::uint16_t>(std::stoi(server_.port))),
          store_(Server{"127.0.0.1", std::to_string(relay_.port())}.options(
              unique_schema(), R"(, "pool_size": 1)")) {
        EXPECT_EQ(store_.status(), EBRA_OK) << store_.message();
        store_.renew(store_.now());
        // Statements are prepared when they are first used.
        enqueue("warm");
        end(claim());
        store_.get("warm");
    }

    void enqueue(const std::string& id) {
        store_.enqueue(store_.now(), {{.id = id, .to = "+1" + id}});
        EXPECT_EQ(store_.status(), EBRA_OK) << store_.message();
    }

    std::vector<SeenCall> claim() {
        const auto claimed = store_.claim(store_.now(), 1, ++token_).calls;
        EXPECT_EQ(claimed.size(), 1u) << store_.message();
        return claimed;
    }

    void end(const std::vector<SeenCall>& calls) {
        for (const SeenCall& call : calls) {
            NewStep step{.step = EBRA_STEP_ENDED, .call_id = call.id, .placement = call.number};
            step.outcome = EBRA_OUTCOME_COMPLETED;
            EXPECT_EQ(store_.take(store_.now(), step).status, EBRA_OK) << store_.message();
        }
    }

    /// On the connection that worked most: the others listen, and look for work now and then.
    double turns_each(const std::function<void(std::uint64_t)>& work) {
        const auto before = relay_.turns();
        for (std::uint64_t n = 0; n < kCalls; ++n) work(n);
        const auto after = relay_.turns();
        std::uint64_t most = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            most = std::max(most, after[i] - before[i]);
        }
        return static_cast<double>(most) / kCalls;
    }

    const Server server_;
    Relay relay_;
    StoreFace store_;
    std::uint64_t token_ = 0;
};

TEST_F(Trips, AnEnqueueTakesTwoAClaimFourAndAnEndThree) {
    EXPECT_EQ(turns_each([&](std::uint64_t n) { enqueue("call-" + std::to_string(n)); }), 2);

    std::vector<SeenCall> claimed;
    EXPECT_EQ(turns_each([&](std::uint64_t) { claimed.push_back(claim().front()); }), 4);

    EXPECT_EQ(turns_each([&](std::uint64_t n) { end({claimed[n]}); }), 3);
}

TEST_F(Trips, TheClaimOfACallThatCameAloneDoesNotLookFirstAndTheOneAfterItOnlyLooks) {
    store_.claim(store_.now(), 10, ++token_);
    store_.claim(store_.now(), 10, ++token_);
    EXPECT_EQ(turns_each([&](std::uint64_t n) {
                  enqueue("call-" + std::to_string(n));
                  EXPECT_EQ(store_.claim(store_.now(), 10, ++token_).calls.size(), 1u);
                  EXPECT_EQ(store_.claim(store_.now(), 10, ++token_).calls.size(), 0u);
              }),
              2 + 4 + 1);
}

TEST_F(Trips, AClaimThatFindsNothingIsRolledBackAndNotCommitted) {
    const auto before = relay_.said("ROLLBACK");

    // The first after an enqueue that found its number busy does not look before it locks.
    enqueue("warm-again");
    claim();
    store_.enqueue(store_.now(), {{.id = "behind", .to = "+1warm-again"}});
    EXPECT_EQ(store_.claim(store_.now(), 10, ++token_).calls.size(), 0u);

    EXPECT_EQ(relay_.said("ROLLBACK") - before, 1u);
}

TEST_F(Trips, AnIdleClaimTakesOneAndSoDoesAGet) {
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(store_.claim(store_.now(), 1, ++token_).calls.size(), 0u);
    }
    EXPECT_EQ(turns_each([&](std::uint64_t) { store_.claim(store_.now(), 1, ++token_); }), 1);
    EXPECT_EQ(turns_each([&](std::uint64_t) { store_.get("warm"); }), 1);
}

}  // namespace
}  // namespace ebra::postgres::test
