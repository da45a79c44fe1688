// The store's clock, and that nothing depends on any clock but the `now` passed in.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

constexpr std::int64_t kFarAheadMs = 5'000;

void the_clock_never_goes_back(Trial& trial) {
    StoreBench bench(trial);
    ebra_time_ms last = 0;
    for (int i = 0; i < 2'000; ++i) {
        const ebra_time_ms now = bench->now();
        expect_status(bench->status(), EBRA_OK, "now");
        expect(now >= last, "now does not go back");
        last = now;
    }
}

void a_machine_clock_set_back_does_no_harm(Trial& trial) {
    ManualClock clock(SystemClock().wall_ms());
    const PluginHost host("conformance", clock, trial.random(), nullptr);
    const auto open = [&] {
        auto store = std::make_unique<StoreFace>(trial.plugin(), trial.store(), host.table(),
                                                 trial.options());
        expect_status(store->status(), EBRA_OK, "create");
        return store;
    };
    auto store = open();
    const ebra_time_ms before = store->now();

    clock.step_wall_ms(-3'600'000);
    const ebra_time_ms after = store->now();
    expect(after >= before, "now does not go back with the machine's clock");
    expect_status(store->enqueue_status(after, numbered(1)), EBRA_OK, "enqueue at that time");
    if ((store->capabilities() & EBRA_STORE_DURABLE) == 0) return;
    const ebra_time_ms last = store->now();
    store.reset();
    store = open();
    expect(store->now() >= last, "now does not go back over a restart with the clock set back");
}

void a_now_far_ahead_is_refused(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+2"});
    bench.claim_one("a");
    const SeenCall before = bench.get("a");
    // Each asks anew, as time goes on.
    const auto ahead = [&] { return bench->now() + kFarAheadMs; };
    const auto refused = [&](ebra_status status, const char* what) {
        expect_status(status, EBRA_INVALID_ARGUMENT, std::string(what) + " far ahead");
        expect(!bench->message().empty(), "it says why");
    };

    refused(bench->enqueue_status(ahead(), numbered(1)), "enqueue");
    refused(bench->patch_number(ahead(), "b", "+9").status, "patch");
    refused(bench->claim(ahead(), 10, 8).status, "claim");
    refused(bench->take(ahead(), ended("a", EBRA_OUTCOME_COMPLETED)).status, "advance");
    bench->reclaim(ahead(), 50);
    refused(bench->status(), "reclaim");
    refused(bench->renew(ahead(), 1'000, "other"), "lease_renew");
    refused(bench->set_max(ahead(), EBRA_LIMIT_GLOBAL, 1), "limits_set");

    expect(bench.get("a") == before, "a did not change");
    expect_equal(bench.get("b").to, std::string("+2"), "the number of b");
    expect(!bench->get("c1").has_value(), "nothing was enqueued");
}

void a_now_hardly_ahead_is_taken(Trial& trial) {
    StoreBench bench(trial);

    expect_status(bench->enqueue_status(bench->now() + 900, numbered(1)), EBRA_OK,
                  "enqueue 900 ms ahead");
}

/// What a fixed story looks like, with times relative to its start.
std::vector<std::string> tell_story(StoreFace& store, ebra_time_ms start) {
    std::vector<std::string> told;
    const auto tell = [&](const std::string& what, std::int64_t value) {
        told.push_back(what + " " + std::to_string(value));
    };
    const auto tell_call = [&](const char* id) {
        const auto call = store.get(id);
        if (!call) return told.push_back(std::string(id) + " is gone");
        const std::string name = id;
        tell(name + " status", call->status);
        tell(name + " attempts", call->attempts);
        tell(name + " state", call->state);
        for (const ebra_time_ms at :
             {call->created_at, call->updated_at, call->started_at, call->ended_at,
              call->next_run_at, call->claimed_at, call->ask_at}) {
            tell(name + " time", at == 0 ? 0 : at - start);
        }
    };
    store.renew(start, 100'000);
    store.set_rate(start, EBRA_LIMIT_GLOBAL, 1'000, 2);
    NewCall late = {.id = "late", .to = "+1", .not_before = start + 700};
    NewCall brief = {.id = "brief", .to = "+2", .priority = -9, .not_after = start + 2'500};
    store.enqueue(start, {late, brief, {.id = "a", .to = "+3"}, {.id = "b", .to = "+3"}});
    for (std::int64_t time = 0; time < 6'000; time += 500) {
        const SeenClaim claim = store.claim(start + time, 10, static_cast<std::uint64_t>(time + 1));
        for (const SeenCall& call : claim.calls) {
            told.push_back(call.id + " at " + std::to_string(time));
        }
        tell("stopped_by", claim.report.stopped_by);
        tell("room", claim.report.next_room_at == 0 ? 0 : claim.report.next_room_at - start);
        if (time == 1'000) store.take(start + time, ended("a", EBRA_OUTCOME_FAILED));
        if (time == 1'500) {
            store.take(
                start + time,
                {.step = EBRA_STEP_LOST, .call_id = "b", .placement = 1, .due_at = start + 3'000});
        }
        for (const SeenCall& call :
             store.reclaim(start + time, static_cast<std::uint64_t>(time + 2))) {
            told.push_back(call.id + " asked at " + std::to_string(time));
        }
    }
    for (const char* id : {"late", "brief", "a", "b"}) tell_call(id);
    return told;
}

void results_depend_only_on_the_now_passed_in(Trial& trial) {
    const auto first = open_store(trial, trial.options());
    const auto second = open_store(trial, trial.other_options());
    const auto third = open_store(trial, trial.other_options());
    const ebra_time_ms now = first->now();

    const auto long_ago = tell_story(*first, now - 300 * kMsPerDay);
    const auto recent = tell_story(*second, now - 10'000);
    const auto in_between = tell_story(*third, now - kMsPerDay - 123);

    expect_equal(recent, long_ago, "the same story at another time");
    expect_equal(in_between, long_ago, "the same story at a third time");
}

}  // namespace

Group store_time_cases() {
    return {"store.time",
            Interface::kStore,
            {EBRA_CASE(the_clock_never_goes_back), EBRA_CASE(a_machine_clock_set_back_does_no_harm),
             EBRA_CASE(a_now_far_ahead_is_refused), EBRA_CASE(a_now_hardly_ahead_is_taken),
             EBRA_CASE(results_depend_only_on_the_now_passed_in)}};
}

}  // namespace ebra::conformance
