// ebra.store.gap/1: a number rests after a call that may have rung it, over all nodes, to the
// millisecond. ebra.store.check/1 looks after every step.
#include "dialers.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

constexpr std::int64_t kGapMs = 5'000;

/// A store whose numbers rest for kGapMs.
class GapBench : public StoreBench {
 public:
    explicit GapBench(Trial& trial, bool is_checked = true) : StoreBench(trial, is_checked) {
        require_gap();
        expect_status(store().set_gap(at(), kGapMs), EBRA_OK, "set");
    }

    void add_two_to_one_number() {
        add({.id = "a", .to = "+1"});
        add({.id = "b", .to = "+1"});
    }

    /// The number is claimable at `offset_ms` and not a moment earlier.
    void expect_next(const std::string& id, std::int64_t offset_ms) {
        expect_equal(claim_ids(offset_ms - 1, 10, 1'001), Ids{}, "claimed a moment too early");
        expect_equal(claim_ids(offset_ms, 10, 1'002), Ids{id}, "claimed when the rest is over");
    }
};

void a_new_store_has_none(Trial& trial) {
    StoreBench bench(trial);
    bench.require_gap();
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+1"});

    expect_equal(bench->gap(), 0, "the gap of a new store");
    bench.claim_one("a");
    bench.complete("a");
    bench.claim_one("b", 8);
}

void a_negative_one_is_refused(Trial& trial) {
    GapBench bench(trial);

    expect_status(bench->set_gap(bench.at(), -1), EBRA_INVALID_ARGUMENT, "set");
    expect_equal(bench->gap(), kGapMs, "the gap afterwards");
}

void a_number_rests_after_a_call(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.complete("a", 100);

    bench.expect_next("b", 100 + kGapMs);
}

void it_counts_from_when_the_store_was_told_of_what_it_kept(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.step({.step = EBRA_STEP_ENDED,
                .outcome = EBRA_OUTCOME_FAILED,
                .provider = "sim",
                .provider_call_id = "pc"},
               EBRA_KEPT, 3'000);

    // Its clock was read before, and it was long on its way.
    bench.step(
        {.step = EBRA_STEP_ACCEPTED, .call_id = "a", .placement = 1, .provider_call_id = "pc"},
        EBRA_OK, 1'000);

    bench.expect_next("b", 3'000 + kGapMs);
}

void it_counts_from_when_the_store_was_told(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    NewStep end = ended("a", EBRA_OUTCOME_FAILED);
    end.occurred_at = bench.at(10);

    bench.step(end, EBRA_OK, 900);

    bench.expect_next("b", 900 + kGapMs);
}

void what_comes_while_it_rests_waits(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    bench.complete("a", 100);

    bench.add({.id = "late", .to = "+1", .priority = 9}, 200);
    bench.add({.id = "pinned", .to = "+1", .provider = "sim"}, 200);

    expect_equal(bench.claim_ids(99 + kGapMs, 10), Ids{}, "claimed while it rests");
    expect_equal(bench.claim_ids(100 + kGapMs, 10), Ids{"late"}, "claimed when the rest is over");
}

void other_numbers_go_on(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+2"});
    bench.claim_one("a");
    bench.complete("a");

    bench.claim_one("b", 8, 1);
}

void a_retry_waits_for_the_rest(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    NewStep busy = ended("a", EBRA_OUTCOME_FAILED);
    busy.flags = EBRA_ADVANCE_RETRYABLE;
    bench.step(busy, EBRA_OK, 100);
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at(1'100)},
               EBRA_OK, 100);

    bench.expect_next("a", 100 + kGapMs);
}

void a_longer_backoff_stands(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    NewStep busy = ended("a", EBRA_OUTCOME_FAILED);
    busy.flags = EBRA_ADVANCE_RETRYABLE;
    bench.step(busy, EBRA_OK, 100);
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at(9'000)},
               EBRA_OK, 100);

    bench.expect_next("a", 9'000);
}

void what_never_rang_begins_no_rest(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a", 1);
    bench.step({.step = EBRA_STEP_RELEASE,
                .call_id = "a",
                .placement = 1,
                .claim = 1,
                .due_at = bench.at()});
    bench.claim_one("a", 2);
    for (const std::int32_t step : {EBRA_STEP_NOT_SENT, EBRA_STEP_REFUSED}) {
        const std::uint32_t number = step == EBRA_STEP_NOT_SENT ? 2 : 3;
        bench.step({.step = step,
                    .call_id = "a",
                    .placement = number,
                    .error_class = EBRA_CLASS_TRANSIENT});
        bench.step({.step = EBRA_STEP_RETRY,
                    .call_id = "a",
                    .placement = number,
                    .claim = number,
                    .due_at = bench.at()});
        bench.claim_one("a", number + 1);
    }
}

void giving_up_begins_a_rest(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1}, EBRA_OK, 10);
    bench.step({.step = EBRA_STEP_GIVE_UP, .call_id = "a", .placement = 1, .claim = 7}, EBRA_OK,
               300);

    bench.expect_next("b", 300 + kGapMs);
}

void late_news_of_an_end_begins_another(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.step({.step = EBRA_STEP_LOST, .call_id = "a", .placement = 1}, EBRA_OK, 10);
    bench.step({.step = EBRA_STEP_GIVE_UP, .call_id = "a", .placement = 1, .claim = 7}, EBRA_OK,
               300);
    bench.step({.step = EBRA_STEP_FAIL, .call_id = "a", .placement = 1, .claim = 7}, EBRA_OK, 300);

    bench.step(ended("a", EBRA_OUTCOME_COMPLETED, 1), EBRA_ALREADY, 4'000);

    bench.expect_next("b", 4'000 + kGapMs);
}

void late_news_parks_whoever_could_go(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "a",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    bench.step({.step = EBRA_STEP_RETRY,
                .call_id = "a",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at()});

    bench.step(ended("a", EBRA_OUTCOME_COMPLETED, 1), EBRA_OK, 1'000);

    bench.expect_next("b", 1'000 + kGapMs);
}

void a_call_moved_to_a_resting_number_waits(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+2"});
    bench.claim_one("a");
    bench.complete("a", 100);

    expect_status(bench->patch_number(bench.at(200), "b", "+1").status, EBRA_OK, "patch");
    expect_equal(bench.claim_ids(99 + kGapMs, 10), Ids{}, "claimed while it rests");
    expect_status(bench->patch_number(bench.at(99 + kGapMs), "b", "+3").status, EBRA_OK, "patch");
    expect_equal(bench.claim_ids(99 + kGapMs, 10), Ids{"b"}, "claimed at a number that is free");
}

void cancel_and_expiry_leave_a_resting_number_alone(Trial& trial) {
    GapBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    bench.complete("a", 100);
    bench.add({.id = "canceled", .to = "+1", .priority = 9}, 100);
    bench.add({.id = "expiring", .to = "+1", .priority = 8, .not_after = bench.at(300)}, 100);
    bench.add({.id = "b", .to = "+1"}, 100);

    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "canceled"}, EBRA_OK, 200);
    expect_equal(bench.claim_ids(400, 10), Ids{}, "claimed while it rests");

    bench.expect_next("b", 100 + kGapMs);
    bench.expect_status_of("expiring", EBRA_CALL_EXPIRED);
}

void a_rest_keeps_its_length_when_the_rule_changes(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.add({.id = "c", .to = "+1"});
    bench.claim_one("a");
    bench.complete("a", 100);

    expect_status(bench->set_gap(bench.at(200), 0), EBRA_OK, "set");

    bench.expect_next("b", 100 + kGapMs);
    bench.complete("b", 7'000);
    bench.claim_one("c", 9, 7'000);
}

void the_claim_says_when_the_rest_is_over(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.complete("a", 100);
    bench.add({.id = "later", .to = "+2", .not_before = bench.at(90'000)}, 100);

    const SeenClaim claim = bench->claim(bench.at(200), 10, 8);

    expect_equal(claim.report.next_due_at, bench.at(100 + kGapMs), "next_due_at");
}

void explain_says_until_when(Trial& trial) {
    GapBench bench(trial);
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.complete("a", 100);

    const auto reasons = bench->reasons(bench.at(200), "b");

    expect(!reasons.empty(), "there is a reason");
    expect_equal(reasons.front().why, EBRA_WHY_PHONE_RESTING, "why");
    expect_equal(reasons.front().until, bench.at(100 + kGapMs), "until");
    const auto later = bench->explain(bench.at(100 + kGapMs), "b");
    expect(std::find(later.begin(), later.end(), EBRA_WHY_PHONE_RESTING) == later.end(),
           "the number does not rest any more");
}

void gap_and_rests_survive(Trial& trial) {
    GapBench bench(trial);
    bench.require(EBRA_STORE_DURABLE, "durable");
    bench.add_two_to_one_number();
    bench.claim_one("a");
    bench.complete("a", 100);

    bench.reopen();

    expect_equal(bench->gap(), kGapMs, "the gap");
    bench.expect_next("b", 100 + kGapMs);
}

void one_gap_holds_over_two_instances(Trial& trial) {
    GapBench bench(trial);
    bench.require(EBRA_STORE_SHARED, "shared");
    const auto other = open_store(trial, trial.options());
    bench.add_two_to_one_number();
    bench.claim_one("a");

    expect_status(other->take(bench.at(100), ended("a", EBRA_OUTCOME_COMPLETED)).status, EBRA_OK,
                  "ended at the other");

    bench.expect_next("b", 100 + kGapMs);
}

/// When each number's last call ended, and so when the next may begin.
class GapWitness {
 public:
    void ended(const std::string& number, ebra_time_ms at) {
        const std::lock_guard lock(mutex_);
        ended_at_[number] = at;
    }

    void claimed(const std::string& number, ebra_time_ms at, std::int64_t gap_ms) {
        const std::lock_guard lock(mutex_);
        const auto last = ended_at_.find(number);
        if (last == ended_at_.end() || at - last->second >= gap_ms) return;
        fail_case("number " + number + " was claimed " + std::to_string(at - last->second) +
                  " ms after its last call, the gap is " + std::to_string(gap_ms));
    }

 private:
    std::mutex mutex_;
    std::map<std::string, ebra_time_ms> ended_at_;
};

void eight_threads_keep_it(Trial& trial) {
    constexpr int kThreads = 8;
    constexpr int kCalls = 60;
    constexpr int kNumbers = 12;
    constexpr int kTurnsMax = 20'000;
    constexpr std::int64_t kShortGapMs = 60;
    GapBench bench(trial, false);
    expect_status(bench->set_gap(bench.at(), kShortGapMs), EBRA_OK, "set");
    for (int n = 0; n < kCalls; ++n) {
        NewCall call = numbered(n);
        call.to = "+" + std::to_string(n % kNumbers);
        bench.add(call);
    }
    std::atomic<std::int64_t> time = 1;
    std::atomic<std::uint64_t> token = 100;
    std::atomic<int> over = 0;
    GapWitness witness;

    in_threads(kThreads, [&](int) {
        for (int turn = 0; turn < kTurnsMax && over < kCalls; ++turn) {
            const ebra_time_ms now = bench.at(time++);
            const SeenClaim claim = bench->claim(now, 3, ++token);
            expect_status(claim.status, EBRA_OK, "claim");
            // A claim that was overtaken on its way may find what one with a later time has opened.
            const ebra_time_ms claimed_at = bench.at(time);
            for (const SeenCall& call : claim.calls) {
                witness.claimed(call.to, claimed_at, kShortGapMs);
                const ebra_time_ms end = bench.at(time++);
                witness.ended(call.to, end);
                const NewStep step = ended(call.id, EBRA_OUTCOME_COMPLETED);
                expect_status(bench->take(end, step).status, EBRA_OK, "end of " + call.id);
                ++over;
            }
        }
    });

    expect_equal(over.load(), kCalls, "calls that ended");
    bench.expect_sound();
}

}  // namespace

Group store_gap_cases() {
    return {"store.gap",
            Interface::kStore,
            {EBRA_CASE(a_new_store_has_none),
             EBRA_CASE(a_negative_one_is_refused),
             EBRA_CASE(a_number_rests_after_a_call),
             EBRA_CASE(it_counts_from_when_the_store_was_told),
             EBRA_CASE(it_counts_from_when_the_store_was_told_of_what_it_kept),
             EBRA_CASE(what_comes_while_it_rests_waits),
             EBRA_CASE(other_numbers_go_on),
             EBRA_CASE(a_retry_waits_for_the_rest),
             EBRA_CASE(a_longer_backoff_stands),
             EBRA_CASE(what_never_rang_begins_no_rest),
             EBRA_CASE(giving_up_begins_a_rest),
             EBRA_CASE(late_news_of_an_end_begins_another),
             EBRA_CASE(late_news_parks_whoever_could_go),
             EBRA_CASE(a_call_moved_to_a_resting_number_waits),
             EBRA_CASE(cancel_and_expiry_leave_a_resting_number_alone),
             EBRA_CASE(a_rest_keeps_its_length_when_the_rule_changes),
             EBRA_CASE(the_claim_says_when_the_rest_is_over),
             EBRA_CASE(explain_says_until_when),
             EBRA_CASE(gap_and_rests_survive),
             EBRA_CASE(one_gap_holds_over_two_instances),
             EBRA_CASE(eight_threads_keep_it)}};
}

}  // namespace ebra::conformance
