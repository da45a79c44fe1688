// How evidence names a placement, and what happens when names disagree.
#include "claimed_bench.hpp"

namespace ebra::conformance {
namespace {

using Ids = std::vector<std::string>;

void evidence_is_taken_by_any_of_its_names(Trial& trial) {
    Claimed bench(trial);
    bench.add({.id = "c", .to = "+3"});
    bench.add({.id = "d", .to = "+4"});
    bench.claim_ids(0, 10, 8);
    bench.accept("c", "pc");
    bench.accept("d", "pd");

    bench.step(ended("a", EBRA_OUTCOME_COMPLETED, 1));
    bench.step(ended("b", EBRA_OUTCOME_COMPLETED));
    bench.step(by_id(EBRA_STEP_ENDED, "sim", "pc", EBRA_OUTCOME_COMPLETED));
    bench.step(by_id(EBRA_STEP_ENDED, "", "pd", EBRA_OUTCOME_COMPLETED));

    for (const char* id : {"a", "b", "c", "d"}) bench.expect_status_of(id, EBRA_CALL_COMPLETED);
}

void names_that_disagree_change_nothing(Trial& trial) {
    Claimed bench(trial);
    bench.accept("a", "pa");
    bench.accept("b", "pb");
    NewStep crossed = by_id(EBRA_STEP_ENDED, "sim", "pb", EBRA_OUTCOME_COMPLETED);
    crossed.call_id = "a";
    crossed.placement = 1;
    NewStep missing = ended("a", EBRA_OUTCOME_COMPLETED, 2);

    bench.step(crossed, EBRA_CONFLICT);
    crossed.placement = 0;
    bench.step(crossed, EBRA_CONFLICT);
    bench.step(missing, EBRA_CONFLICT);

    bench.expect_status_of("a", EBRA_CALL_IN_PROGRESS);
    bench.expect_status_of("b", EBRA_CALL_IN_PROGRESS);
    expect_equal(bench.get("a").outcome, EBRA_OUTCOME_NONE, "the outcome of a");
}

void an_id_of_an_earlier_placement_speaks_of_that_one(Trial& trial) {
    Claimed bench(trial);
    bench.accept("a", "p1");
    bench.place_again();
    bench.accept("a", "p2", 2);

    const SeenCall late =
        bench.step(by_id(EBRA_STEP_ENDED, "sim", "p1", EBRA_OUTCOME_FAILED), EBRA_OK);
    expect_equal(late.status, EBRA_CALL_IN_PROGRESS, "status after the first one's FAILED");
    expect_equal(late.state, EBRA_PLACEMENT_PLACED, "state of the second placement");
    NewStep misnamed = by_id(EBRA_STEP_ENDED, "sim", "p1", EBRA_OUTCOME_COMPLETED);
    misnamed.call_id = "a";
    misnamed.placement = 2;
    bench.step(misnamed, EBRA_CONFLICT);
    const SeenCall done = bench.step(by_id(EBRA_STEP_ENDED, "sim", "p2", EBRA_OUTCOME_COMPLETED));
    expect_equal(done.status, EBRA_CALL_COMPLETED, "status after the second one's COMPLETED");
}

void two_providers_may_use_the_same_id(Trial& trial) {
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

    bench.step(by_id(EBRA_STEP_ENDED, "", "same", EBRA_OUTCOME_COMPLETED), EBRA_CONFLICT);
    bench.step(by_id(EBRA_STEP_ENDED, "two", "same", EBRA_OUTCOME_COMPLETED));

    bench.expect_status_of("a", EBRA_CALL_IN_PROGRESS);
    bench.expect_status_of("b", EBRA_CALL_COMPLETED);
}

void evidence_for_a_call_nobody_has_is_not_found(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1"});

    bench.step(ended("nobody", EBRA_OUTCOME_COMPLETED, 1), EBRA_NOT_FOUND);
    bench.step(ended("a", EBRA_OUTCOME_COMPLETED), EBRA_CONFLICT);

    bench.expect_status_of("a", EBRA_CALL_PENDING);
    expect_equal(bench->counts().kept, 0, "kept");
}

}  // namespace

Group store_naming_cases() {
    return {"store.naming",
            Interface::kStore,
            {EBRA_CASE(evidence_is_taken_by_any_of_its_names),
             EBRA_CASE(names_that_disagree_change_nothing),
             EBRA_CASE(an_id_of_an_earlier_placement_speaks_of_that_one),
             EBRA_CASE(two_providers_may_use_the_same_id),
             EBRA_CASE(evidence_for_a_call_nobody_has_is_not_found)}};
}

}  // namespace ebra::conformance
