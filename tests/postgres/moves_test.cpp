// Two who are at one call while it goes to another number: each must hold the line of the number
// that the call has, not of the one it had.
#include "fresh_schema.hpp"

#include <chrono>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <thread>

namespace ebra::postgres::test {
namespace {

using conformance::NewStep;
using conformance::SeenItem;
using testing::IsEmpty;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(30);
constexpr const char* kPatient = R"(, "lock_timeout_ms": 60000, "statement_timeout_ms": 60000)";

/// Holds the writes of one session at its next change of calls, after it has looked at them.
constexpr const char* kHoldWrites =
    "CREATE FUNCTION hold_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF current_setting('application_name') = 'held' THEN "
    "PERFORM pg_advisory_xact_lock_shared(hashtext(current_schema())); END IF; RETURN NULL; END $$;"
    "CREATE TRIGGER hold_write BEFORE UPDATE ON calls FOR EACH STATEMENT "
    "EXECUTE FUNCTION hold_write()";

class Moves : public FreshSchema {
 protected:
    Moves()
        : store_(options(kPatient)),
          keeper_(server_.connection_string()),
          watcher_(server_.connection_string()) {
        EXPECT_EQ(store_.status(), EBRA_OK) << store_.message();
        store_.renew(store_.now());
        keep("SET search_path TO " + schema_);
    }

    /// Options of a store whose writes wait for the keeper.
    std::string held_options() const {
        std::string made = options(kPatient);
        const std::string name = "application_name=" + schema_;
        return made.replace(made.find(name), name.size(), "application_name=held");
    }

    pqxx::result keep(const std::string& sql) {
        pqxx::nontransaction work(keeper_);
        return work.exec(sql);
    }

    /// Until so many sessions of the test wait for a lock.
    void wait_for_waiting(int count) {
        const std::string question =
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
            "pg_blocking_pids(pid) <> '{}' AND application_name IN ('held', '" +
            schema_ + "')";
        const auto deadline = Clock::now() + kPatience;
        while (pqxx::nontransaction(watcher_).exec(question).front()[0].as<int>() != count) {
            if (Clock::now() > deadline) throw std::runtime_error("in vain: nobody waits");
            poll(nullptr, 0, 5);
        }
    }

    std::int64_t numbers() { return keep("SELECT count(*) FROM phones").front()[0].as<int>(); }

    StoreFace store_;
    pqxx::connection keeper_;
    pqxx::connection
        watcher_;  // Within a transaction the keeper would see the same again and again.
};

TEST_F(Moves, ACancelThatWaitedForAMoveHoldsTheNewNumbersLine) {
    StoreFace held(held_options());
    store_.enqueue(store_.now(), {{.id = "a", .to = "+1"}});
    keep(kHoldWrites);
    keep("SELECT pg_advisory_lock(hashtext(current_schema()))");

    // The move waits for the line of the old number, the cancel behind it.
    keep("BEGIN; SELECT lock_lines(ARRAY ['+1'])");
    StoreFace mover(options(kPatient));
    std::thread moving([&] { mover.patch_number(mover.now(), "a", "+2"); });
    wait_for_waiting(1);
    SeenItem canceled;
    std::thread canceling(
        [&] { canceled = held.take(held.now(), {.step = EBRA_STEP_CANCEL, .call_id = "a"}); });
    wait_for_waiting(2);
    keep("COMMIT");
    moving.join();
    ASSERT_EQ(mover.status(), EBRA_OK) << mover.message();
    wait_for_waiting(1);

    // It has seen the call PENDING and is about to write: nobody else may dial it.
    EXPECT_THAT(store_.claim(store_.now(), 10).calls, IsEmpty());
    keep("SELECT pg_advisory_unlock_all()");
    canceling.join();

    EXPECT_EQ(canceled.status, EBRA_OK) << held.message();
    EXPECT_EQ(store_.get("a")->status, EBRA_CALL_CANCELED);
    EXPECT_EQ(store_.get("a")->to, "+2");
    EXPECT_THAT(store_.check(store_.now()), IsEmpty());
}

TEST_F(Moves, ANumberIsForgottenWhenItsLastCallMovesAway) {
    store_.enqueue(store_.now(), {{.id = "a", .to = "+1"}, {.id = "b", .to = "+1"}});
    store_.enqueue(store_.now(), {{.id = "c", .to = "+3"}});
    ASSERT_EQ(store_.claim(store_.now(), 1).calls.size(), 1u);

    store_.patch_number(store_.now(), "b", "+2");
    EXPECT_EQ(numbers(), 3) << "one number is in flight, and is kept";

    for (const char* to : {"+4", "+5", "+6", "+2"}) store_.patch_number(store_.now(), "c", to);
    EXPECT_EQ(numbers(), 2) << "a call that goes from number to number leaves no trail";
    EXPECT_THAT(store_.check(store_.now()), IsEmpty());

    store_.enqueue(store_.now(), {{.id = "d", .to = "+3"}});
    EXPECT_EQ(store_.claim(store_.now(), 10).calls.size(), 2u) << "a number may come again";
}

}  // namespace
}  // namespace ebra::postgres::test
