// Evidence: what it changes, and that it is always recorded.
#include "claimed_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

void accepted_makes_it_placed_and_learns_the_id(Trial& trial) {
    Claimed bench(trial);

    const SeenCall call = bench.step({.step = EBRA_STEP_ACCEPTED,
                                      .call_id = "a",
                                      .placement = 1,
                                      .provider = "sim",
                                      .provider_call_id = "p1",
                                      .due_at = bench.at(500),
                                      .provider_state = R"({"s":1})"},
                                     EBRA_OK, 3);

    expect_equal(call.state, EBRA_PLACEMENT_PLACED, "placement.state");
    expect_equal(call.provider_call_id, std::string("p1"), "provider_call_id");
    expect_equal(call.provider_state, std::string(R"({"s":1})"), "provider_state");
    expect_equal(call.accepted_at, bench.at(3), "accepted_at");
    expect_equal(call.ask_at, bench.at(500), "ask_at");
    expect_equal(ids_of(bench->find(EBRA_FIND_PROVIDER_CALL_ID, "sim", "p1")), Ids{"a"},
                 "found by the provider's id");
}

void a_lost_answer_makes_it_unknown_until_it_is_accepted(Trial& trial) {
    Claimed bench(trial);

    const SeenCall lost =
        bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1, .due_at = bench.at(9)});
    const SeenCall accepted = bench.accept("a", "p1");

    expect_equal(lost.state, EBRA_PLACEMENT_UNKNOWN, "placement.state when lost");
    expect_equal(lost.status, EBRA_CALL_IN_PROGRESS, "status when lost");
    expect_equal(lost.attempts, 1, "attempts when lost");
    expect_equal(lost.ask_at, bench.at(9), "ask_at when lost");
    expect_equal(accepted.state, EBRA_PLACEMENT_PLACED, "placement.state when accepted");
}

void a_refusal_leaves_the_call_undecided(Trial& trial) {
    Claimed bench(trial);

    const SeenCall call = bench.step({.step = EBRA_STEP_REFUSED,
                                      .call_id = "a",
                                      .placement = 1,
                                      .reason = "bad number",
                                      .error_class = EBRA_CLASS_PERMANENT},
                                     EBRA_OK, 4);

    expect_equal(call.state, EBRA_PLACEMENT_REFUSED, "placement.state");
    expect_equal(call.error_class, EBRA_CLASS_PERMANENT, "error_class");
    expect_equal(call.reason, std::string("bad number"), "reason");
    expect_equal(call.last_error, std::string("bad number"), "last_error");
    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect(call.undecided, "the call is undecided");
    expect_equal(call.attempts, 1, "attempts");
}

void a_refusal_for_capacity_gives_the_attempt_back(Trial& trial) {
    Claimed bench(trial);

    const SeenCall refused = bench.step({.step = EBRA_STEP_REFUSED,
                                         .call_id = "a",
                                         .placement = 1,
                                         .error_class = EBRA_CLASS_CAPACITY});
    const SeenCall not_sent = bench.step({.step = EBRA_STEP_NOT_SENT,
                                          .call_id = "b",
                                          .placement = 1,
                                          .error_class = EBRA_CLASS_TRANSIENT});

    expect_equal(refused.attempts, 0, "attempts after a refusal for capacity");
    expect_equal(refused.placements, 1, "placements after a refusal for capacity");
    expect_equal(not_sent.attempts, 1, "attempts after NOT_SENT");
    expect_equal(not_sent.state, EBRA_PLACEMENT_REFUSED, "placement.state after NOT_SENT");
}

void an_end_settles_the_call_with_its_details(Trial& trial) {
    Claimed bench(trial);
    NewStep end = ended("a", EBRA_OUTCOME_COMPLETED, 1);
    end.disposition = EBRA_DISPOSITION_ANSWERED;
    end.duration_ms = 61'000;
    end.cost_micros = 12'345;
    end.cost_currency = "USD";
    end.recording_url = "https://r/1";
    end.transcript_url = "https://t/1";
    NewStep failed = ended("b", EBRA_OUTCOME_FAILED, 1);
    failed.disposition = EBRA_DISPOSITION_BUSY;
    failed.reason = "busy";

    const SeenCall completed = bench.step(end, EBRA_OK, 9);
    const SeenCall busy = bench.step(failed, EBRA_OK, 9);

    expect_equal(completed.status, EBRA_CALL_COMPLETED, "status");
    expect_equal(completed.state, EBRA_PLACEMENT_ENDED, "placement.state");
    expect_equal(completed.outcome, EBRA_OUTCOME_COMPLETED, "outcome");
    expect_equal(completed.disposition, EBRA_DISPOSITION_ANSWERED, "disposition");
    expect_equal(completed.duration_ms, 61'000, "duration_ms");
    expect_equal(completed.cost_micros, 12'345, "cost_micros");
    expect_equal(completed.cost_currency, std::string("USD"), "cost_currency");
    expect_equal(completed.recording_url, std::string("https://r/1"), "recording_url");
    expect_equal(completed.transcript_url, std::string("https://t/1"), "transcript_url");
    expect_equal(completed.last_error, std::string(), "last_error of a completed call");
    expect_equal(busy.status, EBRA_CALL_FAILED, "status of the busy one");
    expect_equal(busy.last_error, std::string("busy"), "last_error of the busy one");
    expect_equal(busy.disposition, EBRA_DISPOSITION_BUSY, "disposition of the busy one");
}

void the_end_is_when_it_happened_if_that_can_be(Trial& trial) {
    StoreBench bench(trial);
    const std::pair<std::int64_t, std::int64_t> told_and_wanted[] = {
        {500, 500}, {100, 100}, {99, 1'000}, {1'000, 1'000}, {1'001, 1'000}};
    for (std::size_t i = 0; i < std::size(told_and_wanted); ++i) {
        bench.add(numbered(static_cast<int>(i)));
    }
    bench.claim_ids(100, 10);

    for (std::size_t i = 0; i < std::size(told_and_wanted); ++i) {
        NewStep end = ended(numbered(static_cast<int>(i)).id, EBRA_OUTCOME_COMPLETED);
        end.occurred_at = bench.at(told_and_wanted[i].first);
        expect_equal(bench.step(end, EBRA_OK, 1'000).ended_at, bench.at(told_and_wanted[i].second),
                     "ended_at when told " + std::to_string(told_and_wanted[i].first));
    }
}

void the_same_outcome_again_is_already(Trial& trial) {
    Claimed bench(trial);
    bench.complete("a");
    const SeenCall before = bench.get("a");

    bench.step(ended("a", EBRA_OUTCOME_COMPLETED), EBRA_ALREADY, 50);

    expect(bench.get("a") == before, "nothing changed");
    expect_equal(bench->counts().contradictions, 0, "contradictions");
}

void another_outcome_is_counted_and_changes_nothing(Trial& trial) {
    Claimed bench(trial);
    bench.complete("a");
    bench.step(ended("b", EBRA_OUTCOME_FAILED));

    const SeenCall a = bench.step(ended("a", EBRA_OUTCOME_FAILED), EBRA_ALREADY, 10);
    const SeenCall b = bench.step(ended("b", EBRA_OUTCOME_COMPLETED), EBRA_ALREADY, 10);
    // The same batch again changes nothing, not even this count.
    bench.step(ended("b", EBRA_OUTCOME_COMPLETED), EBRA_ALREADY, 11);

    expect_equal(a.status, EBRA_CALL_COMPLETED, "the status of a");
    expect_equal(b.status, EBRA_CALL_FAILED, "the status of b");
    expect_equal(a.outcome, EBRA_OUTCOME_COMPLETED, "the outcome of a");
    expect_equal(a.contradictions, 1, "the contradictions of a");
    expect_equal(bench->counts().contradictions, 2, "contradictions");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a", "b"}, "the outbox");
}

void no_step_changes_a_terminal_status(Trial& trial) {
    Claimed bench(trial);
    bench.accept("a", "pa");
    bench.complete("a");
    bench.step(ended("b", EBRA_OUTCOME_FAILED));
    const std::int32_t steps[] = {EBRA_STEP_ACCEPTED, EBRA_STEP_LOST,     EBRA_STEP_NOT_SENT,
                                  EBRA_STEP_REFUSED,  EBRA_STEP_PROGRESS, EBRA_STEP_RELEASE,
                                  EBRA_STEP_RETRY,    EBRA_STEP_FAIL,     EBRA_STEP_GIVE_UP,
                                  EBRA_STEP_CANCEL,   EBRA_STEP_ENDED};

    for (const char* id : {"a", "b"}) {
        const SeenCall before = bench.get(id);
        for (const std::int32_t step : steps) {
            for (const std::int32_t outcome : {EBRA_OUTCOME_COMPLETED, EBRA_OUTCOME_FAILED}) {
                bench->take(bench.at(99), {.step = step,
                                           .call_id = id,
                                           .placement = 1,
                                           .claim = 7,
                                           .outcome = outcome,
                                           .error_class = EBRA_CLASS_CAPACITY,
                                           .due_at = bench.at(100)});
                const SeenCall call = bench.get(id);
                const std::string after = " after step " + std::to_string(step);
                expect_equal(call.status, before.status, "the status of " + before.id + after);
                expect_equal(call.ended_at, before.ended_at, "ended_at" + after);
                expect_equal(call.outcome, before.outcome, "the outcome" + after);
                expect_equal(call.attempts, before.attempts, "attempts" + after);
            }
        }
    }
    expect_equal(bench.claim_ids(kMsPerDay, 10, 9), Ids{}, "claimed of terminal calls");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a", "b"}, "the outbox");
}

void a_retryable_failure_leaves_the_decision_open(Trial& trial) {
    Claimed bench(trial);
    NewStep end = ended("a", EBRA_OUTCOME_FAILED, 1);
    end.flags = EBRA_ADVANCE_RETRYABLE;

    const SeenCall call = bench.step(end);
    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect(call.undecided, "the call is undecided");
    expect_equal(call.state, EBRA_PLACEMENT_ENDED, "placement.state");
    const SeenCall retried = bench.step({.step = EBRA_STEP_RETRY,
                                         .call_id = "a",
                                         .placement = 1,
                                         .claim = 7,
                                         .due_at = bench.at(5)});
    expect_equal(retried.status, EBRA_CALL_PENDING, "status after RETRY");
}

/// Placement 1, claimed with token 7, is lost and given up; the call may be claimed again.
void give_up_and_retry(StoreBench& bench, const std::string& id) {
    bench.step({.step = EBRA_STEP_LOST, .call_id = id, .placement = 1});
    bench.step({.step = EBRA_STEP_GIVE_UP, .call_id = id, .placement = 1, .claim = 7});
    bench.step(
        {.step = EBRA_STEP_RETRY, .call_id = id, .placement = 1, .claim = 7, .due_at = bench.at()});
}

void give_up_and_claim_again(StoreBench& bench, const std::string& id) {
    give_up_and_retry(bench, id);
    bench.claim_one(id, 8);
}

void a_late_completed_waits_for_the_later_placement(Trial& trial) {
    const NewStep closings[] = {
        {.step = EBRA_STEP_RELEASE, .placement = 2, .claim = 8},
        {.step = EBRA_STEP_NOT_SENT, .placement = 2, .error_class = EBRA_CLASS_TRANSIENT},
        {.step = EBRA_STEP_REFUSED, .placement = 2, .error_class = EBRA_CLASS_CAPACITY},
        {.step = EBRA_STEP_GIVE_UP, .placement = 2, .claim = 8},
        {.step = EBRA_STEP_ENDED, .placement = 2, .outcome = EBRA_OUTCOME_FAILED},
        {.step = EBRA_STEP_ENDED, .placement = 2, .outcome = EBRA_OUTCOME_COMPLETED},
    };
    StoreBench bench(trial);
    for (std::size_t i = 0; i < std::size(closings); ++i) {
        const std::string id = numbered(static_cast<int>(i)).id;
        bench.add(numbered(static_cast<int>(i)));
        bench.claim_one(id, 7);
        give_up_and_claim_again(bench, id);
        NewStep closing = closings[i];
        closing.call_id = id;
        if (closing.step == EBRA_STEP_GIVE_UP) {
            bench.step({.step = EBRA_STEP_LOST, .call_id = id, .placement = 2});
        }

        const SeenCall fixed = bench.step(ended(id, EBRA_OUTCOME_COMPLETED, 1));
        expect_equal(fixed.status, EBRA_CALL_IN_PROGRESS, "status while the later one is open");
        expect_equal(fixed.fixed_outcome, EBRA_OUTCOME_COMPLETED, "fixed_outcome");
        const SeenCall closed = bench.step(closing);
        expect_equal(closed.status, EBRA_CALL_COMPLETED,
                     "status when the later one closed by step " + std::to_string(closing.step));
        expect(!closed.undecided, "nothing is left to decide");
    }
}

void a_first_failed_after_completed_contradicts_nothing(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"earlier", "later"}) bench.add({.id = id, .to = id});
    bench.claim_ids(0, 2);
    give_up_and_claim_again(bench, "earlier");
    give_up_and_claim_again(bench, "later");
    bench.step(ended("earlier", EBRA_OUTCOME_COMPLETED, 2));
    bench.step(ended("later", EBRA_OUTCOME_COMPLETED, 1));
    bench.step({.step = EBRA_STEP_LOST, .call_id = "later", .placement = 2});
    bench.step({.step = EBRA_STEP_GIVE_UP, .call_id = "later", .placement = 2, .claim = 8});

    // One try failed, another did not: both are true.
    const SeenCall earlier = bench.step(ended("earlier", EBRA_OUTCOME_FAILED, 1), EBRA_ALREADY, 10);
    const SeenCall later = bench.step(ended("later", EBRA_OUTCOME_FAILED, 2), EBRA_ALREADY, 10);

    expect_equal(earlier.status, EBRA_CALL_COMPLETED, "status when the earlier try failed");
    expect_equal(later.status, EBRA_CALL_COMPLETED, "status when the later try failed");
    expect_equal(later.outcome, EBRA_OUTCOME_FAILED, "the outcome of the later placement");
    expect_equal(bench->counts().contradictions, 0, "contradictions");
}

void a_first_completed_after_another_end_is_a_contradiction(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"failed", "canceled"}) bench.add({.id = id, .to = id});
    bench.claim_ids(0, 2);
    give_up_and_claim_again(bench, "failed");
    bench.step(ended("failed", EBRA_OUTCOME_FAILED, 2));
    give_up_and_retry(bench, "canceled");
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "canceled"});

    // Somebody was told that nobody would talk, and somebody did.
    const SeenCall failed =
        bench.step(ended("failed", EBRA_OUTCOME_COMPLETED, 1), EBRA_ALREADY, 10);
    const SeenCall canceled =
        bench.step(ended("canceled", EBRA_OUTCOME_COMPLETED, 1), EBRA_ALREADY, 10);

    expect_equal(failed.status, EBRA_CALL_FAILED, "the status of failed");
    expect_equal(canceled.status, EBRA_CALL_CANCELED, "the status of canceled");
    expect_equal(canceled.contradictions, 1, "the contradictions of canceled");
    expect_equal(bench->counts().contradictions, 2, "contradictions");
}

void a_dedup_key_is_taken_once_per_provider(Trial& trial) {
    Claimed bench(trial);
    NewStep progress = {.step = EBRA_STEP_PROGRESS,
                        .call_id = "a",
                        .placement = 1,
                        .provider = "sim",
                        .dedup_key = "k"};
    NewStep end = ended("a", EBRA_OUTCOME_COMPLETED, 1);
    end.provider = "sim";
    end.dedup_key = "k";

    bench.step(progress);
    bench.step(end, EBRA_ALREADY);
    bench.expect_status_of("a", EBRA_CALL_IN_PROGRESS);
    end.dedup_key = "l";
    bench.step(end);
    bench.step(end, EBRA_ALREADY);

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
}

void a_dedup_key_of_refused_evidence_is_not_used_up(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    NewStep end = ended("a", EBRA_OUTCOME_COMPLETED);
    end.provider = "sim";
    end.dedup_key = "k";

    bench.step(end, EBRA_CONFLICT);
    bench.claim_one("a");
    bench.step(end);

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
}

void details_may_come_after_the_end(Trial& trial) {
    Claimed bench(trial);
    bench.complete("a");
    const NewStep enrich = {.step = EBRA_STEP_ENRICH,
                            .call_id = "a",
                            .placement = 1,
                            .cost_micros = 77,
                            .cost_currency = "EUR",
                            .recording_url = "https://r/2"};

    const SeenCall call = bench.step(enrich, EBRA_OK, 60'000);
    bench.step(enrich, EBRA_ALREADY, 60'001);

    expect_equal(call.status, EBRA_CALL_COMPLETED, "status");
    expect_equal(call.ended_at, bench.at(), "ended_at");
    expect_equal(call.cost_micros, 77, "cost_micros");
    expect_equal(call.cost_currency, std::string("EUR"), "cost_currency");
    expect_equal(call.recording_url, std::string("https://r/2"), "recording_url");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a"}, "the outbox");
}

void a_sign_of_life_changes_no_state(Trial& trial) {
    Claimed bench(trial);
    bench.accept("a", "p1");

    const SeenCall call = bench.step({.step = EBRA_STEP_PROGRESS,
                                      .call_id = "a",
                                      .placement = 1,
                                      .reason = "ringing",
                                      .due_at = bench.at(700)},
                                     EBRA_OK, 5);

    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect_equal(call.state, EBRA_PLACEMENT_PLACED, "placement.state");
    expect_equal(call.ask_at, bench.at(700), "ask_at");
}

void steps_are_applied_in_the_order_given(Trial& trial) {
    Claimed bench(trial);
    bench.add({.id = "c", .to = "+3"});

    const auto items = bench->take_all(
        bench.at(), {{.step = EBRA_STEP_ACCEPTED,
                      .call_id = "a",
                      .placement = 1,
                      .provider = "sim",
                      .provider_call_id = "p1"},
                     by_id(EBRA_STEP_ENDED, "sim", "p1", EBRA_OUTCOME_COMPLETED),
                     ended("nobody", EBRA_OUTCOME_COMPLETED),
                     {.step = EBRA_STEP_CANCEL, .call_id = "c"},
                     {.step = EBRA_STEP_RELEASE, .call_id = "b", .placement = 1, .claim = 999},
                     ended("b", EBRA_OUTCOME_FAILED)});

    expect_status(bench->status(), EBRA_OK, "the batch");
    const ebra_status wanted[] = {EBRA_OK, EBRA_OK, EBRA_NOT_FOUND, EBRA_OK, EBRA_STALE, EBRA_OK};
    for (std::size_t i = 0; i < items.size(); ++i) {
        expect_status(items[i].status, wanted[i], "item " + std::to_string(i));
    }
    expect_equal(items[0].call->status, EBRA_CALL_IN_PROGRESS, "a after its first step");
    expect_equal(items[1].call->status, EBRA_CALL_COMPLETED, "a after its second step");
    expect(!items[2].call.has_value(), "there is no call for nobody");
}

void the_same_batch_again_changes_nothing(Trial& trial) {
    Claimed bench(trial);
    bench.add({.id = "c", .to = "+3"});
    bench.add({.id = "d", .to = "+4"});
    bench.claim_one("c", 8);
    const std::vector<NewStep> batch = {
        {.step = EBRA_STEP_ACCEPTED,
         .call_id = "a",
         .placement = 1,
         .provider = "sim",
         .provider_call_id = "p1"},
        by_id(EBRA_STEP_ENDED, "sim", "p1", EBRA_OUTCOME_COMPLETED),
        {.step = EBRA_STEP_ENRICH, .call_id = "a", .placement = 1, .cost_micros = 5},
        {.step = EBRA_STEP_NOT_SENT,
         .call_id = "b",
         .placement = 1,
         .error_class = EBRA_CLASS_TRANSIENT},
        {.step = EBRA_STEP_FAIL, .call_id = "b", .placement = 1, .claim = 7, .reason = "no"},
        {.step = EBRA_STEP_RELEASE,
         .call_id = "c",
         .placement = 1,
         .claim = 8,
         .due_at = bench.at(9'000)},
        by_id(EBRA_STEP_ENDED, "sim", "unknown", EBRA_OUTCOME_COMPLETED),
        {.step = EBRA_STEP_MAP, .call_id = "d", .provider = "sim", .provider_call_id = "pd"},
    };
    for (const SeenItem& item : bench->take_all(bench.at(1), batch)) {
        expect(item.status == EBRA_OK || item.status == EBRA_KEPT, "the first time applies");
    }
    const auto before = bench->get_all({"a", "b", "c", "d"});
    const ebra_counts counts = bench->counts();

    const auto again = bench->take_all(bench.at(2), batch);

    for (std::size_t i = 0; i < again.size(); ++i) {
        expect_status(again[i].status, EBRA_ALREADY, "item " + std::to_string(i));
    }
    expect(bench->get_all({"a", "b", "c", "d"}) == before, "no call changed");
    expect_equal(bench->counts().kept, counts.kept, "kept");
    expect_equal(bench->counts().owed, counts.owed, "owed");
}

}  // namespace

Group store_evidence_cases() {
    return {"store.evidence",
            Interface::kStore,
            {EBRA_CASE(accepted_makes_it_placed_and_learns_the_id),
             EBRA_CASE(a_lost_answer_makes_it_unknown_until_it_is_accepted),
             EBRA_CASE(a_refusal_leaves_the_call_undecided),
             EBRA_CASE(a_refusal_for_capacity_gives_the_attempt_back),
             EBRA_CASE(an_end_settles_the_call_with_its_details),
             EBRA_CASE(the_end_is_when_it_happened_if_that_can_be),
             EBRA_CASE(the_same_outcome_again_is_already),
             EBRA_CASE(another_outcome_is_counted_and_changes_nothing),
             EBRA_CASE(no_step_changes_a_terminal_status),
             EBRA_CASE(a_retryable_failure_leaves_the_decision_open),
             EBRA_CASE(a_late_completed_waits_for_the_later_placement),
             EBRA_CASE(a_first_failed_after_completed_contradicts_nothing),
             EBRA_CASE(a_first_completed_after_another_end_is_a_contradiction),
             EBRA_CASE(a_dedup_key_is_taken_once_per_provider),
             EBRA_CASE(a_dedup_key_of_refused_evidence_is_not_used_up),
             EBRA_CASE(details_may_come_after_the_end), EBRA_CASE(a_sign_of_life_changes_no_state),
             EBRA_CASE(steps_are_applied_in_the_order_given),
             EBRA_CASE(the_same_batch_again_changes_nothing)}};
}

}  // namespace ebra::conformance
