// What was committed survives the process, for stores that are durable: reopening, and kill -9.
#include "child_process.hpp"
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

void require_durable(Trial& trial) {
    ChildProcess child([&](const ChildProcess::Tell& tell) {
        tell(static_cast<std::int64_t>(open_store(trial, trial.options())->capabilities()));
    });
    const auto told = child.hear();
    child.join();
    if (told && (*told & static_cast<std::int64_t>(EBRA_STORE_DURABLE)) != 0) return;
    throw CaseSkipped("the store is not durable");
}

void all_is_there_after_reopening(Trial& trial) {
    StoreBench bench(trial);
    bench.require(EBRA_STORE_DURABLE, "durable");
    for (int i = 0; i < 8; ++i) {
        NewCall call = numbered(i);
        call.cap_keys = {"cap:x"};
        call.idempotency_key = "key-" + std::to_string(i);
        bench.add(call);
    }
    bench.add({.id = "behind", .to = "+0"});
    bench.add({.id = "later", .to = "+99", .not_before = bench.at(5'000)});
    bench->set_max(bench.at(), "cap:x", 6);
    bench->set_rate(bench.at(), EBRA_LIMIT_GLOBAL, 1'000, 6);
    bench.claim_ids(0, 10);
    bench.complete("c0");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "c1", .placement = 1, .due_at = bench.at(50)});
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "c2",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    bench.step({.step = EBRA_STEP_ENDED,
                .outcome = EBRA_OUTCOME_COMPLETED,
                .provider = "sim",
                .provider_call_id = "p3",
                .dedup_key = "k"},
               EBRA_KEPT);
    const std::string secret = bench->setting("secret", "first");
    const auto calls = bench->list(0, 0, 100);
    const ebra_counts counts = bench->counts();

    bench.reopen();

    expect(bench->list(0, 0, 100) == calls, "all calls are as they were");
    const ebra_counts again = bench->counts();
    expect_equal(again.kept, counts.kept, "kept");
    expect_equal(again.owed, counts.owed, "owed");
    expect_equal(again.parked, counts.parked, "parked");
    expect_equal(again.undecided, counts.undecided, "undecided");
    expect_equal(again.pending, counts.pending, "pending");
    expect_equal(bench->setting("secret", "second"), secret, "the setting");
    expect_equal(bench.claim_ids(0, 10, 8).size(), 0, "claimed: tokens are still used up");
    expect_equal(ids_of(bench->find(EBRA_FIND_IDEMPOTENCY_KEY, "", "key-4")),
                 std::vector<std::string>{"c4"}, "found by the key");
    bench.step({.step = EBRA_STEP_ACCEPTED,
                .call_id = "c3",
                .placement = 1,
                .provider = "sim",
                .provider_call_id = "p3"});
    bench.expect_status_of("c3", EBRA_CALL_COMPLETED);
    bench.step({.step = EBRA_STEP_ENDED,
                .outcome = EBRA_OUTCOME_COMPLETED,
                .provider = "sim",
                .provider_call_id = "p3",
                .dedup_key = "k"},
               EBRA_ALREADY);
    expect_equal(bench.claim_ids(3'000, 10, 9).size(), 3, "claimed later");
    bench.expect_sound();
}

void the_dead_stay_dead_after_reopening(Trial& trial) {
    StoreBench bench(trial);
    bench.require(EBRA_STORE_DURABLE, "durable");
    bench->renew(bench.at(), 1'000, "mortal");
    bench->reclaim(bench.at(1'000), 50);

    bench.reopen();

    expect_status(bench->renew(bench.at(1'001), 1'000, "mortal"), EBRA_STALE,
                  "renewal of a dead node");
    expect_status(bench->claim(bench.at(1'001), 1).status, EBRA_OK, "claim of a living node");
}

/// Item i is enqueued, claimed by token i + 1, and, when even, completed; then it is told.
void write_items(Trial& trial, int first, ebra_time_ms start, const std::string& node,
                 const ChildProcess::Tell& tell) {
    const auto store = open_store(trial, trial.options());
    expect_status(store->renew(start, kMsPerDay, node), EBRA_OK, "lease_renew");
    for (int i = first;; ++i) {
        const std::string id = numbered(i).id;
        expect_status(store->enqueue_status(start, numbered(i)), EBRA_OK, "enqueue");
        const auto claim = store->claim(start, 1, static_cast<std::uint64_t>(i + 1), {"sim"}, node);
        expect_equal(ids_of(claim.calls), std::vector{id}, "what was claimed");
        if (i % 2 == 0) {
            expect_status(store->take(start, ended(id, EBRA_OUTCOME_COMPLETED, 1)).status, EBRA_OK,
                          "the end");
        }
        tell(i);
    }
}

void check_items(StoreFace& store, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i <= last; ++i) {
        const auto call = store.get(numbered(static_cast<int>(i)).id);
        if (!call) fail_case("item " + std::to_string(i) + " was acknowledged and is gone");
        expect_equal(call->claim, i + 1, "the token of " + call->id);
        expect_equal(call->status, i % 2 == 0 ? EBRA_CALL_COMPLETED : EBRA_CALL_IN_PROGRESS,
                     "the status of " + call->id);
    }
    if (!store.has_check()) return;
    expect_equal(store.check(), std::vector<std::string>{}, "ebra.store.check/1 after kill -9");
}

/// Ends what the killed one left half done, so that the next begins with nothing to claim.
int clean_up(StoreFace& store, ebra_time_ms start, const std::string& node) {
    store.renew(start, kMsPerDay, node);
    store.claim(start, 1'000, 999'999, {"sim"}, node);
    const ebra_counts counts = store.counts();
    return static_cast<int>(counts.in_progress + counts.completed);
}

void what_was_acknowledged_survives_kill_9(Trial& trial) {
    constexpr int kRounds = 6;
    require_durable(trial);
    const ebra_time_ms start = SystemClock().wall_ms() - kMsPerDay;
    int next = 0;
    for (int round = 0; round < kRounds; ++round) {
        const std::string node = "round-" + std::to_string(round);
        std::int64_t acknowledged = next - 1;
        ChildProcess writer(
            [&](const ChildProcess::Tell& tell) { write_items(trial, next, start, node, tell); });
        const auto wanted = 3 + trial.random().below(25);
        for (std::uint64_t heard = 0; heard < wanted; ++heard) {
            const auto item = writer.hear();
            if (!item) writer.join();
            acknowledged = item.value_or(acknowledged);
        }
        writer.kill();
        // What it still said before it died counts as well.
        while (const auto item = writer.hear()) acknowledged = *item;

        // In a process of its own: the next writer is forked from here.
        ChildProcess checker([&](const ChildProcess::Tell& tell) {
            const auto store = open_store(trial, trial.options());
            check_items(*store, next, acknowledged);
            tell(clean_up(*store, start, node));
        });
        const auto count = checker.hear();
        checker.join();
        expect(count && *count > acknowledged, "the store has all that was acknowledged");
        next = static_cast<int>(*count);
    }
}

}  // namespace

Group store_durable_cases() {
    return {"store.durable",
            Interface::kStore,
            {EBRA_CASE(all_is_there_after_reopening), EBRA_CASE(the_dead_stay_dead_after_reopening),
             EBRA_CASE(what_was_acknowledged_survives_kill_9)}};
}

}  // namespace ebra::conformance
