// reclaim: dead nodes, silence, and calls that nobody decides about.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

/// Call "a", claimed by token 7 on a node whose lease lasts a second.
class Mortal : public StoreBench {
 public:
    explicit Mortal(Trial& trial) : StoreBench(trial) {
        store().renew(at(), 1'000, "mortal");
        add({.id = "a", .to = "+1"});
        const SeenClaim claim = store().claim(at(), 1, 7, {"sim"}, "mortal");
        expect_equal(ids_of(claim.calls), Ids{"a"}, "claimed");
    }

    std::vector<SeenCall> reclaim(std::int64_t offset_ms, std::uint64_t token = 50,
                                  const Patience& patience = {}) {
        auto calls = store().reclaim(at(offset_ms), token, patience);
        expect_status(store().status(), EBRA_OK, "reclaim");
        return calls;
    }

    NewStep about(std::int32_t kind, ebra_time_ms due_at = 0, std::uint64_t claim = 7) {
        return {.step = kind, .call_id = "a", .placement = 1, .claim = claim, .due_at = due_at};
    }
};

void a_living_nodes_claim_is_left_alone(Trial& trial) {
    Mortal bench(trial);

    expect_equal(bench.reclaim(999).size(), 0, "handed out");
    expect_equal(bench.get("a").state, EBRA_PLACEMENT_CLAIMED, "placement.state");
}

void a_dead_nodes_claim_becomes_unknown(Trial& trial) {
    Mortal bench(trial);
    bench->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 1);
    bench.add({.id = "b", .to = "+2"});

    expect_equal(bench.reclaim(1'000).size(), 0, "handed out at once");

    const SeenCall call = bench.get("a");
    expect_equal(call.state, EBRA_PLACEMENT_UNKNOWN, "placement.state");
    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect_equal(call.number, 1, "placement.number");
    expect_equal(call.attempts, 1, "attempts");
    expect_equal(bench.claim_ids(1'001, 10, 8), Ids{}, "claimed: it keeps its slot");
}

void it_is_asked_about_some_time_after_the_lease(Trial& trial) {
    Mortal bench(trial);
    bench.reclaim(1'500);

    expect_equal(bench.reclaim(5'999).size(), 0, "handed out before its time");
    const auto calls = bench.reclaim(6'000);

    expect_equal(ids_of(calls), Ids{"a"}, "handed out");
    expect_equal(calls[0].state, EBRA_PLACEMENT_UNKNOWN, "placement.state");
    expect_equal(calls[0].claim, 50, "its token");
    expect_equal(calls[0].asked, 1, "asked");
    expect(calls[0] == bench.get("a"), "get gives what the sink got");
}

void a_hand_out_takes_the_decision_away(Trial& trial) {
    Mortal bench(trial);
    bench.reclaim(6'000);

    bench.step(bench.about(EBRA_STEP_GIVE_UP, 0, 7), EBRA_STALE, 6'001);
    bench.step(bench.about(EBRA_STEP_RELEASE, 0, 7), EBRA_STALE, 6'001);
    bench.step(bench.about(EBRA_STEP_GIVE_UP, 0, 50), EBRA_OK, 6'001);
    bench.step(bench.about(EBRA_STEP_RETRY, bench.at(6'002), 7), EBRA_STALE, 6'002);
    bench.step(bench.about(EBRA_STEP_RETRY, bench.at(6'002), 50), EBRA_OK, 6'002);

    expect_equal(bench.claim_one("a", 60, 6'002).number, 2, "the next placement's number");
}

void a_dead_nodes_late_evidence_counts(Trial& trial) {
    Mortal bench(trial);
    bench.reclaim(6'000);

    bench.step(bench.about(EBRA_STEP_ACCEPTED), EBRA_OK, 6'001);
    bench.complete("a", 6'002);

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
    expect_equal(bench.reclaim(kMsPerDay, 51).size(), 0, "handed out when over");
}

void a_silent_placement_is_asked_about_at_its_time(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_ACCEPTED, bench.at(500)));

    expect_equal(bench.reclaim(499).size(), 0, "handed out before its time");
    const auto calls = bench.reclaim(500);

    expect_equal(ids_of(calls), Ids{"a"}, "handed out");
    expect_equal(calls[0].state, EBRA_PLACEMENT_PLACED, "placement.state");
    expect_equal(calls[0].asked, 1, "asked");
    expect_equal(calls[0].ask_at, bench.at(1'500), "ask_at");
}

void a_placed_one_outlives_its_node(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_ACCEPTED, bench.at(60'000)));

    bench.reclaim(2'000);

    expect_equal(bench.get("a").state, EBRA_PLACEMENT_PLACED, "placement.state");
}

void a_lost_one_is_asked_about_at_its_time(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_LOST, bench.at(300)));

    expect_equal(bench.reclaim(299).size(), 0, "handed out before its time");
    expect_equal(ids_of(bench.reclaim(300)), Ids{"a"}, "handed out");
}

void never_asked_means_never(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_ACCEPTED, 0));

    expect_equal(bench.reclaim(kMsPerDay).size(), 0, "handed out");
}

void asking_doubles_until_the_silence_is_too_long(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_ACCEPTED, bench.at(1'000)));
    std::int64_t time = 1'000;
    std::uint64_t token = 50;
    for (const std::int64_t gap : {1'000, 2'000, 4'000, 8'000, 16'000}) {
        const auto calls = bench.reclaim(time, ++token);
        expect_equal(ids_of(calls), Ids{"a"}, "handed out at " + std::to_string(time));
        expect_equal(calls[0].ask_at, bench.at(time + gap), "ask_at");
        expect_equal(bench.reclaim(time + gap - 1, ++token).size(), 0, "handed out too early");
        time += gap;
    }

    const auto last = bench.reclaim(time, ++token);

    expect_equal(ids_of(last), Ids{"a"}, "handed out at " + std::to_string(time));
    expect_equal(last[0].ask_at, bench.at(60'000), "ask_at: when it is stale");
    const auto stale = bench.reclaim(60'000, ++token);
    expect_equal(ids_of(stale), Ids{"a"}, "handed out when stale");
    expect(stale[0].ask_at > bench.at(60'000), "it comes again when nobody decides");
}

void a_sign_of_life_ends_the_silence(Trial& trial) {
    Mortal bench(trial);
    bench.step(bench.about(EBRA_STEP_ACCEPTED, bench.at(1'000)));
    bench.reclaim(1'000, 50);
    bench.reclaim(2'000, 51);

    NewStep progress = bench.about(EBRA_STEP_PROGRESS, bench.at(10'000));
    bench.step(progress, EBRA_OK, 2'500);

    expect_equal(bench.reclaim(9'999, 52).size(), 0, "handed out before the new time");
    const auto calls = bench.reclaim(10'000, 53);
    expect_equal(ids_of(calls), Ids{"a"}, "handed out");
    expect_equal(calls[0].ask_at, bench.at(11'000), "ask_at: the doubling began anew");
}

void an_undecided_call_is_handed_out_again_and_again(Trial& trial) {
    Mortal bench(trial);
    NewStep not_sent = bench.about(EBRA_STEP_NOT_SENT);
    not_sent.error_class = EBRA_CLASS_TRANSIENT;
    bench.step(not_sent);

    expect_equal(bench.reclaim(1'999, 50).size(), 0, "handed out before its time");
    const auto first = bench.reclaim(2'000, 51);
    expect_equal(bench.reclaim(3'999, 52).size(), 0, "handed out again too early");
    const auto second = bench.reclaim(4'000, 53);

    expect_equal(ids_of(first), Ids{"a"}, "handed out");
    expect(first[0].undecided, "it is undecided");
    expect_equal(first[0].claim, 51, "its token");
    expect_equal(ids_of(second), Ids{"a"}, "handed out again");
    bench.step(bench.about(EBRA_STEP_FAIL, 0, 51), EBRA_STALE, 4'001);
    bench.step(bench.about(EBRA_STEP_FAIL, 0, 53), EBRA_OK, 4'001);
}

void the_limit_is_kept(Trial& trial) {
    Mortal bench(trial);
    for (int i = 0; i < 5; ++i) bench.add(numbered(i));
    bench.claim_ids(0, 10, 8);
    for (int i = 0; i < 5; ++i) {
        bench.step({.step = EBRA_STEP_LOST,
                    .call_id = numbered(i).id,
                    .placement = 1,
                    .due_at = bench.at(100)});
    }
    Patience patience;
    patience.limit = 2;

    const auto first = bench.reclaim(100, 50, patience);
    const auto second = bench.reclaim(100, 51, patience);
    const auto third = bench.reclaim(100, 52, patience);

    expect_equal(first.size(), 2, "handed out first");
    expect_equal(second.size(), 2, "handed out second");
    expect_equal(third.size(), 1, "handed out third");
}

void without_a_lease_there_is_no_reclaim(Trial& trial) {
    Mortal bench(trial);

    bench->reclaim(bench.at(), 50, Patience(), "unheard-of");
    expect_status(bench->status(), EBRA_STALE, "reclaim of an unknown node");
    bench->reclaim(bench.at(1'000), 50, Patience(), "mortal");
    expect_status(bench->status(), EBRA_STALE, "reclaim of a dead node");
}

}  // namespace

Group store_reclaim_cases() {
    return {"store.reclaim",
            Interface::kStore,
            {EBRA_CASE(a_living_nodes_claim_is_left_alone),
             EBRA_CASE(a_dead_nodes_claim_becomes_unknown),
             EBRA_CASE(it_is_asked_about_some_time_after_the_lease),
             EBRA_CASE(a_hand_out_takes_the_decision_away),
             EBRA_CASE(a_dead_nodes_late_evidence_counts),
             EBRA_CASE(a_silent_placement_is_asked_about_at_its_time),
             EBRA_CASE(a_placed_one_outlives_its_node),
             EBRA_CASE(a_lost_one_is_asked_about_at_its_time), EBRA_CASE(never_asked_means_never),
             EBRA_CASE(asking_doubles_until_the_silence_is_too_long),
             EBRA_CASE(a_sign_of_life_ends_the_silence),
             EBRA_CASE(an_undecided_call_is_handed_out_again_and_again),
             EBRA_CASE(the_limit_is_kept), EBRA_CASE(without_a_lease_there_is_no_reclaim)}};
}

}  // namespace ebra::conformance
