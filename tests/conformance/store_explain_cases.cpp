// explain: why a call is not running, one case per reason.
#include "store_bench.hpp"

#include <algorithm>

namespace ebra::conformance {
namespace {

/// The strongest reason; there must be one.
SeenReason strongest(StoreBench& bench, const std::string& id, std::int64_t offset_ms = 0) {
    const auto reasons = bench->reasons(bench.at(offset_ms), id);
    expect_status(bench->status(), EBRA_OK, "explain");
    expect(!reasons.empty(), "there is always a reason");
    return reasons.front();
}

void an_unknown_call_is_not_found(Trial& trial) {
    StoreBench bench(trial);

    expect_equal(bench->reasons(bench.at(), "nobody").size(), 0, "the number of reasons");
    expect_status(bench->status(), EBRA_NOT_FOUND, "explain of an unknown call");
}

void a_call_that_runs_or_is_over_says_so(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"a", "b", "c", "d"}) bench.add({.id = id, .to = id});
    bench.claim_ids(0, 10);
    bench.complete("a");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "b", .placement = 1});
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "c",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});

    expect_equal(strongest(bench, "a").why, EBRA_WHY_TERMINAL, "why a is not running");
    expect_equal(strongest(bench, "b").why, EBRA_WHY_UNKNOWN, "why b is not running");
    expect_equal(strongest(bench, "c").why, EBRA_WHY_UNDECIDED, "why c is not running");
    expect_equal(strongest(bench, "d").why, EBRA_WHY_IN_PROGRESS, "why d is not running");
}

void backoff_says_until_when(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .not_before = bench.at(5'000)});

    const SeenReason reason = strongest(bench, "a");

    expect_equal(reason.why, EBRA_WHY_BACKOFF, "why");
    expect_equal(reason.until, bench.at(5'000), "until");
    expect_equal(strongest(bench, "a", 5'000).why, EBRA_WHY_NEXT, "why, when its time has come");
}

void a_busy_phone_names_the_call_that_has_it(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+1"});
    bench.claim_one("a");

    const SeenReason reason = strongest(bench, "b");

    expect_equal(reason.why, EBRA_WHY_PHONE_BUSY, "why");
    expect_equal(reason.subject, std::string("a"), "subject");
}

void a_limit_is_named_with_what_it_is(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .provider = "sim", .cap_keys = {"cap:x"}});
    const std::string keys[] = {EBRA_LIMIT_GLOBAL, "provider:sim", "cap:x"};
    for (const std::string& key : keys) {
        bench->set_max(bench.at(), key, 0);
        SeenReason reason = strongest(bench, "a");
        expect_equal(reason.why, EBRA_WHY_CAP, "why, at " + key);
        expect_equal(reason.subject, key, "subject");
        bench->set_max(bench.at(), key, -1);
        bench->set_paused(bench.at(), key, true);
        reason = strongest(bench, "a");
        expect_equal(reason.why, EBRA_WHY_PAUSED, "why, at paused " + key);
        expect_equal(reason.subject, key, "subject");
        bench->set_paused(bench.at(), key, false);
        bench->set_blocked(bench.at(), key, bench.at(800));
        reason = strongest(bench, "a");
        expect_equal(reason.why, EBRA_WHY_BLOCKED, "why, at blocked " + key);
        expect_equal(reason.subject, key, "subject");
        expect_equal(reason.until, bench.at(800), "until");
        bench->set_blocked(bench.at(), key, 0, true);
        expect_equal(strongest(bench, "a").why, EBRA_WHY_NEXT, "why, with " + key + " open");
    }
}

void a_rate_says_when_the_next_token_comes(Trial& trial) {
    StoreBench bench(trial);
    bench->set_rate(bench.at(), EBRA_LIMIT_GLOBAL, 500, 1);
    bench.add(numbered(1));
    bench.add(numbered(2));
    bench.claim_ids(0, 10);

    const SeenReason reason = strongest(bench, "c2");

    expect_equal(reason.why, EBRA_WHY_RATE, "why");
    expect_equal(reason.subject, std::string(EBRA_LIMIT_GLOBAL), "subject");
    expect_equal(reason.until, bench.at(2'000), "until");
}

void without_a_node_nothing_dials(Trial& trial) {
    StoreBench bench(trial);
    bench.add(numbered(1));
    bench->end_lease(bench.at());

    expect_equal(strongest(bench, "c1", 1).why, EBRA_WHY_NO_NODE, "why");
}

void all_reasons_are_told(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    bench.add({.id = "b", .to = "+1", .not_before = bench.at(900)});
    bench->set_paused(bench.at(), EBRA_LIMIT_GLOBAL, true);

    const auto kinds = bench->explain(bench.at(), "b");

    for (const std::int32_t why : {EBRA_WHY_BACKOFF, EBRA_WHY_PHONE_BUSY, EBRA_WHY_PAUSED}) {
        expect(std::find(kinds.begin(), kinds.end(), why) != kinds.end(),
               "reason " + std::to_string(why) + " is told");
    }
    expect(std::find(kinds.begin(), kinds.end(), EBRA_WHY_NEXT) == kinds.end(),
           "a held call does not wait for its turn");
}

}  // namespace

Group store_explain_cases() {
    return {
        "store.explain",
        Interface::kStore,
        {EBRA_CASE(an_unknown_call_is_not_found), EBRA_CASE(a_call_that_runs_or_is_over_says_so),
         EBRA_CASE(backoff_says_until_when), EBRA_CASE(a_busy_phone_names_the_call_that_has_it),
         EBRA_CASE(a_limit_is_named_with_what_it_is),
         EBRA_CASE(a_rate_says_when_the_next_token_comes), EBRA_CASE(without_a_node_nothing_dials),
         EBRA_CASE(all_reasons_are_told)}};
}

}  // namespace ebra::conformance
