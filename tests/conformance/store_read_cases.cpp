// get, find, list, counts, setting, health: everything that only looks.
#include "store_bench.hpp"

#include <algorithm>
#include <set>

namespace ebra::conformance {
namespace {

constexpr std::int32_t kStatuses[] = {EBRA_CALL_PENDING, EBRA_CALL_IN_PROGRESS, EBRA_CALL_COMPLETED,
                                      EBRA_CALL_FAILED,  EBRA_CALL_CANCELED,    EBRA_CALL_EXPIRED};

/// 12 calls, some in every status.
void populate(StoreBench& bench) {
    for (int i = 0; i < 12; ++i) {
        NewCall call = numbered(i);
        if (i == 11) call.not_after = bench.at(1);
        if (i >= 9) call.priority = -1;
        bench.add(call);
    }
    expect_equal(bench.claim_ids(0, 9).size(), 9, "claimed");
    for (const int i : {0, 1}) bench.complete(numbered(i).id);
    for (const int i : {2, 3, 4}) {
        bench.step(ended(numbered(i).id, EBRA_OUTCOME_FAILED));
    }
    bench.step({.step = EBRA_STEP_ACCEPTED,
                .call_id = "c5",
                .placement = 1,
                .provider = "sim",
                .provider_call_id = "p5"});
    bench.step({.step = EBRA_STEP_LOST, .call_id = "c6", .placement = 1});
    bench.step({.step = EBRA_STEP_NOT_SENT,
                .call_id = "c7",
                .placement = 1,
                .error_class = EBRA_CLASS_TRANSIENT});
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "c10"});
    bench->set_paused(bench.at(1), EBRA_LIMIT_GLOBAL, false);
    bench->set_max(bench.at(1), "provider:none", 0);
    // c11 expires when a claim meets it; c9 is claimed and released.
    bench->claim(bench.at(1), 10, 8);
    bench.step({.step = EBRA_STEP_RELEASE,
                .call_id = "c9",
                .placement = 1,
                .claim = 8,
                .due_at = bench.at(1)},
               EBRA_OK, 1);
}

void get_keeps_the_order_asked_and_skips_what_is_not_there(Trial& trial) {
    StoreBench bench(trial);
    for (int i = 0; i < 4; ++i) bench.add(numbered(i));

    const auto calls = bench->get_all({"c3", "nobody", "c0", "", "c2"});

    expect_status(bench->status(), EBRA_OK, "get");
    expect_equal(ids_of(calls), std::vector<std::string>{"c3", "c0", "c2"}, "what get gives");
}

void pages_are_complete_without_overlap(Trial& trial) {
    StoreBench bench(trial);
    populate(bench);
    for (const std::int32_t status :
         {0, EBRA_CALL_PENDING, EBRA_CALL_IN_PROGRESS, EBRA_CALL_COMPLETED, EBRA_CALL_FAILED}) {
        const auto whole = ids_of(bench->list(status, 0, 1'000));
        for (const std::uint64_t size : {1u, 3u, 5u}) {
            std::vector<std::string> pages;
            for (std::uint64_t offset = 0;; offset += size) {
                const auto page = ids_of(bench->list(status, offset, size));
                expect(page.size() <= size, "a page is not longer than asked");
                if (page.empty()) break;
                pages.insert(pages.end(), page.begin(), page.end());
            }
            expect_equal(pages, whole, "the pages together");
        }
    }
}

void list_gives_oldest_first(Trial& trial) {
    StoreBench bench(trial);
    std::vector<std::string> wanted;
    for (const char* id : {"m", "z", "a", "q"}) {
        bench.add({.id = id, .to = id, .priority = 'z' - *id},
                  static_cast<std::int64_t>(wanted.size()));
        wanted.emplace_back(id);
    }

    expect_equal(ids_of(bench->list(0, 0, 10)), wanted, "the order of the list");
}

void counts_equal_the_list(Trial& trial) {
    StoreBench bench(trial);
    populate(bench);

    const ebra_counts counts = bench->counts();

    const std::int64_t by_status[] = {counts.pending, counts.in_progress, counts.completed,
                                      counts.failed,  counts.canceled,    counts.expired};
    std::int64_t open[7] = {};
    std::int64_t undecided = 0;
    for (std::size_t i = 0; i < std::size(kStatuses); ++i) {
        const auto calls = bench->list(kStatuses[i], 0, 1'000);
        expect_equal(by_status[i], calls.size(),
                     "the count of status " + std::to_string(kStatuses[i]));
        for (const SeenCall& call : calls) {
            expect_equal(call.status, kStatuses[i], "the status of a call in the list");
            if (call.has_placement) ++open[call.state];
            if (call.undecided) ++undecided;
        }
        expect(!calls.empty(), "every status is there, else this case proves nothing");
    }
    expect_equal(counts.claimed, open[EBRA_PLACEMENT_CLAIMED], "claimed");
    expect_equal(counts.placed, open[EBRA_PLACEMENT_PLACED], "placed");
    expect_equal(counts.unknown, open[EBRA_PLACEMENT_UNKNOWN], "unknown");
    expect_equal(counts.undecided, undecided, "undecided");
    expect_equal(counts.undecided, 1, "undecided");
}

void counts_tell_what_waits_and_since_when(Trial& trial) {
    StoreBench bench(trial);
    expect_equal(bench->counts().oldest_due_at, 0, "oldest_due_at of an empty store");
    bench.add({.id = "head", .to = "+1"}, 10);
    bench.add({.id = "behind", .to = "+1"}, 20);
    bench.add({.id = "other", .to = "+2"}, 30);

    const ebra_counts counts = bench->counts();

    expect_equal(counts.parked, 1, "parked");
    expect_equal(counts.oldest_due_at, bench.at(10), "oldest_due_at");
    expect_equal(counts.kept, 0, "kept");
    expect_equal(counts.owed, 0, "owed");
    expect_equal(counts.contradictions, 0, "contradictions");
}

void find_by_providers_id_respects_the_provider(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .provider = "one"});
    bench.add({.id = "b", .to = "+2", .provider = "two"});
    bench->claim(bench.at(), 2, 7, {"one", "two"});
    for (const auto& [id, provider] : {std::pair{"a", "one"}, std::pair{"b", "two"}}) {
        bench.step({.step = EBRA_STEP_ACCEPTED,
                    .call_id = id,
                    .placement = 1,
                    .provider = provider,
                    .provider_call_id = "same"});
    }

    const auto one = bench->find(EBRA_FIND_PROVIDER_CALL_ID, "one", "same");
    auto any = ids_of(bench->find(EBRA_FIND_PROVIDER_CALL_ID, "", "same"));
    std::sort(any.begin(), any.end());
    const auto none = bench->find(EBRA_FIND_PROVIDER_CALL_ID, "three", "same");

    expect_equal(ids_of(one), std::vector<std::string>{"a"}, "found for provider one");
    expect_equal(any, std::vector<std::string>{"a", "b"}, "found for any provider");
    expect_equal(none.size(), 0, "found for an unknown provider");
    expect_status(bench->status(), EBRA_OK, "find of nothing");
}

void find_by_claim_reads_a_claim_in_doubt_back(Trial& trial) {
    StoreBench bench(trial);
    for (int i = 0; i < 5; ++i) bench.add(numbered(i));
    const auto first = bench.claim_ids(0, 3, 100);
    const auto second = bench.claim_ids(0, 3, 200);

    auto found = ids_of(bench->find(EBRA_FIND_CLAIM, "", "", 100));
    std::sort(found.begin(), found.end());

    expect_equal(found, first, "found by the first token");
    expect_equal(bench->find(EBRA_FIND_CLAIM, "", "", 200).size(), second.size(),
                 "found by the second token");
    expect_equal(bench->find(EBRA_FIND_CLAIM, "", "", 300).size(), 0, "found by no token");
}

void a_setting_is_what_was_proposed_first(Trial& trial) {
    StoreBench bench(trial);
    const std::string secret("\0\xFFsecret", 8);

    expect_equal(bench->setting("k", secret), secret, "the first proposal");
    expect_equal(bench->setting("k", "other"), secret, "the second proposal");
    expect_equal(bench->setting("l", "other"), std::string("other"), "another key");
}

void a_healthy_store_says_so(Trial& trial) {
    StoreBench bench(trial);

    expect_status(bench->table().health(bench->self(), bench->error()), EBRA_OK, "health");
}

void two_instances_do_not_mix_when_their_places_differ(Trial& trial) {
    StoreBench bench(trial);
    const auto other = open_store(trial, trial.other_options());
    bench.add(numbered(1));

    expect(!other->get("c1").has_value(), "the other store does not have the call");
    expect_status(other->enqueue_status(bench.at(), numbered(1)), EBRA_OK, "enqueue there");
    expect_equal(bench->counts().pending, 1, "pending here");
}

}  // namespace

Group store_read_cases() {
    return {"store.read",
            Interface::kStore,
            {EBRA_CASE(get_keeps_the_order_asked_and_skips_what_is_not_there),
             EBRA_CASE(pages_are_complete_without_overlap), EBRA_CASE(list_gives_oldest_first),
             EBRA_CASE(counts_equal_the_list), EBRA_CASE(counts_tell_what_waits_and_since_when),
             EBRA_CASE(find_by_providers_id_respects_the_provider),
             EBRA_CASE(find_by_claim_reads_a_claim_in_doubt_back),
             EBRA_CASE(a_setting_is_what_was_proposed_first), EBRA_CASE(a_healthy_store_says_so),
             EBRA_CASE(two_instances_do_not_mix_when_their_places_differ)}};
}

}  // namespace ebra::conformance
