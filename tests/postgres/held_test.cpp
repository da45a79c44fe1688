// While an old transaction is open nothing that ended since it began can be cleaned away. What a
// claim, an enqueue and an end walk past is to depend on what is there, never on what has passed;
// and to pass by it must lose nothing. Counted in entries of indexes, dead ones too, and in pages:
// each statement runs in a transaction of its own, which is undone.
#include "inside.hpp"
#include "postgres_stage.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using conformance::SeenCall;
using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kPassed = 20'000;  // More than makes a look dear.
constexpr int kBatch = 1000;
constexpr std::uint32_t kHeldClaimed = 10;
// Of a claim: slots of the batch that moved the spans of those in use, and of one after it, counted
// before the lock, under it, and when the spans are moved again.
constexpr std::int64_t kEntriesMore = 3 * 2 * kBatch + 100;
// Of one row: what it leaves behind until it moves to its next place, and a level more of each
// index.
constexpr std::int64_t kPagesMore = 40;

/// What was read.
struct Work {
    std::int64_t entries = 0;
    std::int64_t pages = 0;
};

/// A server's database of its own: an old transaction holds up all of its database.
Server own_database() {
    Server server = Server::of_file(EBRA_POSTGRES_SERVER);
    pqxx::connection connection(server.connection_string());
    server.database = unique_schema();
    pqxx::nontransaction(connection).exec("CREATE DATABASE " + server.database);
    return server;
}

class HeldOpen : public testing::Test {
 protected:
    HeldOpen()
        : stage_(own_database()),
          connection_(connect(parse_options(stage_.server().options(stage_.schema())))),
          holder_(stage_.server().connection_string()),
          old_(holder_, "old") {
        stage_.analyze();
        old_.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        old_.exec("SELECT pg_current_xact_id()");
    }

    StoreFace& store() { return stage_.store(); }

    /// Calls that are claimed and ended.
    void pass(int count) {
        for (int done = 0; done < count; done += kBatch) {
            stage_.enqueue(kBatch);
            stage_.end(stage_.claim(kBatch).calls);
        }
    }

    /// Of this session; pages of tables too.
    Work work_so_far() {
        const Rows rows = connection_->execute(
            "SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(oid)) FILTER (WHERE relkind = "
            "'i'), 0)::bigint, coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0)::bigint "
            "FROM pg_class WHERE relkind IN ('i', 'r') AND relnamespace = '" +
            stage_.schema() + "'::regnamespace");
        return {rows.at(0).integer(0), rows.at(0).integer(1)};
    }

    Work work_of(const std::function<void(Session&)>& body) {
        Session session{*connection_, lanes_};
        connection_->execute("BEGIN");
        const Work before = work_so_far();
        body(session);
        const Work after = work_so_far();
        connection_->execute("ROLLBACK");
        return {after.entries - before.entries, after.pages - before.pages};
    }

    std::vector<std::string> claim_at(Session& session, std::uint32_t limit, ebra_time_ms time) {
        const AskedClaim asked(limit, time);
        ClaimResult idle;
        is_idle(session, asked.request(), looks_, idle);
        std::vector<std::string> ids;
        for (const FullCall& full : claim(session, asked.request(), looks_).calls) {
            ids.push_back(full.call.id);
        }
        return ids;
    }

    /// What a claim takes that begins to look where looks_ says; undone.
    std::vector<std::string> claimed_by_look(std::uint32_t limit, ebra_time_ms ahead_ms = 0) {
        std::vector<std::string> ids;
        work_of(
            [&](Session& session) { ids = claim_at(session, limit, store().now() + ahead_ms); });
        return ids;
    }

    Work work_of_claim() {
        return work_of([this](Session& session) {
            EXPECT_THAT(claim_at(session, kHeldClaimed, store().now()), SizeIs(kHeldClaimed));
        });
    }

    /// Pages that each way to change something reads, by its name; all are undone.
    std::map<std::string, std::int64_t> pages_of_changes() {
        const ebra_time_ms now = store().now();
        const auto pages = [&](const auto& change) { return work_of(change).pages; };
        return {
            {"enqueue", pages([&](Session& in) { enqueue_one_more(in, now); })},
            {"move", pages([&](Session& in) { move_call(in, now, "later"); })},
            {"cancel", pages([&](Session& in) { cancel_call(in, now, "later"); })},
            {"accept", pages([&](Session& in) { accept_call(in, now, "lasting"); })},
            {"end", pages([&](Session& in) { end_call(in, now, "lasting"); })},
            {"reclaim", pages([&](Session& in) { reclaim_nothing(in, now); })},
        };
    }

    /// As many transactions of this session, each with its part in the statistics.
    void commit_tallies(int count) {
        connection_->execute("SET synchronous_commit TO off; SET statement_timeout TO 0");
        connection_->execute("DO $$ BEGIN FOR i IN 1.." + std::to_string(count) +
                             " LOOP PERFORM tally('{0,0,0,0,0,0,0,0,0,0,1}'); COMMIT; END LOOP; "
                             "END $$");
    }

    Stage stage_;
    Lanes lanes_;
    Looks::Clock::time_point now_ = Looks::Clock::now();
    Looks looks_{[this] { return now_; }};
    std::unique_ptr<Connection> connection_;
    pqxx::connection holder_;
    pqxx::work old_;
};

TEST_F(HeldOpen, WhatIsRead_DoesNotGrowWithWhatHasPassed) {
    stage_.enqueue(1, [](NewCall& call) { call.id = "lasting"; });
    ASSERT_EQ(stage_.claim(1).calls.size(), 1u);
    stage_.enqueue(1, [this](NewCall& call) {
        call.id = "later", call.not_before = store().now() + 3'600'000;
    });
    stage_.enqueue(2 * kHeldClaimed);
    work_of_claim();  // Reads the lane, which is kept.
    const Work claim = work_of_claim();
    const auto changes = pages_of_changes();
    stage_.end(stage_.claim(2 * kHeldClaimed).calls);
    pass(kPassed);
    commit_tallies(kPassed);
    stage_.analyze();  // Few rows and many pages, and plans made for that.
    stage_.enqueue(2 * kHeldClaimed);
    EXPECT_GT(work_of_claim().entries, kPassed) << "a whole look walks past all that has passed";

    EXPECT_LE(work_of_claim().entries, claim.entries + kEntriesMore);
    for (const auto& [name, pages] : pages_of_changes()) {
        EXPECT_LE(pages, changes.at(name) + kPagesMore) << name;
    }
}

// What comes to stand before the place where claims begin to look is found a second later.
TEST_F(HeldOpen, ACallThatGoesFirst_WaitsNoLongerThanToTheNextWholeLook) {
    pass(kPassed);
    stage_.enqueue(2);
    claimed_by_look(1);
    stage_.enqueue(1, [](NewCall& call) { call.id = "urgent", call.priority = 9; });

    now_ += milliseconds(900);
    EXPECT_THAT(claimed_by_look(3), SizeIs(2));
    now_ += milliseconds(200);
    EXPECT_THAT(claimed_by_look(3), testing::ElementsAre("urgent", testing::_, testing::_));
}

TEST_F(HeldOpen, WhatComesBehindOrInAnotherLane_IsFoundAtOnce) {
    pass(kPassed);
    stage_.enqueue(1);
    stage_.end(stage_.claim(1).calls);
    stage_.enqueue(1);
    claimed_by_look(1);
    stage_.claim(1);
    ASSERT_THAT(claimed_by_look(1), IsEmpty());

    stage_.enqueue(1, [](NewCall& call) { call.id = "same lane"; });
    EXPECT_THAT(claimed_by_look(1), testing::ElementsAre("same lane"));
    stage_.enqueue(1, [](NewCall& call) { call.id = "lower", call.priority = -1; });
    stage_.enqueue(1, [](NewCall& call) { call.id = "pinned", call.provider = "sim"; });
    EXPECT_THAT(claimed_by_look(9), testing::UnorderedElementsAre("same lane", "lower", "pinned"));
}

TEST_F(HeldOpen, WhatComesDue_IsFoundAtOnce) {
    constexpr ebra_time_ms kHour = 3'600'000;
    pass(kPassed);
    stage_.enqueue(1);
    claimed_by_look(1);
    const ebra_time_ms now = store().now();
    stage_.enqueue(1, [&](NewCall& call) { call.id = "later", call.not_before = now + kHour; });
    stage_.enqueue(1, [&](NewCall& call) { call.id = "over", call.not_after = now + kHour; });

    EXPECT_THAT(claimed_by_look(9), testing::Not(testing::Contains("later")));
    const auto claimed = claimed_by_look(9, 2 * kHour);
    EXPECT_THAT(claimed, testing::Contains("later"));
    EXPECT_THAT(claimed, testing::Not(testing::Contains("over")));
}

// Nothing that is in flight is passed by, however long it is, and however much has passed beside
// it.
TEST_F(HeldOpen, SlotsInUse_AreCountedToTheCall) {
    constexpr int kApart = 150;  // Each has a span of its own.
    std::vector<SeenCall> lasting;
    for (int i = 0; i < 30; ++i) {
        stage_.enqueue(kApart);
        const auto claimed = stage_.claim(kApart).calls;
        lasting.push_back(claimed.front());
        stage_.end({claimed.begin() + 1, claimed.end()});
    }
    pass(2 * kBatch);
    store().set_max(store().now(), "global", 33);
    stage_.enqueue(10);

    EXPECT_THAT(stage_.claim(10).calls, SizeIs(3));
    EXPECT_THAT(store().check(), IsEmpty());
    stage_.end({lasting.begin(), lasting.begin() + 5});
    EXPECT_THAT(stage_.claim(10).calls, SizeIs(5));
    EXPECT_THAT(store().check(), IsEmpty());
}

TEST_F(HeldOpen, ACallsOwnLimits_AreCountedToTheCall) {
    const auto capped = [](NewCall& call) { call.cap_keys = {"tenant:a"}; };
    stage_.enqueue(1, capped);
    const auto lasting = stage_.claim(1).calls;
    for (int i = 0; i < 3; ++i) {
        stage_.enqueue(kBatch, capped);
        stage_.end(stage_.claim(kBatch).calls);
    }
    store().set_max(store().now(), "tenant:a", 2);
    stage_.enqueue(3, capped);

    EXPECT_THAT(stage_.claim(10).calls, SizeIs(1));
    EXPECT_THAT(store().check(), IsEmpty());
    stage_.end(lasting);
    EXPECT_THAT(stage_.claim(10).calls, SizeIs(1));
    EXPECT_THAT(store().check(), IsEmpty());
}

// A sequence that was not copied with its table: better no claim than one that is not counted.
TEST_F(HeldOpen, NumbersOfSlotsThatWentBack_AreRefused) {
    pass(2 * kBatch);
    stage_.enqueue(1);
    stage_.sql("ALTER TABLE in_flight ALTER slot RESTART WITH 1");

    store().claim(store().now(), 1, 4711);
    EXPECT_NE(store().status(), EBRA_OK);
    EXPECT_THAT(store().message(), testing::HasSubstr("sequence of in_flight.slot"));
}

}  // namespace
}  // namespace ebra::postgres::test
