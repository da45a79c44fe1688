// Kept evidence: webhooks that come before the start's answer, and mappings by hand.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

/// A store that keeps more than this without a word has no limit worth the name.
constexpr int kKeptMax = 200'000;
constexpr int kKeptBatch = 1'000;

NewStep ended_by_id(const std::string& id, std::int32_t outcome = EBRA_OUTCOME_COMPLETED,
                    const std::string& provider = "sim") {
    return {
        .step = EBRA_STEP_ENDED, .outcome = outcome, .provider = provider, .provider_call_id = id};
}

NewStep accepted(const std::string& call, const std::string& id) {
    return {.step = EBRA_STEP_ACCEPTED,
            .call_id = call,
            .placement = 1,
            .provider = "sim",
            .provider_call_id = id};
}

NewStep map(const std::string& call, const std::string& id) {
    return {.step = EBRA_STEP_MAP, .call_id = call, .provider = "sim", .provider_call_id = id};
}

void it_is_applied_when_the_id_becomes_known(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step(ended_by_id("p1"), EBRA_KEPT);
    expect_equal(bench->counts().kept, 1, "kept");
    bench.expect_status_of("a", EBRA_CALL_IN_PROGRESS);
    const SeenCall call = bench.step(accepted("a", "p1"));

    expect_equal(call.status, EBRA_CALL_COMPLETED, "status after the id is known");
    expect_equal(call.provider_call_id, std::string("p1"), "provider_call_id");
    expect_equal(bench->counts().kept, 0, "kept then");
    if (bench->has_outbox()) expect_equal(bench->outbox_ids(), Ids{"a"}, "the outbox");
}

void it_keeps_what_was_said(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    NewStep end = ended_by_id("p1", EBRA_OUTCOME_FAILED);
    end.flags = EBRA_ADVANCE_RETRYABLE;
    end.disposition = EBRA_DISPOSITION_BUSY;
    end.reason = "busy";
    end.duration_ms = 5;
    end.cost_micros = 6;
    end.cost_currency = "USD";
    end.recording_url = "https://r";
    end.transcript_url = "https://t";

    bench.step(end, EBRA_KEPT);
    const SeenCall call = bench.step(accepted("a", "p1"));

    expect(call.undecided, "a retryable failure leaves the call undecided");
    expect_equal(call.disposition, EBRA_DISPOSITION_BUSY, "disposition");
    expect_equal(call.last_error, std::string("busy"), "last_error");
    expect_equal(call.duration_ms, 5, "duration_ms");
    expect_equal(call.cost_micros, 6, "cost_micros");
    expect_equal(call.cost_currency, std::string("USD"), "cost_currency");
    expect_equal(call.recording_url, std::string("https://r"), "recording_url");
    expect_equal(call.transcript_url, std::string("https://t"), "transcript_url");
}

void several_are_applied_in_the_order_they_came(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step({.step = EBRA_STEP_PROGRESS, .provider = "sim", .provider_call_id = "p1"},
               EBRA_KEPT);
    bench.step(ended_by_id("p1", EBRA_OUTCOME_FAILED), EBRA_KEPT, 1);
    bench.step(ended_by_id("p1", EBRA_OUTCOME_COMPLETED), EBRA_KEPT, 2);
    const SeenCall call = bench.step(accepted("a", "p1"), EBRA_OK, 3);

    expect_equal(call.status, EBRA_CALL_FAILED, "status by the first that came");
    expect_equal(call.contradictions, 1, "contradictions");
    expect_equal(bench->counts().kept, 0, "kept");
}

void the_same_again_is_kept_once(Trial& trial) {
    StoreBench bench(trial);
    NewStep end = ended_by_id("p1");

    bench.step(end, EBRA_KEPT);
    bench.step(end, EBRA_ALREADY);
    end.provider_call_id = "p2";
    end.dedup_key = "k";
    bench.step(end, EBRA_KEPT);
    end.occurred_at = bench.at();
    bench.step(end, EBRA_ALREADY);

    expect_equal(bench->counts().kept, 2, "kept");
}

void a_dedup_key_is_known_after_it_was_applied(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");
    NewStep progress = {
        .step = EBRA_STEP_PROGRESS, .provider = "sim", .provider_call_id = "p1", .dedup_key = "k"};

    bench.step(progress, EBRA_KEPT);
    bench.step(accepted("a", "p1"));

    bench.step(progress, EBRA_ALREADY);
}

void another_providers_evidence_stays(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step(ended_by_id("p1", EBRA_OUTCOME_COMPLETED, "other"), EBRA_KEPT);
    const SeenCall call = bench.step(accepted("a", "p1"));

    expect_equal(call.status, EBRA_CALL_IN_PROGRESS, "status");
    expect_equal(bench->counts().kept, 1, "kept");
}

void evidence_without_a_provider_is_for_whoever_has_the_id(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step(ended_by_id("p1", EBRA_OUTCOME_COMPLETED, ""), EBRA_KEPT);

    expect_equal(bench.step(accepted("a", "p1")).status, EBRA_CALL_COMPLETED, "status");
    expect_equal(bench->counts().kept, 0, "kept");
}

void a_full_inbox_says_unavailable(Trial& trial) {
    StoreBench bench(trial, false);
    int kept = 0;
    bool is_full = false;
    while (!is_full && kept < kKeptMax) {
        std::vector<NewStep> steps;
        for (int i = 0; i < kKeptBatch; ++i) {
            steps.push_back(ended_by_id("p" + std::to_string(kept + i)));
        }
        for (const SeenItem& item : bench->take_all(bench.at(), steps)) {
            is_full |= item.status == EBRA_UNAVAILABLE;
            if (item.status == EBRA_KEPT) ++kept;
        }
        expect_status(bench->status(), EBRA_OK, "advance");
    }

    expect(is_full, "at some point the inbox is full");
    expect_equal(bench->counts().kept, kept, "kept");
}

void a_mapping_by_hand_makes_the_id_known(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+2"});
    bench.claim_one("a");

    bench.step(map("a", "p1"));
    bench.step(map("a", "p1"), EBRA_ALREADY);
    bench.step(map("b", "p1"), EBRA_CONFLICT);
    bench.step(map("nobody", "p9"), EBRA_NOT_FOUND);
    expect_equal(ids_of(bench->find(EBRA_FIND_PROVIDER_CALL_ID, "sim", "p1")), Ids{"a"},
                 "found by the mapped id");
    const SeenCall call = bench.step(ended_by_id("p1"));

    expect_equal(call.status, EBRA_CALL_COMPLETED, "status");
}

void a_mapping_applies_what_was_kept(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.claim_one("a");

    bench.step(ended_by_id("p1"), EBRA_KEPT);
    bench.step(map("a", "p1"));

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
    expect_equal(bench->counts().kept, 0, "kept");
}

void a_pending_call_mapped_by_hand_is_settled_by_its_end(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});
    bench.add({.id = "b", .to = "+1"});

    bench.step(map("a", "p1"));
    bench.expect_status_of("a", EBRA_CALL_PENDING);
    bench.step(ended_by_id("p1"));

    bench.expect_status_of("a", EBRA_CALL_COMPLETED);
    expect_equal(bench.get("a").attempts, 0, "attempts");
    expect_equal(bench.claim_ids(1, 10), Ids{"b"}, "claimed: the number is passed on");
}

}  // namespace

Group store_kept_cases() {
    return {
        "store.kept",
        Interface::kStore,
        {EBRA_CASE(it_is_applied_when_the_id_becomes_known), EBRA_CASE(it_keeps_what_was_said),
         EBRA_CASE(several_are_applied_in_the_order_they_came),
         EBRA_CASE(the_same_again_is_kept_once),
         EBRA_CASE(a_dedup_key_is_known_after_it_was_applied),
         EBRA_CASE(another_providers_evidence_stays),
         EBRA_CASE(evidence_without_a_provider_is_for_whoever_has_the_id),
         EBRA_CASE(a_full_inbox_says_unavailable), EBRA_CASE(a_mapping_by_hand_makes_the_id_known),
         EBRA_CASE(a_mapping_applies_what_was_kept),
         EBRA_CASE(a_pending_call_mapped_by_hand_is_settled_by_its_end)}};
}

}  // namespace ebra::conformance
