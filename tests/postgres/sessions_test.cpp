// What the store keeps of a session and loses with it: locks of one that stands still, and what was
// read from a server that another one has taken over from.
#include "database.hpp"
#include "error.hpp"
#include "fresh_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

namespace ebra::postgres::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// Longer than a session may stand still within a transaction.
constexpr int kTooLongMs = 3'500;

class Sessions : public FreshSchema {
 protected:
    void end_sessions() const {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" +
            schema_ + "'");
    }

    std::string provider_of(const std::string& id) const {
        const pqxx::result rows =
            sql("SELECT provider FROM calls JOIN lanes USING (lane) WHERE id = '" + id + "'");
        return rows.empty() ? "no lane" : rows.front()[0].c_str();
    }
};

TEST_F(Sessions, TheCapLockOfASessionThatStandsStillIsFreeBeforeOthersGiveUp) {
    StoreFace store(options());
    store.renew(store.now());
    store.enqueue(store.now(), {{.id = "a", .to = "+1"}});
    const Options parsed = parse_options(options());
    const auto frozen = connect(parsed);
    frozen->execute("BEGIN");
    frozen->query(Sql::kGateLock);

    EXPECT_THAT(store.claim(store.now(), 1).calls, SizeIs(1)) << store.message();
    EXPECT_THROW(frozen->execute("COMMIT"), ConnectionLost);
}

TEST_F(Sessions, ATransactionThatWorksForLongIsLeftAlone) {
    StoreFace made(options());
    const Options parsed = parse_options(options());
    const auto connection = connect(parsed);
    connection->execute("BEGIN");
    connection->query(Sql::kGateLock);
    connection->execute("SELECT pg_sleep(" + std::to_string(kTooLongMs / 1e3) + ")");

    EXPECT_EQ(connection->query(Sql::kGateStopped).at(0).text(0), "");
    connection->execute("COMMIT");
}

TEST_F(Sessions, ATransactionThatWasEndedForStandingStillIsDoneAgain) {
    StoreFace made(options());
    const Options parsed = parse_options(options());
    StoreClock clock(machine_host());
    Watchdog watchdog;
    const std::atomic<bool> waits_for_standby = false;
    Database database(parsed, 1, clock, watchdog, waits_for_standby, [](Connection&) {});
    int runs = 0;
    database.run(Begin::kWrite, [&](Connection& connection) {
        connection.query(Sql::kClockRaise, std::int64_t{++runs});
        if (runs == 1) poll(nullptr, 0, kTooLongMs);
        connection.query(Sql::kGateStopped);
    });

    EXPECT_EQ(runs, 2);
}

TEST_F(Sessions, OneClaimOfAProcessHasAConnectionAndWritesGoBesideIt) {
    StoreFace made(options());
    Options parsed = parse_options(options());
    parsed.acquire_timeout_ms = 50;
    StoreClock clock(machine_host());
    Watchdog watchdog;
    const std::atomic<bool> waits_for_standby = false;
    Database database(parsed, 4, clock, watchdog, waits_for_standby, [](Connection&) {});
    int looks = 0;
    const auto look = [&](Connection& connection) {
        connection.query(Sql::kGateStopped);
        ++looks;
    };
    std::string refusal;

    database.run(Begin::kPeek, [&](Connection& connection) {
        look(connection);
        database.run(Begin::kWrite, look);
        database.run(Begin::kGet, look);
        try {
            database.run(Begin::kPeek, look);
        } catch (const StoreError& error) {
            refusal = error.what();
        }
    });
    EXPECT_EQ(looks, 3);
    EXPECT_THAT(refusal, HasSubstr("other claims hold the connection for claims"));

    database.run(Begin::kPeek, look);
    EXPECT_EQ(looks, 4) << "it is given back";
}

TEST_F(Sessions, ALaneThatTheServerBeforeHadIsNotTakenForAnotherOne) {
    StoreFace store(options());
    store.renew(store.now());
    store.enqueue(store.now(), {{.id = "a", .to = "+1", .provider = "sim"}});
    ASSERT_EQ(provider_of("a"), "sim");

    // Another server takes over; the lane's number went to another lane there.
    sql("UPDATE lanes SET provider = 'other'; UPDATE era SET id = gen_random_uuid()");
    end_sessions();
    store.enqueue(store.now(), {{.id = "b", .to = "+2", .provider = "sim"}});

    EXPECT_EQ(store.status(), EBRA_OK) << store.message();
    EXPECT_EQ(provider_of("b"), "sim");
    const auto claim = store.claim(store.now(), 10, 7, {"sim"});
    ASSERT_THAT(claim.calls, SizeIs(1));
    EXPECT_EQ(claim.calls.front().id, "b") << "a call was given to a provider that it is not for";
}

TEST_F(Sessions, ALaneThatWasLostWithTheServerBeforeIsMadeAgain) {
    // As behind a pooler: the session stays, and has another server from one transaction to the
    // next.
    StoreFace store(options(R"(, "pooler": "transaction")"));
    store.enqueue(store.now(), {{.id = "a", .to = "+1", .provider = "sim"}});
    sql("DELETE FROM waiting; DELETE FROM calls; DELETE FROM lanes;"
        "UPDATE era SET id = gen_random_uuid()");

    store.enqueue(store.now(), {{.id = "b", .to = "+2", .provider = "sim"}});

    EXPECT_EQ(store.status(), EBRA_OK) << store.message();
    EXPECT_EQ(provider_of("b"), "sim");
    EXPECT_EQ(store.get("b")->status, EBRA_CALL_PENDING);
}

}  // namespace
}  // namespace ebra::postgres::test
