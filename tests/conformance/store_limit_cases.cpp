// Limits: caps, rates, pauses and blocks, as rows that change while nodes run.
#include "store_bench.hpp"

#include <algorithm>

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

SeenLimit limit_of(StoreBench& bench, const std::string& key) {
    for (const SeenLimit& limit : bench->limits()) {
        if (limit.key == key) return limit;
    }
    fail_case("there is no limit " + key);
}

void add_many(StoreBench& bench, int count, const NewCall& like = {}) {
    for (int i = 0; i < count; ++i) {
        NewCall call = like;
        call.id = numbered(i).id;
        call.to = numbered(i).to;
        bench.add(call);
    }
}

void the_global_cap_is_kept(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 2);
    add_many(bench, 5);

    const SeenClaim claim = bench->claim(bench.at(), 10);

    expect_equal(claim.calls.size(), 2, "claimed");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_GLOBAL, "stopped_by");
    expect_equal(claim.report.in_flight, 2, "in_flight");
    expect_equal(bench.claim_ids(0, 10, 8), Ids{}, "claimed when full");
    bench.complete("c0");
    expect_equal(bench.claim_ids(0, 10, 9), Ids{"c2"}, "claimed when one ended");
}

void an_unknown_placement_keeps_its_slot(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    add_many(bench, 2);
    bench.claim_one("c0");

    bench.step({.step = EBRA_STEP_LOST, .call_id = "c0", .placement = 1});
    expect_equal(bench.claim_ids(0, 10, 8), Ids{}, "claimed while one is UNKNOWN");
    bench.step({.step = EBRA_STEP_ACCEPTED, .call_id = "c0", .placement = 1});
    expect_equal(bench.claim_ids(0, 10, 8), Ids{}, "claimed while one is PLACED");
    bench.step(ended("c0", EBRA_OUTCOME_FAILED));
    expect_equal(bench.claim_ids(0, 10, 8), Ids{"c1"}, "claimed when it ended");
}

void an_undecided_call_has_no_slot(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    add_many(bench, 2);
    bench.claim_one("c0");

    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "c0",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});

    expect_equal(bench.claim_ids(0, 10, 8), Ids{"c1"}, "claimed while one is undecided");
}

void a_providers_cap_is_its_own(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "provider:one", 2);
    bench->set_max(bench.at(), "provider:two", 1);
    add_many(bench, 9);

    const SeenClaim claim = bench->claim(bench.at(), 100, 7, {"one", "two"});

    const auto of_one = std::count_if(claim.calls.begin(), claim.calls.end(),
                                      [](const auto& call) { return call.provider == "one"; });
    expect_equal(claim.calls.size(), 3, "claimed");
    expect_equal(of_one, 2, "claimed for provider one");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER, "stopped_by");
}

void a_cap_key_limits_the_calls_that_have_it(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "cap:x", 1);
    bench->set_max(bench.at(), "cap:y", 2);
    bench.add({.id = "x1", .to = "+1", .cap_keys = {"cap:x"}});
    bench.add({.id = "x2", .to = "+2", .cap_keys = {"cap:x"}});
    bench.add({.id = "xy", .to = "+3", .cap_keys = {"cap:x", "cap:y"}});
    bench.add({.id = "y1", .to = "+4", .cap_keys = {"cap:y"}});
    bench.add({.id = "y2", .to = "+5", .cap_keys = {"cap:y"}});
    bench.add({.id = "y3", .to = "+6", .cap_keys = {"cap:y"}});
    bench.add({.id = "free", .to = "+7"});

    expect_equal(bench.claim_ids(0, 10), Ids{"x1", "y1", "y2", "free"}, "claimed");
    expect_equal(limit_of(bench, "cap:y").in_flight, 2, "in_flight of cap:y");
    bench.complete("x1");
    expect_equal(bench.claim_ids(0, 10, 8), Ids{"x2"}, "claimed when x1 ended");
    bench.complete("x2");
    bench.complete("y1");
    expect_equal(bench.claim_ids(0, 10, 9), Ids{"xy"}, "claimed when both have room");
}

void a_cap_that_sinks_below_what_runs_hands_out_nothing(Trial& trial) {
    StoreBench bench(trial);
    add_many(bench, 5);
    expect_equal(bench.claim_ids(0, 3).size(), 3, "claimed without a limit");

    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    bench.complete("c0");
    bench.complete("c1");
    expect_equal(bench.claim_ids(0, 10, 8), Ids{}, "claimed at the cap");
    bench.complete("c2");
    expect_equal(bench.claim_ids(0, 10, 9), Ids{"c3"}, "claimed below the cap");
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 0);
    bench.complete("c3");
    expect_equal(bench.claim_ids(0, 10, 10), Ids{}, "claimed at cap 0");
}

void grants_in_any_window_stay_below_burst_plus_rate(Trial& trial) {
    constexpr std::int64_t kPer1000s = 2'500;
    constexpr std::int64_t kBurst = 3;
    StoreBench bench(trial, false);
    bench->set_rate(bench.at(), EBRA_LIMIT_GLOBAL, kPer1000s, kBurst);
    add_many(bench, 100);

    std::vector<std::int64_t> grants;
    std::int64_t time = 0;
    for (std::uint64_t token = 1; token < 200; ++token) {
        for (const auto& id : bench.claim_ids(time, 50, token)) {
            (void)id;
            grants.push_back(time);
        }
        time += static_cast<std::int64_t>(trial.random().below(400));
    }

    for (std::size_t first = 0; first < grants.size(); ++first) {
        for (std::size_t last = first; last < grants.size(); ++last) {
            const std::int64_t window_ms = grants[last] - grants[first];
            const auto count = static_cast<std::int64_t>(last - first + 1);
            expect(count * 1'000'000 <= kBurst * 1'000'000 + kPer1000s * window_ms,
                   std::to_string(count) + " grants in " + std::to_string(window_ms) +
                       " ms are within burst + rate * window");
        }
    }
    const std::int64_t fair = time * kPer1000s / 1'000'000;
    expect(static_cast<std::int64_t>(grants.size()) * 10 >= fair * 9,
           "the rate is used: " + std::to_string(grants.size()) + " of " + std::to_string(fair));
}

void a_rate_without_tokens_says_when_to_come_back(Trial& trial) {
    StoreBench bench(trial);
    bench->set_rate(bench.at(), "provider:sim", 1'000, 1);
    add_many(bench, 3);
    bench.claim_one("c0");

    const SeenClaim claim = bench->claim(bench.at(), 10, 8);

    expect_equal(claim.calls.size(), 0, "claimed without a token");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_RATE, "stopped_by");
    expect_equal(claim.report.next_room_at, bench.at(1'000), "next_room_at");
    expect_equal(bench.claim_ids(999, 10, 9), Ids{}, "claimed 1 ms too early");
    expect_equal(bench.claim_ids(1'000, 10, 10), Ids{"c1"}, "claimed with the next token");
}

void a_full_cap_names_no_time_though_its_tokens_are_used_up(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "provider:sim", 1);
    bench->set_rate(bench.at(), "provider:sim", 1'000, 1);
    add_many(bench, 3);
    bench.claim_one("c0");

    for (const std::int64_t after_ms : {0, 2'500}) {
        const SeenClaim claim = bench->claim(bench.at(after_ms), 10, 8);

        expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER, "stopped_by");
        expect_equal(claim.report.next_room_at, 0, "next_room_at: time alone makes no room");
    }
}

void a_rate_of_a_cap_key_is_kept(Trial& trial) {
    StoreBench bench(trial);
    bench->set_rate(bench.at(), "cap:x", 1'000, 2);
    add_many(bench, 4, {.cap_keys = {"cap:x"}});

    expect_equal(bench.claim_ids(0, 10).size(), 2, "claimed at once");
    expect_equal(bench.claim_ids(1'000, 10, 8).size(), 1, "claimed a second later");
}

void a_paused_limit_hands_out_nothing(Trial& trial) {
    StoreBench bench(trial);
    add_many(bench, 2);
    bench.add({.id = "capped", .to = "+77", .cap_keys = {"cap:x"}});

    bench->set_paused(bench.at(), EBRA_LIMIT_GLOBAL, true);
    const SeenClaim global = bench->claim(bench.at(), 10);
    bench->set_paused(bench.at(), EBRA_LIMIT_GLOBAL, false);
    bench->set_paused(bench.at(), "provider:sim", true);
    const SeenClaim provider = bench->claim(bench.at(), 10);
    bench->set_paused(bench.at(), "provider:sim", false);
    bench->set_paused(bench.at(), "cap:x", true);

    expect_equal(global.calls.size(), 0, "claimed while all is paused");
    expect_equal(global.report.stopped_by, EBRA_CLAIM_STOP_GLOBAL, "stopped_by");
    expect_equal(provider.calls.size(), 0, "claimed while the provider is paused");
    expect_equal(provider.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER, "stopped_by");
    expect_equal(bench.claim_ids(0, 10), Ids{"c0", "c1"}, "claimed while cap:x is paused");
    bench->set_paused(bench.at(), "cap:x", false);
    expect_equal(bench.claim_ids(0, 10, 8), Ids{"capped"}, "claimed then");
}

void a_block_ends_by_itself_and_only_grows(Trial& trial) {
    StoreBench bench(trial);
    add_many(bench, 1);

    bench->set_blocked(bench.at(), "provider:sim", bench.at(5'000));
    bench->set_blocked(bench.at(), "provider:sim", bench.at(2'000));
    const SeenClaim blocked = bench->claim(bench.at(4'999), 10);
    expect_equal(blocked.calls.size(), 0, "claimed while blocked");
    expect_equal(blocked.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER, "stopped_by");
    expect_equal(blocked.report.next_room_at, bench.at(5'000), "next_room_at");
    expect_equal(limit_of(bench, "provider:sim").blocked_until, bench.at(5'000), "blocked_until");
    bench->set_blocked(bench.at(), "provider:sim", bench.at(3'000), true);
    expect_equal(limit_of(bench, "provider:sim").blocked_until, bench.at(3'000),
                 "blocked_until after UNBLOCK");

    bench.claim_one("c0", 8, 3'000);
}

void limits_keep_what_a_mask_does_not_name(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "cap:x", 5);
    bench->set_rate(bench.at(), "cap:x", 700, 9);
    bench->set_paused(bench.at(), "cap:x", true);
    bench->set_blocked(bench.at(), "cap:x", bench.at(10));

    const SeenLimit limit = limit_of(bench, "cap:x");

    expect_equal(limit.max_in_flight, 5, "max_in_flight");
    expect_equal(limit.grants_per_1000s, 700, "grants_per_1000s");
    expect_equal(limit.burst, 9, "burst");
    expect(limit.is_paused, "it is paused");
    expect_equal(limit.blocked_until, bench.at(10), "blocked_until");
    bench->set_max(bench.at(), "cap:fresh", 1);
    expect_equal(limit_of(bench, "cap:fresh").grants_per_1000s, -1, "grants_per_1000s by default");
    expect(!limit_of(bench, "cap:fresh").is_paused, "a new limit is not paused");
}

void a_limit_taken_away_lets_all_through(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    bench->set_rate(bench.at(), EBRA_LIMIT_GLOBAL, 1, 1);
    add_many(bench, 6);
    expect_equal(bench.claim_ids(0, 10).size(), 1, "claimed under the limit");

    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, -1);
    bench->set_rate(bench.at(), EBRA_LIMIT_GLOBAL, -1, 0);

    expect_equal(bench.claim_ids(0, 10, 8).size(), 5, "claimed without a limit");
}

}  // namespace

Group store_limit_cases() {
    return {"store.limit",
            Interface::kStore,
            {EBRA_CASE(the_global_cap_is_kept), EBRA_CASE(an_unknown_placement_keeps_its_slot),
             EBRA_CASE(an_undecided_call_has_no_slot), EBRA_CASE(a_providers_cap_is_its_own),
             EBRA_CASE(a_cap_key_limits_the_calls_that_have_it),
             EBRA_CASE(a_cap_that_sinks_below_what_runs_hands_out_nothing),
             EBRA_CASE(grants_in_any_window_stay_below_burst_plus_rate),
             EBRA_CASE(a_rate_without_tokens_says_when_to_come_back),
             EBRA_CASE(a_full_cap_names_no_time_though_its_tokens_are_used_up),
             EBRA_CASE(a_rate_of_a_cap_key_is_kept), EBRA_CASE(a_paused_limit_hands_out_nothing),
             EBRA_CASE(a_block_ends_by_itself_and_only_grows),
             EBRA_CASE(limits_keep_what_a_mask_does_not_name),
             EBRA_CASE(a_limit_taken_away_lets_all_through)}};
}

}  // namespace ebra::conformance
