// claim: order, routing, tokens, leases, expiry and the report.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

void calls_go_by_priority_then_due_time_then_age(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "late", .to = "+1", .not_before = bench.at(300)}, 0);
    bench.add({.id = "old", .to = "+2"}, 100);
    bench.add({.id = "young", .to = "+3"}, 100);
    bench.add({.id = "early", .to = "+4"}, 50);
    bench.add({.id = "low", .to = "+5", .priority = -1}, 0);
    bench.add({.id = "high", .to = "+6", .priority = 5, .not_before = bench.at(400)}, 200);

    expect_equal(bench.claim_ids(400, 10), Ids{"high", "early", "old", "young", "late", "low"},
                 "the order of claims");
}

void the_order_holds_over_many_claims(Trial& trial) {
    StoreBench bench(trial, false);
    Ids wanted;
    for (int i = 0; i < 60; ++i) {
        NewCall call = numbered(i);
        call.priority = -(i / 20);
        bench.add(call, 1'000 - i % 20 * 10);
    }
    for (int priority = 0; priority < 3; ++priority) {
        for (int i = 19; i >= 0; --i) wanted.push_back(numbered(priority * 20 + i).id);
    }

    Ids claimed;
    for (std::uint64_t token = 1; claimed.size() < wanted.size(); ++token) {
        const Ids some = bench.claim_ids(2'000, 7, token);
        expect(!some.empty(), "a claim gives something while calls wait");
        claimed.insert(claimed.end(), some.begin(), some.end());
    }

    expect_equal(claimed, wanted, "the order of claims");
}

void a_claim_makes_a_placement(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});

    const SeenCall call = bench.claim_one("a", 4'242, 5);

    expect(call == bench.get("a"), "get gives what the sink got");
    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect_equal(call.attempts, 1, "attempts");
    expect_equal(call.placements, 1, "placements");
    expect_equal(call.number, 1, "placement.number");
    expect_equal(call.state, EBRA_PLACEMENT_CLAIMED, "placement.state");
    expect_equal(call.claim, 4'242, "placement.claim");
    expect_equal(call.provider, std::string("sim"), "placement.provider");
    expect_equal(call.node, std::string("node"), "placement.node");
    expect_equal(call.claimed_at, bench.at(5), "placement.claimed_at");
    expect_equal(call.started_at, bench.at(5), "started_at");
    expect_equal(call.next_run_at, 0, "next_run_at of a call that runs");
    expect_equal(call.duration_ms, -1, "duration_ms");
    expect_equal(call.cost_micros, -1, "cost_micros");
}

void the_limit_asked_for_is_kept(Trial& trial) {
    StoreBench bench(trial);
    for (int i = 0; i < 5; ++i) bench.add(numbered(i));

    const SeenClaim claim = bench->claim(bench.at(), 2);

    expect_equal(claim.calls.size(), 2, "claimed");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_LIMIT, "stopped_by");
    expect_equal(claim.report.in_flight, 2, "in_flight");
    expect_equal(bench.claim_ids(0, 10, 8).size(), 3, "claimed then");
}

void an_empty_store_gives_nothing_and_says_so(Trial& trial) {
    StoreBench bench(trial);

    const SeenClaim claim = bench->claim(bench.at(), 10);

    expect_status(claim.status, EBRA_OK, "claim");
    expect_equal(claim.calls.size(), 0, "claimed");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_EMPTY, "stopped_by");
    expect_equal(claim.report.next_due_at, 0, "next_due_at");
    expect_equal(claim.report.in_flight, 0, "in_flight");
}

void the_first_named_provider_with_room_gets_the_call(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "provider:one", 1);
    bench->set_max(bench.at(), "provider:two", 1);
    for (int i = 0; i < 3; ++i) bench.add(numbered(i));

    const SeenClaim claim = bench->claim(bench.at(), 10, 7, {"two", "one"});

    expect_equal(ids_of(claim.calls), Ids{"c0", "c1"}, "claimed");
    expect_equal(claim.calls[0].provider, std::string("two"), "the provider of the first");
    expect_equal(claim.calls[1].provider, std::string("one"), "the provider of the second");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_PROVIDER, "stopped_by");
}

void a_pinned_call_goes_to_its_provider_only(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "pinned", .to = "+1", .priority = 9, .provider = "one"});
    bench.add({.id = "free", .to = "+2"});

    expect_equal(bench.claim_ids(0, 10, 7, {"two"}), Ids{"free"}, "claimed for another provider");
    const SeenClaim claim = bench->claim(bench.at(), 10, 8, {"two", "one"});

    expect_equal(ids_of(claim.calls), Ids{"pinned"}, "claimed for both");
    expect_equal(claim.calls[0].provider, std::string("one"), "its provider");
}

void a_full_provider_does_not_hold_up_others(Trial& trial) {
    StoreBench bench(trial);
    bench->set_max(bench.at(), "provider:one", 1);
    for (int i = 0; i < 3; ++i) {
        NewCall call = numbered(i);
        call.provider = "one";
        call.priority = 9;
        bench.add(call);
    }
    bench.add({.id = "free", .to = "+99"});

    const SeenClaim claim = bench->claim(bench.at(), 10, 7, {"one", "two"});

    expect_equal(ids_of(claim.calls), Ids{"c0", "free"}, "claimed");
    expect_equal(claim.calls[1].provider, std::string("two"), "the provider of the free one");
}

void a_call_past_its_time_expires_instead(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .not_after = bench.at(1'000)});
    bench.add({.id = "b", .to = "+1"});
    bench.add({.id = "c", .to = "+2", .not_after = bench.at(1'001)});

    expect_equal(bench.claim_ids(1'000, 10), Ids{"b", "c"}, "claimed");

    bench.expect_status_of("a", EBRA_CALL_EXPIRED);
    expect_equal(bench.get("a").ended_at, bench.at(1'000), "ended_at");
    expect_equal(bench.get("a").attempts, 0, "attempts");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a"}, "the outbox");
    expect_status(bench->take(bench.at(1'001), {.step = EBRA_STEP_CANCEL, .call_id = "a"}).status,
                  EBRA_CONFLICT, "cancel of an expired call");
}

void without_a_lease_there_is_no_claim(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench->renew(bench.at(), 1'000, "brief");

    expect_status(bench->claim(bench.at(), 1, 7, {"sim"}, "unheard-of").status, EBRA_STALE,
                  "claim of an unknown node");
    expect_status(bench->claim(bench.at(1'000), 1, 7, {"sim"}, "brief").status, EBRA_STALE,
                  "claim at the end of the lease");
    bench.expect_status_of("a", EBRA_CALL_PENDING);
    const SeenClaim claim = bench->claim(bench.at(999), 1, 7, {"sim"}, "brief");
    expect_status(claim.status, EBRA_OK, "claim just before the end of the lease");
    expect_equal(claim.report.lease_until, bench.at(1'000), "report.lease_until");
}

void the_report_says_when_the_next_call_is_due(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "now", .to = "+1"});
    bench.add({.id = "later", .to = "+2", .not_before = bench.at(9'000)});
    bench.add({.id = "sooner", .to = "+3", .not_before = bench.at(4'000)});

    const SeenClaim claim = bench->claim(bench.at(), 10);

    expect_equal(ids_of(claim.calls), Ids{"now"}, "claimed");
    expect_equal(claim.report.next_due_at, bench.at(4'000), "next_due_at");
    expect_equal(claim.report.stopped_by, EBRA_CLAIM_STOP_EMPTY, "stopped_by");
}

void no_call_is_claimed_twice(Trial& trial) {
    StoreBench bench(trial);
    for (int i = 0; i < 20; ++i) bench.add(numbered(i));

    expect_equal(bench.claim_ids(0, 100).size(), 20, "claimed");
    expect_equal(bench.claim_ids(0, 100, 8).size(), 0, "claimed again");
    expect_equal(bench.claim_ids(kMsPerDay, 100, 9).size(), 0, "claimed a day later");
}

void a_retried_call_gets_a_new_number_and_token(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a", 7);
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "a",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at(30'000)});

    expect_equal(bench.claim_ids(29'999, 10, 8), Ids{}, "claimed before it is due");
    const SeenCall call = bench.claim_one("a", 8, 30'000);

    expect_equal(call.number, 2, "placement.number");
    expect_equal(call.claim, 8, "placement.claim");
    expect_equal(call.attempts, 2, "attempts");
}

void odd_requests_are_refused_and_change_nothing(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});

    const ebra_status no_token = bench->claim(bench.at(), 1, 0).status;
    const ebra_status no_provider = bench->claim(bench.at(), 1, 7, {}).status;
    const ebra_status too_many = bench->claim(bench.at(), 1'001).status;

    expect_status(no_token, EBRA_INVALID_ARGUMENT, "claim with token 0");
    expect_status(no_provider, EBRA_INVALID_ARGUMENT, "claim for no provider");
    expect_status(too_many, EBRA_INVALID_ARGUMENT, "claim of 1001");
    expect(!bench->message().empty(), "a refusal has a message");
    bench.expect_status_of("a", EBRA_CALL_PENDING);
}

}  // namespace

Group store_claim_cases() {
    return {
        "store.claim",
        Interface::kStore,
        {EBRA_CASE(calls_go_by_priority_then_due_time_then_age),
         EBRA_CASE(the_order_holds_over_many_claims), EBRA_CASE(a_claim_makes_a_placement),
         EBRA_CASE(the_limit_asked_for_is_kept),
         EBRA_CASE(an_empty_store_gives_nothing_and_says_so),
         EBRA_CASE(the_first_named_provider_with_room_gets_the_call),
         EBRA_CASE(a_pinned_call_goes_to_its_provider_only),
         EBRA_CASE(a_full_provider_does_not_hold_up_others),
         EBRA_CASE(a_call_past_its_time_expires_instead),
         EBRA_CASE(without_a_lease_there_is_no_claim),
         EBRA_CASE(the_report_says_when_the_next_call_is_due), EBRA_CASE(no_call_is_claimed_twice),
         EBRA_CASE(a_retried_call_gets_a_new_number_and_token),
         EBRA_CASE(odd_requests_are_refused_and_change_nothing)}};
}

}  // namespace ebra::conformance
