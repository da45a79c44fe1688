// ebra.store.outbox/1 and ebra.store.timeline/1: what is owed to clients, and what happened.
#include "store_bench.hpp"

#include <algorithm>

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

void settle(StoreBench& bench, int count) {
    for (int i = 0; i < count; ++i) bench.add(numbered(i));
    bench.claim_ids(0, 100);
    for (int i = 0; i < count; ++i) bench.complete(numbered(i).id, i);
}

void a_row_exists_exactly_when_its_step_applied(Trial& trial) {
    StoreBench bench(trial);
    bench.require_outbox();
    for (int i = 0; i < 6; ++i) bench.add(numbered(i));
    bench.add({.id = "old", .to = "+77", .priority = 5, .not_after = bench.at()});
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "c5"});
    bench.claim_ids(0, 5);
    expect_equal(bench->outbox_ids(), Ids{"c5", "old"}, "the outbox so far");

    bench.complete("c0");
    bench.step(ended("c1", EBRA_OUTCOME_FAILED));
    bench.step({.step = EBRA_STEP_LOST, .call_id = "c2", .placement = 1});
    bench.step({.step = EBRA_STEP_FAIL, .call_id = "c3", .placement = 1, .claim = 999}, EBRA_STALE);
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "c4",
                .placement = 1,
                .error_class = EBRA_CLASS_PERMANENT});
    bench.step(ended("c0", EBRA_OUTCOME_COMPLETED), EBRA_ALREADY);
    bench.step({.step = EBRA_STEP_FAIL, .call_id = "c4", .placement = 1, .claim = 7});

    const auto rows = bench->outbox();
    Ids ids;
    std::vector<std::int32_t> statuses;
    for (const SeenOutboxRow& row : rows) {
        ids.push_back(row.call_id);
        statuses.push_back(row.status);
    }
    expect_equal(ids, Ids{"c5", "old", "c0", "c1", "c4"}, "the outbox");
    expect_equal(statuses,
                 std::vector<std::int32_t>{EBRA_CALL_CANCELED, EBRA_CALL_EXPIRED,
                                           EBRA_CALL_COMPLETED, EBRA_CALL_FAILED, EBRA_CALL_FAILED},
                 "the statuses told");
    expect_equal(bench->counts().owed, 5, "owed");
}

void rows_are_read_in_order_after_a_sequence(Trial& trial) {
    StoreBench bench(trial);
    bench.require_outbox();
    settle(bench, 7);
    const auto all = bench->outbox();
    expect_equal(all.size(), 7, "rows");
    for (std::size_t i = 0; i < all.size(); ++i) {
        expect_equal(all[i].call_id, numbered(static_cast<int>(i)).id, "the order");
        expect_equal(all[i].at, bench.at(static_cast<std::int64_t>(i)), "at");
        expect(i == 0 || all[i].sequence > all[i - 1].sequence, "sequences grow");
    }

    const auto page = bench->outbox(all[2].sequence, 2);

    expect_equal(page.size(), 2, "rows of a page");
    expect_equal(page[0].sequence, all[3].sequence, "the first of the page");
    expect_equal(bench->outbox(all[6].sequence).size(), 0, "rows after the last");
}

void an_acknowledged_row_is_gone_for_good(Trial& trial) {
    StoreBench bench(trial);
    bench.require_outbox();
    settle(bench, 3);
    const auto rows = bench->outbox();

    expect_status(bench->acknowledge({rows[1].sequence, 999'999}), EBRA_OK, "ack");
    expect_status(bench->acknowledge({rows[1].sequence}), EBRA_OK, "ack again");
    expect_status(bench->acknowledge({}), EBRA_OK, "ack of nothing");

    expect_equal(bench->outbox_ids(), Ids{"c0", "c2"}, "the outbox");
    expect_equal(bench->counts().owed, 2, "owed");
    bench->acknowledge({rows[0].sequence, rows[2].sequence});
    bench.add(numbered(9));
    bench.claim_one("c9");
    bench.complete("c9");
    const auto fresh = bench->outbox();
    expect_equal(fresh.size(), 1, "rows then");
    expect(fresh[0].sequence > rows[2].sequence, "a sequence is never reused");
}

void the_timeline_tells_what_happened_in_order(Trial& trial) {
    StoreBench bench(trial);
    bench.require_timeline();
    bench.add({.id = "a", .to = "+1"});
    bench->patch_number(bench.at(1), "a", "+2");
    bench.claim_one("a", 7, 2);
    bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1}, EBRA_OK, 3);
    bench.step({.step = EBRA_STEP_GIVE_UP, .call_id = "a", .placement = 1, .claim = 7}, EBRA_OK, 4);
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at(5)},
               EBRA_OK, 5);
    bench.claim_one("a", 8, 6);
    bench.complete("a", 7);

    const auto history = bench->history("a");

    std::vector<std::int32_t> kinds;
    for (const SeenEntry& entry : history) kinds.push_back(entry.kind);
    expect_equal(kinds,
                 std::vector<std::int32_t>{EBRA_ENTRY_ENQUEUED, EBRA_ENTRY_PATCHED,
                                           EBRA_ENTRY_CLAIMED, EBRA_STEP_LOST, EBRA_STEP_GIVE_UP,
                                           EBRA_STEP_RETRY, EBRA_ENTRY_CLAIMED, EBRA_STEP_ENDED},
                 "the kinds of entries");
    for (std::size_t i = 0; i < history.size(); ++i) {
        expect_equal(history[i].at, bench.at(static_cast<std::int64_t>(i)), "at");
        expect(history[i].is_applied, "each was applied");
    }
    expect_equal(history.back().status, EBRA_CALL_COMPLETED, "the status at the end");
    expect_equal(history.back().placement, 2, "the placement at the end");
    const auto placements = bench->placements("a");
    expect_equal(placements.size(), 2, "placements");
    expect_equal(placements[0].disposition, EBRA_DISPOSITION_GIVEN_UP, "the first's disposition");
    expect_equal(placements[1].outcome, EBRA_OUTCOME_COMPLETED, "the second's outcome");
}

void evidence_is_always_recorded(Trial& trial) {
    StoreBench bench(trial);
    bench.require_timeline();
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    bench.complete("a");
    const std::size_t before = bench->history("a").size();

    bench.step(ended("a", EBRA_OUTCOME_FAILED), EBRA_ALREADY, 1);

    const auto history = bench->history("a");
    expect_equal(history.size(), before + 1, "entries after a contradiction");
    expect(!history.back().is_applied, "it was recorded only");
    expect_equal(history.back().status, EBRA_CALL_COMPLETED, "the status then");
}

void a_stale_decision_leaves_no_trace_that_it_applied(Trial& trial) {
    StoreBench bench(trial);
    bench.require_timeline();
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step({.step = EBRA_STEP_RELEASE, .call_id = "a", .placement = 1, .claim = 8}, EBRA_STALE);

    for (const SeenEntry& entry : bench->history("a")) {
        expect(entry.kind != EBRA_STEP_RELEASE || !entry.is_applied, "RELEASE was not applied");
    }
}

void a_dead_node_and_an_expiry_are_told(Trial& trial) {
    StoreBench bench(trial);
    bench.require_timeline();
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+2", .not_after = bench.at(5)});
    bench->renew(bench.at(), 1'000, "mortal");
    bench->claim(bench.at(), 1, 7, {"sim"}, "mortal");
    bench.claim_ids(5, 1, 8);
    bench->reclaim(bench.at(1'000), 50);
    const auto has = [&](const char* id, std::int32_t kind) {
        const auto history = bench->history(id);
        return std::any_of(history.begin(), history.end(),
                           [&](const SeenEntry& entry) { return entry.kind == kind; });
    };

    expect(has("a", EBRA_ENTRY_NODE_LOST), "the lost node is told");
    expect(has("b", EBRA_ENTRY_EXPIRED), "the expiry is told");
}

void the_timeline_of_an_unknown_call_is_not_found(Trial& trial) {
    StoreBench bench(trial);
    bench.require_timeline();

    bench->history("nobody");
    expect_status(bench->status(), EBRA_NOT_FOUND, "entries");
    bench->placements("nobody");
    expect_status(bench->status(), EBRA_NOT_FOUND, "placements");
}

}  // namespace

Group store_history_cases() {
    return {"store.history",
            Interface::kStore,
            {EBRA_CASE(a_row_exists_exactly_when_its_step_applied),
             EBRA_CASE(rows_are_read_in_order_after_a_sequence),
             EBRA_CASE(an_acknowledged_row_is_gone_for_good),
             EBRA_CASE(the_timeline_tells_what_happened_in_order),
             EBRA_CASE(evidence_is_always_recorded),
             EBRA_CASE(a_stale_decision_leaves_no_trace_that_it_applied),
             EBRA_CASE(a_dead_node_and_an_expiry_are_told),
             EBRA_CASE(the_timeline_of_an_unknown_call_is_not_found)}};
}

}  // namespace ebra::conformance
