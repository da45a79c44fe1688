// The phone rule: never two open placements of one key, and a free number with waiting calls always
// has exactly one claimable head. ebra.store.check/1 looks after every step.
#include "store_bench.hpp"

#include <algorithm>
#include <map>

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

void a_number_has_one_call_at_a_time(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"a", "b", "c"}) bench.add({.id = id, .to = "+1"});

    expect_equal(bench.claim_ids(0, 10), Ids{"a"}, "claimed of one number");
    expect_equal(bench.claim_ids(0, 10, 8), Ids{}, "claimed while it is busy");
    bench.complete("a");
    expect_equal(bench.claim_ids(0, 10, 9), Ids{"b"}, "claimed when it is free");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "b", .placement = 1});
    expect_equal(bench.claim_ids(0, 10, 10), Ids{}, "claimed while it is UNKNOWN");
    bench.step(ended("b", EBRA_OUTCOME_FAILED));
    expect_equal(bench.claim_ids(0, 10, 11), Ids{"c"}, "claimed when that ended");
}

void the_key_counts_and_not_the_number(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .exclusive_key = "one"});
    bench.add({.id = "b", .to = "+1", .exclusive_key = "two"});
    bench.add({.id = "c", .to = "+2", .exclusive_key = "one"});

    expect_equal(bench.claim_ids(0, 10), Ids{"a", "b"}, "claimed");
}

void the_best_waiting_call_of_a_number_goes_first(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "low", .to = "+1"});
    bench.add({.id = "high", .to = "+1", .priority = 5});
    bench.add({.id = "middle", .to = "+1", .priority = 3});

    bench.claim_one("high", 1);
    bench.complete("high");
    bench.claim_one("middle", 2);
    bench.complete("middle");
    bench.claim_one("low", 3);
}

void cancel_of_the_head_passes_the_number_on(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"a", "b", "c"}) bench.add({.id = id, .to = "+1"});

    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "a"});
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "b"});

    expect_equal(bench.claim_ids(0, 10), Ids{"c"}, "claimed");
}

void expiry_of_the_head_passes_the_number_on(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .not_after = bench.at(10)});
    bench.add({.id = "b", .to = "+1", .not_after = bench.at(20)});
    bench.add({.id = "c", .to = "+1"});

    expect_equal(bench.claim_ids(20, 10), Ids{"c"}, "claimed");
    bench.expect_status_of("a", EBRA_CALL_EXPIRED);
    bench.expect_status_of("b", EBRA_CALL_EXPIRED);
}

void a_later_retry_leaves_the_number_to_the_next(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+1"});
    bench.claim_one("a", 1);

    bench.step({.step = EBRA_STEP_RELEASE,
                .call_id = "a",
                .placement = 1,
                .claim = 1,
                .due_at = bench.at(30'000)});
    bench.claim_one("b", 2, 1);
    expect_equal(bench.claim_ids(30'000, 10, 3), Ids{}, "claimed while b has the number");
    bench.complete("b", 30'001);
    bench.claim_one("a", 4, 30'002);
}

void a_scheduled_call_does_not_hold_the_number(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "later", .to = "+1", .priority = 9, .not_before = bench.at(1'000)});
    bench.add({.id = "now", .to = "+1"});

    bench.claim_one("now", 1);
    bench.complete("now");
    bench.claim_one("later", 2, 1'000);
}

void an_undecided_call_leaves_the_number_free(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+1"});
    bench.claim_one("a", 1);

    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "a",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    bench.claim_one("b", 2);
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 1,
                .due_at = bench.at()});
    expect_equal(bench.claim_ids(1, 10, 3), Ids{}, "claimed while b has the number");
    bench.complete("b", 2);
    bench.claim_one("a", 4, 3);
}

void the_next_call_of_a_number_can_be_pinned_elsewhere(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .provider = "one"});
    bench.add({.id = "b", .to = "+1", .provider = "two"});
    bench->claim(bench.at(), 1, 1, {"one"});
    bench.complete("a");

    const SeenClaim claim = bench->claim(bench.at(), 10, 2, {"two"});

    expect_equal(ids_of(claim.calls), Ids{"b"}, "claimed for the other provider");
}

/// Hot numbers, random steps; whoever has a number is known to the case itself.
void random_steps_keep_the_rule(Trial& trial) {
    StoreBench bench(trial);
    std::map<std::string, std::string> holder;
    std::map<std::string, SeenCall> open;
    std::int64_t time = 0;
    for (int step = 0, made = 0; step < 300; ++step, time += 10) {
        const auto choice = trial.random().below(8);
        if (choice < 3 && made < 80) {
            NewCall call = numbered(made++);
            call.to = "+" + std::to_string(trial.random().below(4));
            call.priority = static_cast<std::int32_t>(trial.random().below(3));
            if (trial.random().below(4) == 0) call.not_before = bench.at(time + 25);
            if (trial.random().below(6) == 0) call.not_after = bench.at(time + 45);
            bench.add(call, time);
        } else if (choice < 5) {
            const auto limit = static_cast<std::uint32_t>(1 + trial.random().below(3));
            const auto token = static_cast<std::uint64_t>(step + 1);
            for (const SeenCall& call : bench->claim(bench.at(time), limit, token).calls) {
                expect(!holder.contains(call.to), "number " + call.to + " was free for " + call.id);
                holder[call.to] = call.id;
                open[call.id] = call;
            }
        } else if (!open.empty()) {
            auto chosen = open.begin();
            std::advance(chosen, static_cast<std::ptrdiff_t>(trial.random().below(open.size())));
            const SeenCall call = chosen->second;
            if (choice == 5) {
                bench.complete(call.id, time);
            } else if (choice == 6) {
                bench.step({.step = EBRA_STEP_RELEASE,
                            .call_id = call.id,
                            .placement = call.number,
                            .claim = call.claim,
                            .due_at = bench.at(
                                time + static_cast<std::int64_t>(trial.random().below(2) * 30))},
                           EBRA_OK, time);
            } else {
                bench.step({.step = EBRA_STEP_NOT_SENT,
                            .call_id = call.id,
                            .placement = call.number,
                            .error_class = EBRA_CLASS_TRANSIENT},
                           EBRA_OK, time);
            }
            open.erase(chosen);
            holder.erase(call.to);
        }
    }
}

}  // namespace

Group store_phone_cases() {
    return {
        "store.phone",
        Interface::kStore,
        {EBRA_CASE(a_number_has_one_call_at_a_time), EBRA_CASE(the_key_counts_and_not_the_number),
         EBRA_CASE(the_best_waiting_call_of_a_number_goes_first),
         EBRA_CASE(cancel_of_the_head_passes_the_number_on),
         EBRA_CASE(expiry_of_the_head_passes_the_number_on),
         EBRA_CASE(a_later_retry_leaves_the_number_to_the_next),
         EBRA_CASE(a_scheduled_call_does_not_hold_the_number),
         EBRA_CASE(an_undecided_call_leaves_the_number_free),
         EBRA_CASE(the_next_call_of_a_number_can_be_pinned_elsewhere),
         EBRA_CASE(random_steps_keep_the_rule)}};
}

}  // namespace ebra::conformance
