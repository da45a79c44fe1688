// Many threads on one instance: claims are unique, caps and numbers hold, races have one winner.
#include "dialers.hpp"

#include <atomic>
#include <latch>

namespace ebra::conformance {
namespace {

constexpr int kThreads = 8;

void dial_in_threads(Trial& trial, int cap, int calls) {
    StoreBench bench(trial, false);
    DialPlan plan;
    plan.cap = cap;
    plan.calls = calls;
    prepare(bench, plan);
    ClaimObserver observer(cap);

    in_threads(kThreads, [&](int index) {
        dial(bench.store(), plan, observer, "node", trial.seed() + static_cast<unsigned>(index));
    });

    expect_all_over(bench.store(), plan, observer);
}

void eight_threads_keep_a_cap_of_1(Trial& trial) {
    dial_in_threads(trial, 1, 60);
}

void eight_threads_keep_a_cap_of_7(Trial& trial) {
    dial_in_threads(trial, 7, 200);
}

void eight_threads_keep_a_cap_of_30(Trial& trial) {
    dial_in_threads(trial, 30, 300);
}

/// Items of a batch of one, without a StoreFace's shared status.
ebra_status enqueue_alone(StoreFace& store, ebra_time_ms now, const NewCall& call) {
    std::vector<ebra_str> cap_keys;
    const ebra_call_spec spec = abi_of(call, cap_keys);
    const ebra_call_spec* pointer = &spec;
    ebra_status item = EBRA_INTERNAL;
    const ebra_item_sink sink = {
        &item, [](void* context, std::size_t, ebra_status status, const ebra_call*) {
            *static_cast<ebra_status*>(context) = status;
        }};
    auto error = plugin::sized<ebra_error>();
    const ebra_status status = store.table().enqueue(store.self(), now, &pointer, 1, &sink, &error);
    return status == EBRA_OK ? item : status;
}

ebra_status advance_alone(StoreFace& store, ebra_time_ms now, const NewStep& step) {
    const ebra_advance made = abi_of(step);
    const ebra_advance* pointer = &made;
    ebra_status item = EBRA_INTERNAL;
    const ebra_item_sink sink = {
        &item, [](void* context, std::size_t, ebra_status status, const ebra_call*) {
            *static_cast<ebra_status*>(context) = status;
        }};
    auto error = plugin::sized<ebra_error>();
    const ebra_status status = store.table().advance(store.self(), now, &pointer, 1, &sink, &error);
    return status == EBRA_OK ? item : status;
}

ebra_status patch_alone(StoreFace& store, ebra_time_ms now, const std::string& id,
                        const std::string& to) {
    auto change = plugin::sized<ebra_patch>();
    change.mask = EBRA_PATCH_TO;
    change.id = plugin::str(id);
    change.to = plugin::str(to);
    change.exclusive_key = plugin::str(to);
    const ebra_patch* pointer = &change;
    ebra_status item = EBRA_INTERNAL;
    const ebra_item_sink sink = {
        &item, [](void* context, std::size_t, ebra_status status, const ebra_call*) {
            *static_cast<ebra_status*>(context) = status;
        }};
    auto error = plugin::sized<ebra_error>();
    const ebra_status status = store.table().patch(store.self(), now, &pointer, 1, &sink, &error);
    return status == EBRA_OK ? item : status;
}

void one_idempotency_key_makes_one_call(Trial& trial) {
    constexpr int kRounds = 20;
    StoreBench bench(trial, false);
    for (int round = 0; round < kRounds; ++round) {
        std::atomic<int> made = 0;
        std::latch ready(kThreads);
        in_threads(kThreads, [&](int index) {
            NewCall call = numbered(round * kThreads + index);
            call.idempotency_key = "key-" + std::to_string(round);
            call.request_digest = "digest";
            ready.arrive_and_wait();
            const ebra_status status = enqueue_alone(bench.store(), bench.at(), call);
            if (status == EBRA_OK) ++made;
            expect(status == EBRA_OK || status == EBRA_ALREADY, "others get ALREADY");
        });
        expect_equal(made.load(), 1, "calls made of one key");
    }
    expect_equal(bench->counts().pending, kRounds, "pending");
}

void one_end_wins(Trial& trial) {
    constexpr int kRounds = 20;
    StoreBench bench(trial, false);
    for (int round = 0; round < kRounds; ++round) bench.add(numbered(round));
    bench.claim_ids(0, 100);
    for (int round = 0; round < kRounds; ++round) {
        std::atomic<int> applied = 0;
        std::latch ready(kThreads);
        in_threads(kThreads, [&](int index) {
            const auto outcome = index % 2 == 0 ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_FAILED;
            ready.arrive_and_wait();
            const ebra_status status =
                advance_alone(bench.store(), bench.at(), ended(numbered(round).id, outcome, 1));
            if (status == EBRA_OK) ++applied;
            expect(status == EBRA_OK || status == EBRA_ALREADY, "others get ALREADY");
        });
        expect_equal(applied.load(), 1, "ends applied to one call");
        expect(bench.get(numbered(round).id).contradictions >= 1, "the loser is a contradiction");
    }
    expect_equal(bench->counts().owed, kRounds, "owed");
    bench.expect_sound();
}

void one_decision_wins(Trial& trial) {
    constexpr int kRounds = 20;
    StoreBench bench(trial, false);
    for (int round = 0; round < kRounds; ++round) bench.add(numbered(round));
    bench.claim_ids(0, 100);
    for (int round = 0; round < kRounds; ++round) {
        const std::string id = numbered(round).id;
        bench.step({.step = EBRA_STEP_NOT_SENT,
                    .call_id = id,
                    .placement = 1,
                    .error_class = EBRA_CLASS_TRANSIENT});
        std::atomic<int> applied = 0;
        std::latch ready(kThreads);
        in_threads(kThreads, [&](int index) {
            const NewStep step = {.step = index % 2 == 0 ? EBRA_STEP_RETRY : EBRA_STEP_FAIL,
                                  .call_id = id,
                                  .placement = 1,
                                  .claim = 7,
                                  .due_at = bench.at(1)};
            ready.arrive_and_wait();
            if (advance_alone(bench.store(), bench.at(), step) == EBRA_OK) ++applied;
        });
        expect_equal(applied.load(), 1, "decisions applied to one call");
    }
    bench.expect_sound();
}

void a_patch_or_a_claim_wins(Trial& trial) {
    constexpr int kCalls = 60;
    StoreBench bench(trial, false);
    for (int i = 0; i < kCalls; ++i) bench.add(numbered(i));
    std::vector<ebra_status> patched(kCalls, EBRA_INTERNAL);
    std::latch ready(4);
    in_threads(4, [&](int index) {
        ready.arrive_and_wait();
        if (index == 0) {
            for (std::uint64_t token = 1; token <= kCalls; ++token) {
                bench.claim_ids(1, 1, token);
            }
            return;
        }
        for (int i = kCalls - index; i >= 0; i -= 3) {
            patched[static_cast<std::size_t>(i)] =
                patch_alone(bench.store(), bench.at(1), numbered(i).id, "+9" + numbered(i).to);
        }
    });

    int claimed_first = 0;
    for (int i = 0; i < kCalls; ++i) {
        const SeenCall call = bench.get(numbered(i).id);
        const ebra_status status = patched[static_cast<std::size_t>(i)];
        expect(status == EBRA_OK || status == EBRA_CONFLICT, "a patch is OK or CONFLICT");
        expect_equal(call.to, status == EBRA_OK ? "+9" + numbered(i).to : numbered(i).to,
                     "the number of " + call.id);
        if (status == EBRA_CONFLICT) ++claimed_first;
        if (status == EBRA_CONFLICT) {
            expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "the status of " + call.id);
        }
    }
    bench.expect_sound();
}

void readers_never_see_half_a_step(Trial& trial) {
    constexpr int kRounds = 60;
    StoreBench bench(trial, false);
    std::atomic<bool> is_over = false;
    in_threads(2, [&](int index) {
        if (index == 0) {
            for (int round = 0; round < kRounds; ++round) {
                bench.add(numbered(round));
                bench.claim_one(numbered(round).id, static_cast<std::uint64_t>(round + 1));
                bench.complete(numbered(round).id);
            }
            is_over = true;
            return;
        }
        auto error = plugin::sized<ebra_error>();
        while (!is_over) {
            auto counts = plugin::sized<ebra_counts>();
            bench->table().counts(bench->self(), &counts, &error);
            const std::int64_t open = counts.claimed + counts.placed + counts.unknown;
            expect_equal(counts.in_progress, open + counts.undecided,
                         "calls IN_PROGRESS, as open placements and undecided calls");
            expect_equal(counts.owed, counts.completed, "rows owed, as completed calls");
        }
    });
}

}  // namespace

Group store_thread_cases() {
    return {
        "store.threads",
        Interface::kStore,
        {EBRA_CASE(eight_threads_keep_a_cap_of_1), EBRA_CASE(eight_threads_keep_a_cap_of_7),
         EBRA_CASE(eight_threads_keep_a_cap_of_30), EBRA_CASE(one_idempotency_key_makes_one_call),
         EBRA_CASE(one_end_wins), EBRA_CASE(one_decision_wins), EBRA_CASE(a_patch_or_a_claim_wins),
         EBRA_CASE(readers_never_see_half_a_step)}};
}

}  // namespace ebra::conformance
