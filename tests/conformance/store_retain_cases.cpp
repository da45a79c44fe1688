// ebra.store.retain/1: finished calls go whole and in small steps; what lives stays, whatever its
// age. ebra.store.check/1 looks after every step.
#include "dialers.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

constexpr std::int64_t kOldMs = 10 * kMsPerDay;  ///< When a case prunes.
constexpr std::int64_t kKeepMs = 7 * kMsPerDay;

class RetainBench : public StoreBench {
 public:
    explicit RetainBench(Trial& trial, bool is_checked = true) : StoreBench(trial, is_checked) {
        require_retain();
    }

    /// A call that was claimed and has ended at `offset_ms`.
    void add_finished(const NewCall& call, std::int64_t offset_ms = 0) {
        add(call, offset_ms);
        claim_one(call.id, ++token_, offset_ms);
        complete(call.id, offset_ms);
    }

    /// One step of a pass at kOldMs, which keeps kKeepMs.
    ebra_prune_report prune(std::uint32_t limit = 100, std::uint64_t after = 0,
                            std::uint32_t flags = EBRA_PRUNE_OWED) {
        const auto report = store().prune(at(kOldMs), at(kOldMs - kKeepMs), limit, after, flags);
        expect_status(store().status(), EBRA_OK, "prune");
        return report;
    }

    /// Ids of all calls there are.
    Ids ids() { return ids_of(store().list(0, 0, 1'000)); }

 private:
    std::uint64_t token_ = 0;
};

void old_calls_go_and_young_ones_stay(Trial& trial) {
    RetainBench bench(trial);
    bench.add_finished(numbered(1));
    bench.add_finished(numbered(2), kOldMs - kKeepMs - 1);
    bench.add_finished(numbered(3), kOldMs - kKeepMs);

    const ebra_prune_report report = bench.prune();

    expect_equal(report.is_over, 1, "is_over");
    expect_equal(report.calls, 2, "calls gone");
    expect_equal(report.placements, 2, "placements gone");
    expect_equal(bench.ids(), Ids{"c3"}, "what is left");
    expect_equal(bench->counts().completed, 1, "counted as completed");
    expect_equal(bench.prune().calls, 0, "calls gone the second time");
}

void every_way_to_be_over_goes(Trial& trial) {
    RetainBench bench(trial);
    bench.add_finished(numbered(1));
    bench.add(numbered(2));
    bench.claim_one("c2", 50);
    bench.step(ended("c2", EBRA_OUTCOME_FAILED));
    bench.add(numbered(3));
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "c3"});
    bench.add({.id = "c4", .to = "+4", .not_after = bench.at(5)});
    bench.claim_ids(5, 10, 51);
    bench.expect_status_of("c4", EBRA_CALL_EXPIRED);

    expect_equal(bench.prune().calls, 4, "calls gone");

    const ebra_counts counts = bench->counts();
    const std::int64_t over = counts.completed + counts.failed + counts.canceled + counts.expired;
    expect_equal(over, 0, "calls counted as over");
    expect_equal(bench.ids(), Ids{}, "what is left");
}

void what_lives_stays_whatever_its_age(Trial& trial) {
    RetainBench bench(trial);
    bench.add({.id = "waiting", .to = "+1"});
    bench.claim_one("waiting", 1);
    bench.add({.id = "parked", .to = "+1"});
    bench.add({.id = "later", .to = "+2", .not_before = bench.at(20 * kMsPerDay)});
    bench.add({.id = "unknown", .to = "+3"});
    bench.claim_one("unknown", 2);
    bench.step({.step = EBRA_STEP_LOST, .call_id = "unknown", .placement = 1});
    bench.add({.id = "undecided", .to = "+4"});
    bench.claim_one("undecided", 3);
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "undecided",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    const Ids before = bench.ids();

    const ebra_prune_report report = bench.prune();

    expect_equal(report.calls, 0, "calls gone");
    expect_equal(bench.ids(), before, "what is left");
    bench.complete("waiting", kOldMs);
    bench.claim_one("parked", 4, kOldMs);
}

void a_dry_run_counts_and_changes_nothing(Trial& trial) {
    RetainBench bench(trial);
    bench.add_finished(numbered(1));
    bench.add_finished(numbered(2));

    const ebra_prune_report dry = bench.prune(100, 0, EBRA_PRUNE_OWED | EBRA_PRUNE_DRY_RUN);

    expect_equal(bench.ids(), Ids{"c1", "c2"}, "what is left");
    const ebra_prune_report wet = bench.prune();
    expect_equal(dry.calls, wet.calls, "calls");
    expect_equal(dry.placements, wet.placements, "placements");
    expect_equal(dry.entries, wet.entries, "entries");
    expect_equal(dry.is_over, 1, "is_over of the dry run");
}

void a_pass_goes_in_steps(Trial& trial) {
    RetainBench bench(trial);
    for (int n = 0; n < 10; ++n) bench.add_finished(numbered(n));
    bench.add(numbered(10));
    for (int n = 11; n < 15; ++n) bench.add_finished({.id = numbered(n).id, .priority = 1});
    std::int64_t gone = 0;
    ebra_prune_report report{};
    int steps = 0;

    do {
        report = bench.prune(4, report.after);
        expect(report.calls <= 4, "no more than asked for in one step");
        gone += report.calls;
    } while (report.is_over == 0 && ++steps < 20);

    expect_equal(report.is_over, 1, "is_over");
    expect_equal(gone, 14, "calls gone");
    expect_equal(bench.ids(), Ids{"c10"}, "what is left");
}

void an_event_that_is_owed_keeps_its_call(Trial& trial) {
    RetainBench bench(trial);
    bench.require_outbox();
    bench.add_finished(numbered(1));
    bench.add_finished(numbered(2));
    expect_status(bench->acknowledge({bench->outbox().front().sequence}), EBRA_OK, "ack");

    expect_equal(bench.prune(100, 0, 0).calls, 1, "calls gone");
    expect_equal(bench.ids(), Ids{"c2"}, "what is left");
    expect_equal(bench->outbox_ids(), Ids{"c2"}, "events owed");
    expect_equal(bench.prune().calls, 1, "calls gone when nobody takes events");
    expect_equal(bench->outbox_ids(), Ids{}, "events owed");
    expect_equal(bench->counts().owed, 0, "counted as owed");
}

void evidence_for_a_call_that_is_gone_is_unknown(Trial& trial) {
    RetainBench bench(trial);
    bench.add(numbered(1));
    bench.claim_one("c1");
    bench.step(
        {.step = EBRA_STEP_ACCEPTED, .call_id = "c1", .placement = 1, .provider_call_id = "p-1"});
    bench.complete("c1");
    bench.prune();

    bench.step(ended("c1", EBRA_OUTCOME_COMPLETED, 1), EBRA_NOT_FOUND, kOldMs);
    NewStep by_id = ended("", EBRA_OUTCOME_COMPLETED);
    by_id.provider = "sim";
    by_id.provider_call_id = "p-1";
    bench.step(by_id, EBRA_KEPT, kOldMs);
    expect_equal(bench->find(EBRA_FIND_PROVIDER_CALL_ID, "sim", "p-1").size(), 0, "calls found");
}

void a_second_id_of_a_call_goes_with_it(Trial& trial) {
    RetainBench bench(trial);
    bench.add(numbered(1));
    bench.claim_one("c1");
    for (const char* id : {"first", "second"}) {
        bench.step(
            {.step = EBRA_STEP_MAP, .call_id = "c1", .provider = "sim", .provider_call_id = id});
    }
    bench.complete("c1");
    bench.prune();

    bench.add(numbered(2), kOldMs);
    bench.claim_one("c2", 9, kOldMs);
    for (const char* id : {"first", "second"}) {
        NewStep by_id = ended("", EBRA_OUTCOME_FAILED);
        by_id.provider = "sim";
        by_id.provider_call_id = id;
        bench.step(by_id, EBRA_KEPT, kOldMs);
    }
    bench.expect_status_of("c2", EBRA_CALL_IN_PROGRESS);
}

void a_key_stands_as_long_as_its_call(Trial& trial) {
    RetainBench bench(trial);
    NewCall call = numbered(1);
    call.idempotency_key = "key";
    call.request_digest = "digest";
    bench.add_finished(call, kOldMs - kKeepMs);
    NewCall again = numbered(2);
    again.idempotency_key = "key";
    again.request_digest = "digest";

    bench.prune();
    expect_status(bench->enqueue_status(bench.at(kOldMs), again), EBRA_ALREADY, "while it is kept");
    const ebra_time_ms later = bench.at(kOldMs + 1);
    (void)bench->prune(later, later - kKeepMs);
    expect_status(bench->enqueue_status(later, again), EBRA_OK, "when it is gone");
}

void a_number_whose_calls_are_gone_can_be_called(Trial& trial) {
    RetainBench bench(trial);
    bench.add_finished({.id = "a", .to = "+1"});
    bench.prune();

    bench.add({.id = "b", .to = "+1"}, kOldMs);
    bench.add({.id = "c", .to = "+1"}, kOldMs);
    bench.claim_one("b", 8, kOldMs);
    expect_equal(bench.claim_ids(kOldMs, 10, 9), Ids{}, "claimed while it is busy");
    bench.complete("b", kOldMs);
    bench.claim_one("c", 10, kOldMs);
}

void a_rest_outlives_the_call_it_comes_from(Trial& trial) {
    RetainBench bench(trial);
    bench.require_gap();
    expect_status(bench->set_gap(bench.at(), 20 * kMsPerDay), EBRA_OK, "set");
    bench.add_finished({.id = "a", .to = "+1"});
    bench.prune();

    bench.add({.id = "b", .to = "+1"}, kOldMs);
    expect_equal(bench.claim_ids(kOldMs, 10, 9), Ids{}, "claimed while it rests");
    bench.claim_one("b", 10, 20 * kMsPerDay);
}

void old_dedup_keys_go_and_young_ones_stay(Trial& trial) {
    RetainBench bench(trial);
    bench.add(numbered(1));
    bench.claim_one("c1");
    const auto progress = [&](const std::string& key, std::int64_t offset_ms) {
        return bench
            ->take(bench.at(offset_ms), {.step = EBRA_STEP_PROGRESS,
                                         .call_id = "c1",
                                         .placement = 1,
                                         .provider = "sim",
                                         .dedup_key = key})
            .status;
    };
    for (int n = 0; n < 5; ++n) progress("old-" + std::to_string(n), 1 + n);
    progress("young", kOldMs - kKeepMs);

    ebra_prune_report report = bench.prune(3);
    expect_equal(report.evidence, 3, "keys gone in the first step");
    expect_equal(report.is_over, 0, "is_over of the first step");
    report = bench.prune(3, report.after);
    expect_equal(report.evidence, 2, "keys gone in the second step");
    expect_equal(report.is_over, 1, "is_over of the second step");

    expect_status(progress("young", kOldMs), EBRA_ALREADY, "a young key again");
}

void dead_nodes_go_and_the_living_stay(Trial& trial) {
    RetainBench bench(trial);
    expect_status(bench->renew(bench.at(), 1'000, "dead"), EBRA_OK, "lease of the dead");
    expect_status(bench->renew(bench.at(), 1'000, "silent"), EBRA_OK, "lease of the silent");
    expect_status(bench->end_lease(bench.at(10), "dead"), EBRA_OK, "end of the dead");
    expect_equal(bench.prune().nodes, 0, "nodes gone that nobody looked after");

    (void)bench->reclaim(bench.at(5'000), 77);
    expect_equal(bench.prune().nodes, 2, "nodes gone");

    ebra_lease_report report{};
    bench->renew(bench.at(kOldMs), 1'000, "other", "", &report);
    expect_equal(report.nodes_alive, 2, "nodes alive");
}

void what_cannot_be_meant_is_refused(Trial& trial) {
    RetainBench bench(trial);

    for (const std::uint32_t limit : {0u, 1'001u}) {
        (void)bench->prune(bench.at(kOldMs), bench.at(), limit);
        expect_status(bench->status(), EBRA_INVALID_ARGUMENT, "limit " + std::to_string(limit));
    }
    (void)bench->prune(bench.at(), bench.at(1));
    expect_status(bench->status(), EBRA_INVALID_ARGUMENT, "before in the future");
    const auto report = bench.prune(1, std::numeric_limits<std::uint64_t>::max());
    expect_equal(report.is_over, 1, "is_over behind the last call");
}

void pruning_beside_dialers_harms_nobody(Trial& trial) {
    constexpr int kDialers = 4;
    constexpr int kOldCalls = 300;
    RetainBench bench(trial, false);
    DialPlan plan;
    plan.cap = 10;
    plan.calls = 150;
    for (int n = 0; n < kOldCalls; ++n) {
        bench.add({.id = "old" + std::to_string(n), .to = "+" + std::to_string(n % plan.numbers)});
        bench.step({.step = EBRA_STEP_CANCEL, .call_id = "old" + std::to_string(n)});
    }
    prepare(bench, plan);
    ClaimObserver observer(plan.cap);
    std::atomic<std::int64_t> gone = 0;

    in_threads(kDialers + 2, [&](int index) {
        const auto seed = trial.seed() + static_cast<unsigned>(index);
        if (index < kDialers) return dial(bench.store(), plan, observer, "node", seed);
        // Only what was canceled at the start is older than this.
        std::uint64_t after = 0;
        for (int step = 0; step < 60; ++step) {
            const auto report = bench->prune(bench.at(1), bench.at(1), 7, after);
            gone += report.calls;
            after = report.is_over != 0 ? 0 : report.after;
        }
    });

    expect_equal(gone.load(), kOldCalls, "calls gone, each once");
    expect_all_over(bench.store(), plan, observer);
    bench.expect_sound();
}

}  // namespace

Group store_retain_cases() {
    return {
        "store.retain",
        Interface::kStore,
        {EBRA_CASE(old_calls_go_and_young_ones_stay), EBRA_CASE(every_way_to_be_over_goes),
         EBRA_CASE(what_lives_stays_whatever_its_age),
         EBRA_CASE(a_dry_run_counts_and_changes_nothing), EBRA_CASE(a_pass_goes_in_steps),
         EBRA_CASE(an_event_that_is_owed_keeps_its_call),
         EBRA_CASE(evidence_for_a_call_that_is_gone_is_unknown),
         EBRA_CASE(a_second_id_of_a_call_goes_with_it), EBRA_CASE(a_key_stands_as_long_as_its_call),
         EBRA_CASE(a_number_whose_calls_are_gone_can_be_called),
         EBRA_CASE(a_rest_outlives_the_call_it_comes_from),
         EBRA_CASE(old_dedup_keys_go_and_young_ones_stay),
         EBRA_CASE(dead_nodes_go_and_the_living_stay), EBRA_CASE(what_cannot_be_meant_is_refused),
         EBRA_CASE(pruning_beside_dialers_harms_nobody)}};
}

}  // namespace ebra::conformance
