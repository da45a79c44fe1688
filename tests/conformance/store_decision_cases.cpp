// Decisions, which need the claim token, and commands.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

NewStep decide(std::int32_t step, std::uint64_t claim = 7, std::uint32_t placement = 1,
               ebra_time_ms due_at = 0) {
    return {.step = step,
            .call_id = "a",
            .placement = placement,
            .claim = claim,
            .reason = "decided",
            .due_at = due_at};
}

/// Call "a", claimed by token 7.
class OneClaimed : public StoreBench {
 public:
    explicit OneClaimed(Trial& trial) : StoreBench(trial) {
        add({.id = "a", .to = "+1"});
        claim_one("a");
    }

    void make_undecided() {
        step({.step = EBRA_STEP_NOT_SENT,
              .call_id = "a",
              .placement = 1,
              .error_class = EBRA_CLASS_TRANSIENT});
    }
};

void release_gives_slot_number_and_attempt_back(Trial& trial) {
    OneClaimed bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    bench.add({.id = "b", .to = "+1"});

    const SeenCall call = bench.step(decide(EBRA_STEP_RELEASE, 7, 1, bench.at(5'000)));

    expect_equal(call.status, EBRA_CALL_PENDING, "status");
    expect_equal(call.attempts, 0, "attempts");
    expect_equal(call.placements, 1, "placements");
    expect_equal(call.state, EBRA_PLACEMENT_RELEASED, "placement.state");
    expect_equal(call.decision, EBRA_STEP_RELEASE, "decision");
    expect_equal(call.next_run_at, bench.at(5'000), "next_run_at");
    expect_equal(bench.claim_ids(1, 10, 8), Ids{"b"}, "claimed then");
    bench.complete("b", 2);
    expect_equal(bench.claim_one("a", 9, 5'000).number, 2, "the next placement's number");
}

void release_is_for_what_was_never_sent(Trial& trial) {
    for (const std::int32_t sent : {EBRA_STEP_ACCEPTED, EBRA_STEP_LOST}) {
        StoreBench bench(trial);
        const std::string id = "s" + std::to_string(sent);
        bench.add({.id = id, .to = "+" + id});
        bench->claim(bench.at(), 10);
        bench.step({.step = sent, .call_id = id, .placement = 1});
        NewStep release = decide(EBRA_STEP_RELEASE);
        release.call_id = id;

        const SeenItem item = bench->take(bench.at(), release);

        expect(item.status != EBRA_OK, "what was perhaps sent is not released");
        bench.expect_status_of(id, EBRA_CALL_IN_PROGRESS);
        expect_equal(bench.get(id).attempts, 1, "attempts");
    }
}

void retry_makes_it_pending_from_its_time(Trial& trial) {
    OneClaimed bench(trial);
    bench.make_undecided();

    const SeenCall call = bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at(30'000)));

    expect_equal(call.status, EBRA_CALL_PENDING, "status");
    expect(!call.undecided, "it is decided");
    expect_equal(call.attempts, 1, "attempts");
    expect_equal(call.next_run_at, bench.at(30'000), "next_run_at");
    expect_equal(bench.claim_ids(29'999, 10, 8), Ids{}, "claimed before its time");
    bench.claim_one("a", 9, 30'000);
}

void fail_ends_it_with_its_reason(Trial& trial) {
    OneClaimed bench(trial);
    bench.make_undecided();

    const SeenCall call = bench.step(decide(EBRA_STEP_FAIL), EBRA_OK, 6);

    expect_equal(call.status, EBRA_CALL_FAILED, "status");
    expect_equal(call.last_error, std::string("decided"), "last_error");
    expect_equal(call.ended_at, bench.at(6), "ended_at");
    expect(!call.undecided, "it is decided");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a"}, "the outbox");
}

void giving_up_closes_what_is_silent(Trial& trial) {
    for (const std::int32_t before : {EBRA_STEP_LOST, EBRA_STEP_ACCEPTED}) {
        StoreBench bench(trial);
        const std::string id = "g" + std::to_string(before);
        bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
        bench.add({.id = id, .to = "+1"});
        bench.add({.id = id + "next", .to = "+1"});
        bench.claim_one(id);
        bench.step({.step = before, .call_id = id, .placement = 1});
        NewStep give_up = decide(EBRA_STEP_GIVE_UP);
        give_up.call_id = id;

        const SeenCall call = bench.step(give_up);

        expect_equal(call.state, EBRA_PLACEMENT_ENDED, "placement.state");
        expect_equal(call.disposition, EBRA_DISPOSITION_GIVEN_UP, "disposition");
        expect_equal(call.outcome, EBRA_OUTCOME_NONE, "outcome");
        expect(call.undecided, "the call is undecided");
        expect_equal(call.attempts, 1, "attempts");
        bench.claim_one(id + "next", 8);
        bench.complete(id + "next");
        bench.step(ended(id, EBRA_OUTCOME_COMPLETED));
    }
}

void a_wrong_token_is_stale_and_changes_nothing(Trial& trial) {
    OneClaimed bench(trial);
    const SeenCall claimed = bench.get("a");
    bench.step(decide(EBRA_STEP_RELEASE, 8), EBRA_STALE);
    bench.step(decide(EBRA_STEP_RELEASE, 0), EBRA_STALE);
    expect(bench.get("a") == claimed, "a stale RELEASE changed nothing");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1});
    bench.step(decide(EBRA_STEP_GIVE_UP, 8), EBRA_STALE);
    expect_equal(bench.get("a").state, EBRA_PLACEMENT_UNKNOWN, "placement.state");
    bench.step(decide(EBRA_STEP_GIVE_UP));
    const SeenCall undecided = bench.get("a");
    bench.step(decide(EBRA_STEP_RETRY, 8), EBRA_STALE);
    bench.step(decide(EBRA_STEP_FAIL, 8), EBRA_STALE);
    expect(bench.get("a") == undecided, "stale decisions changed nothing");
}

void an_earlier_placement_is_stale(Trial& trial) {
    OneClaimed bench(trial);
    bench.make_undecided();
    bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at()));
    bench.claim_one("a", 8);
    const SeenCall before = bench.get("a");

    for (const std::int32_t step : {EBRA_STEP_RELEASE, EBRA_STEP_FAIL, EBRA_STEP_GIVE_UP}) {
        bench.step(decide(step), EBRA_STALE);
        bench.step(decide(step, 7, 2), EBRA_STALE);
        bench.step(decide(step, 8, 1), EBRA_STALE);
    }

    expect(bench.get("a") == before, "nothing changed");
}

void a_decision_taken_is_already(Trial& trial) {
    OneClaimed bench(trial);
    bench.make_undecided();
    bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at(100)));
    const SeenCall before = bench.get("a");

    bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at(999)), EBRA_ALREADY, 1);

    expect(bench.get("a") == before, "nothing changed");
    bench.step(decide(EBRA_STEP_RETRY, 7, 9), EBRA_STALE, 1);
}

void a_decision_about_a_terminal_call_is_already(Trial& trial) {
    OneClaimed bench(trial);
    bench.complete("a");

    for (const std::int32_t step :
         {EBRA_STEP_RELEASE, EBRA_STEP_RETRY, EBRA_STEP_FAIL, EBRA_STEP_GIVE_UP}) {
        bench.step(decide(step, 7, 1, bench.at(1)), EBRA_ALREADY);
    }

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
}

void decisions_about_what_was_never_claimed_are_refused(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});

    bench.step(decide(EBRA_STEP_RELEASE), EBRA_STALE);
    bench.step(decide(EBRA_STEP_RETRY), EBRA_STALE);
    NewStep nobody = decide(EBRA_STEP_FAIL);
    nobody.call_id = "nobody";
    bench.step(nobody, EBRA_NOT_FOUND);

    bench.expect_status_of("a", EBRA_CALL_PENDING);
}

void only_what_is_undecided_can_be_decided(Trial& trial) {
    OneClaimed bench(trial);

    for (const std::int32_t step : {EBRA_STEP_RETRY, EBRA_STEP_FAIL}) {
        expect(bench->take(bench.at(), decide(step)).status != EBRA_OK,
               "an open placement is not decided about");
    }

    expect_equal(bench.get("a").state, EBRA_PLACEMENT_CLAIMED, "placement.state");
    bench.expect_status_of("a", EBRA_CALL_IN_PROGRESS);
}

void late_evidence_settles_what_is_pending_again(Trial& trial) {
    OneClaimed bench(trial);
    bench.add({.id = "b", .to = "+1"});
    bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1});
    bench.step(decide(EBRA_STEP_GIVE_UP));
    bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at(1)));

    bench.complete("a", 2);

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
    expect_equal(bench.claim_ids(10, 10, 8), Ids{"b"}, "claimed: the number is passed on");
}

void cancel_of_a_canceled_call_is_already(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "b", .to = "+2"});
    const SeenCall canceled = bench.step({.step = EBRA_STEP_CANCEL, .call_id = "b"}, EBRA_OK, 4);

    const SeenCall again = bench.step({.step = EBRA_STEP_CANCEL, .call_id = "b"}, EBRA_ALREADY, 5);

    expect(again == canceled, "nothing changed");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"b"}, "the outbox");
}

void cancel_is_for_pending_calls(Trial& trial) {
    OneClaimed bench(trial);
    bench.add({.id = "b", .to = "+2"});

    const SeenCall canceled = bench.step({.step = EBRA_STEP_CANCEL, .call_id = "b"}, EBRA_OK, 4);
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "a"}, EBRA_CONFLICT);
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "nobody"}, EBRA_NOT_FOUND);

    expect_equal(canceled.status, EBRA_CALL_CANCELED, "status");
    expect_equal(canceled.ended_at, bench.at(4), "ended_at");
    expect_equal(bench.claim_ids(9, 10, 8), Ids{}, "claimed then");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"b"}, "the outbox");
}

void attempts_are_given_back_at_most_once(Trial& trial) {
    OneClaimed bench(trial);
    const NewStep refused = {.step = EBRA_STEP_REFUSED,
                             .call_id = "a",
                             .placement = 1,
                             .error_class = EBRA_CLASS_CAPACITY};
    bench.step(refused);
    bench->take(bench.at(), refused);
    bench->take(bench.at(), decide(EBRA_STEP_RELEASE));
    expect_equal(bench.get("a").attempts, 0, "attempts");
    bench.step(decide(EBRA_STEP_RETRY, 7, 1, bench.at()));

    expect_equal(bench.claim_one("a", 8).attempts, 1, "attempts of the next claim");
}

}  // namespace

Group store_decision_cases() {
    return {
        "store.decision",
        Interface::kStore,
        {EBRA_CASE(release_gives_slot_number_and_attempt_back),
         EBRA_CASE(release_is_for_what_was_never_sent),
         EBRA_CASE(retry_makes_it_pending_from_its_time), EBRA_CASE(fail_ends_it_with_its_reason),
         EBRA_CASE(giving_up_closes_what_is_silent),
         EBRA_CASE(a_wrong_token_is_stale_and_changes_nothing),
         EBRA_CASE(an_earlier_placement_is_stale), EBRA_CASE(a_decision_taken_is_already),
         EBRA_CASE(a_decision_about_a_terminal_call_is_already),
         EBRA_CASE(decisions_about_what_was_never_claimed_are_refused),
         EBRA_CASE(only_what_is_undecided_can_be_decided),
         EBRA_CASE(late_evidence_settles_what_is_pending_again),
         EBRA_CASE(cancel_is_for_pending_calls), EBRA_CASE(cancel_of_a_canceled_call_is_already),
         EBRA_CASE(attempts_are_given_back_at_most_once)}};
}

}  // namespace ebra::conformance
