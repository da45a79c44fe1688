// What a statement reads is to depend on what it is about, never on what else is in the tables or
// on what statistics say of them. Counted in rows, not in time: each statement runs in a
// transaction of its own, which then asks how many rows it fetched and is undone.
#include "inside.hpp"
#include "postgres_stage.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;

constexpr int kCrowd = 20'000;
constexpr int kInFlight = 1000;
constexpr std::uint32_t kClaimed = 10;
// A claimed or stored call touches a handful of rows in each of a handful of tables.
constexpr std::int64_t kRowsOfACall = 30;
constexpr std::int64_t kRowsOfAStatement = 60;
// What a claim reads of all that is in flight: before the lock, after it, of all and of the
// provider.
constexpr std::int64_t kCounts = 4;

class Plans : public testing::Test {
 protected:
    Plans()
        : server_(Server::of_file(EBRA_POSTGRES_SERVER)),
          stage_(server_),
          connection_(connect(parse_options(server_.options(stage_.schema())))) {}

    std::int64_t rows_fetched() {
        return connection_
            ->execute(
                "SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), "
                "0)::bigint FROM pg_stat_xact_user_tables WHERE schemaname = '" +
                stage_.schema() + "'")
            .at(0)
            .integer(0);
    }

    /// Rows that `body` fetches; what it does is undone.
    std::int64_t rows_of(const std::function<void(Session&)>& body) {
        Session session{*connection_, lanes_};
        connection_->execute("BEGIN");
        const std::int64_t before = rows_fetched();
        body(session);
        const std::int64_t after = rows_fetched();
        connection_->execute("ROLLBACK");
        return after - before;
    }

    std::int64_t rows_of_claim() {
        const AskedClaim asked(kClaimed, stage_.store().now());
        return rows_of([&](Session& session) {
            ClaimResult idle;
            EXPECT_FALSE(is_idle(session, asked.request(), looks_, idle));
            EXPECT_EQ(claim(session, asked.request(), looks_).calls.size(), kClaimed);
        });
    }

    /// Of a call that is in flight.
    std::int64_t rows_of_end(const std::string& id) {
        return rows_of([&](Session& session) { end_call(session, stage_.store().now(), id); });
    }

    std::int64_t rows_of_enqueue() {
        return rows_of([&](Session& session) { enqueue_one_more(session, stage_.store().now()); });
    }

    static constexpr std::int64_t kRowsOfAClaim = kRowsOfAStatement + kClaimed * kRowsOfACall;

    const Server server_;
    Stage stage_;
    Lanes lanes_;
    Looks looks_;
    std::unique_ptr<Connection> connection_;
};

TEST_F(Plans, AreMadeWithoutWhatTakesLongerThanTheStatement) {
    const auto setting = [&](const std::string& name) {
        return connection_->execute("SHOW " + name).at(0).text(0);
    };

    EXPECT_EQ(setting("jit"), "off");
    EXPECT_EQ(setting("max_parallel_workers_per_gather"), "0");
    EXPECT_EQ(setting("enable_seqscan"), "off");
    EXPECT_EQ(setting("enable_bitmapscan"), "off");
    EXPECT_EQ(setting("plan_cache_mode"), "force_generic_plan");
}

TEST_F(Plans, AClaim_DoesNotReadWhatWaitsForABusyNumber) {
    stage_.enqueue(1, [](NewCall& call) { call.to = "+1busy"; });
    stage_.claim(1);
    stage_.add({kCrowd, Crowd::State::kParked, 9, "+1busy"});
    stage_.enqueue(2 * kClaimed);

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
}

TEST_F(Plans, AClaim_DoesNotReadWhatIsPinnedToAClosedProvider) {
    stage_.store().set_paused(stage_.store().now(), "provider:shut", true);
    stage_.add({kCrowd, Crowd::State::kReady, 9, "", "shut"});
    stage_.enqueue(2 * kClaimed);

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
}

TEST_F(Plans, AClaim_DoesNotReadWhatIsScheduledForLater) {
    stage_.add({kCrowd, Crowd::State::kScheduled});
    stage_.enqueue(2 * kClaimed);

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
}

TEST_F(Plans, AClaim_DoesNotReadABacklogOrWhatHasEnded) {
    stage_.add({kCrowd, Crowd::State::kReady});
    stage_.add({kCrowd, Crowd::State::kFinished});

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
}

// What was prepared for empty tables, with statistics that say so, is used for full ones.
TEST_F(Plans, MadeForEmptyTables_ReadNoMoreWhenTheyAreFull) {
    stage_.analyze();
    stage_.enqueue(2 * kClaimed);
    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
    EXPECT_LE(rows_of_enqueue(), kRowsOfAStatement);

    stage_.add({kCrowd, Crowd::State::kReady});

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
    EXPECT_LE(rows_of_enqueue(), kRowsOfAStatement);
}

// The guard "no other call of the number" and the end of one call probe: counting is the only thing
// that reads what is in flight, each count once.
TEST_F(Plans, MadeWhenNothingWasInFlight_ProbeForEachNumber) {
    stage_.analyze();
    stage_.enqueue(2 * kClaimed);
    EXPECT_LE(rows_of_claim(), kRowsOfAClaim);
    stage_.enqueue(kInFlight);
    const auto claimed = stage_.claim(kInFlight).calls;
    ASSERT_EQ(claimed.size(), static_cast<std::size_t>(kInFlight));
    stage_.enqueue(2 * kClaimed);

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim + kCounts * kInFlight);
    EXPECT_LE(rows_of_enqueue(), kRowsOfAStatement);
    EXPECT_LE(rows_of_end(claimed.front().id), kRowsOfAStatement);
}

// A plan that is right for a few rows is used until statistics say that there are more.
TEST_F(Plans, MadeForAFewRows_ReadNoMoreWhenTablesAreFull) {
    stage_.enqueue(2 * kClaimed + 2);
    const auto first = stage_.claim(2).calls;
    stage_.end({first.front()});
    stage_.analyze();
    rows_of_claim();
    rows_of_enqueue();
    rows_of_end(first.back().id);
    stage_.enqueue(kInFlight);
    const auto claimed = stage_.claim(kInFlight).calls;
    ASSERT_EQ(claimed.size(), static_cast<std::size_t>(kInFlight));
    stage_.accept(claimed);
    stage_.add({kCrowd, Crowd::State::kReady});
    stage_.add({kCrowd, Crowd::State::kFinished});

    EXPECT_LE(rows_of_claim(), kRowsOfAClaim + kCounts * kInFlight);
    EXPECT_LE(rows_of_enqueue(), kRowsOfAStatement);
    EXPECT_LE(rows_of_end(claimed.front().id), kRowsOfAStatement);
}

class Counter : public pqxx::notification_receiver {
 public:
    using pqxx::notification_receiver::notification_receiver;
    void operator()(const std::string&, int) override { ++count; }
    int count = 0;
};

// A NOTIFY a row takes one lock across each commit.
TEST_F(Plans, Wakeups_AreNotOneForEachCommit) {
    constexpr int kCommits = 200;
    constexpr auto kApart = std::chrono::milliseconds(20);
    pqxx::connection listening(server_.connection_string());
    Counter heard(listening, "ebra_" + stage_.schema());
    const auto started = std::chrono::steady_clock::now();

    for (int i = 0; i < kCommits; ++i) stage_.enqueue(1);
    listening.await_notification(5, 0);
    const auto passed = std::chrono::steady_clock::now() - started;
    while (listening.await_notification(0, 100'000) > 0) {
    }

    EXPECT_GE(heard.count, 1);
    EXPECT_LE(heard.count, passed / kApart + 2);
    EXPECT_LT(heard.count, kCommits);
}

class Wakeups : public Plans {
 protected:
    Wakeups() : listening_(server_.connection_string()), heard_(listening_, channel()) {}

    std::string channel() { return "ebra_" + stage_.schema(); }

    ebra_status wait(std::int64_t timeout_ms) {
        auto error = plugin::sized<ebra_error>();
        return stage_.store().table().wait(stage_.store().self(), timeout_ms, &error);
    }

    /// Of what is there already nobody is to be woken.
    void take_news() {
        while (wait(0) == EBRA_OK) {
        }
    }

    /// Stores calls while somebody of this process waits for work, who then claims so many.
    void enqueue_and_claim(int calls, std::uint32_t limit) {
        take_news();
        auto waiter = std::async(std::launch::async, [this] { wait(30'000); });
        waiter.wait_for(std::chrono::milliseconds(50));
        stage_.enqueue(calls);
        waiter.get();
        EXPECT_EQ(stage_.claim(limit).calls.size(), std::min<std::size_t>(limit, calls));
    }

    /// All that was told since the last time.
    int heard() {
        while (listening_.await_notification(0, 200'000) > 0) {
        }
        return std::exchange(heard_.count, 0);
    }

    static constexpr int kRounds = 20;

    pqxx::connection listening_;
    Counter heard_;
};

// A NOTIFY is a commit: it would be in the claim's way.
TEST_F(Wakeups, AreNotSentForWhatAClaimOfThisProcessTakes) {
    heard();
    for (int round = 0; round < kRounds; ++round) enqueue_and_claim(1, 10);

    // Now and then the waiter was not there yet.
    EXPECT_LT(heard(), kRounds / 2);
}

TEST_F(Wakeups, AreSentForWhatAClaimOfThisProcessLeaves) {
    heard();
    enqueue_and_claim(2, 1);

    EXPECT_GE(heard(), 1);
}

TEST_F(Wakeups, AreSentWhenWhoWaitedDoesNotClaim) {
    heard();
    take_news();
    auto waiter = std::async(std::launch::async, [this] {
        wait(30'000);
        wait(0);
    });
    waiter.wait_for(std::chrono::milliseconds(50));
    stage_.enqueue(1);
    waiter.get();

    EXPECT_GE(heard(), 1);
}

// Now and then the listener's own look each second comes between: hence rounds.
TEST_F(Wakeups, DoNotComeForWhatAClaimHasSeen) {
    take_news();
    int rounds_woken = 0;
    for (int round = 0; round < kRounds; ++round) {
        stage_.enqueue(1);
        EXPECT_EQ(stage_.claim(10).calls.size(), 1u);
        rounds_woken += wait(0) == EBRA_OK;
    }

    EXPECT_LT(rounds_woken, kRounds / 2);
}

TEST_F(Wakeups, DoNotComeForNewCallsWhileTheCapIsFullAndComeWhenOneEnds) {
    stage_.store().set_max(stage_.store().now(), "global", 1);
    stage_.enqueue(2);
    auto claimed = stage_.claim(10).calls;
    ASSERT_EQ(claimed.size(), 1u);
    take_news();
    heard();
    int rounds_woken = 0;
    for (int round = 0; round < kRounds; ++round) {
        stage_.enqueue(1);
        rounds_woken += wait(0) == EBRA_OK;
    }
    const int told = heard();
    take_news();

    stage_.accept(claimed);
    stage_.end(claimed);

    EXPECT_LT(rounds_woken, kRounds / 2);
    EXPECT_LT(told, kRounds / 2);
    EXPECT_EQ(wait(0), EBRA_OK);
    EXPECT_EQ(stage_.claim(10).calls.size(), 1u);
}

TEST_F(Wakeups, ComeWhenAFullCapIsRaised) {
    stage_.store().set_max(stage_.store().now(), "global", 1);
    stage_.enqueue(2);
    ASSERT_EQ(stage_.claim(10).calls.size(), 1u);
    take_news();

    stage_.store().set_max(stage_.store().now(), "global", 2);

    EXPECT_EQ(wait(0), EBRA_OK);
    EXPECT_EQ(stage_.claim(10).calls.size(), 1u);
}

}  // namespace
}  // namespace ebra::postgres::test
