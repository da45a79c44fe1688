// Leases of nodes.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

void renewing_moves_the_end(Trial& trial) {
    StoreBench bench(trial);
    bench.add(numbered(1));
    auto report = plugin::sized<ebra_lease_report>();
    bench->renew(bench.at(), 1'000, "n", "", &report);
    expect_equal(report.lease_until, bench.at(1'000), "lease_until");

    bench->renew(bench.at(900), 1'000, "n", "", &report);

    expect_equal(report.lease_until, bench.at(1'900), "lease_until after renewing");
    expect_status(bench->claim(bench.at(1'899), 1, 7, {"sim"}, "n").status, EBRA_OK, "claim");
}

void nodes_with_other_settings_are_counted(Trial& trial) {
    StoreBench bench(trial);
    bench->end_lease(bench.at());
    auto report = plugin::sized<ebra_lease_report>();
    bench->renew(bench.at(), 1'000, "one", "digest", &report);
    expect_equal(report.nodes_alive, 1, "nodes_alive of one");
    expect_equal(report.nodes_differing, 0, "nodes_differing of one");
    bench->renew(bench.at(), 5'000, "two", "digest");
    bench->renew(bench.at(), 5'000, "three", "another", &report);
    expect_equal(report.nodes_alive, 3, "nodes_alive of three");
    expect_equal(report.nodes_differing, 2, "nodes_differing for the odd one");

    bench->renew(bench.at(1'000), 5'000, "two", "digest", &report);

    expect_equal(report.nodes_alive, 2, "nodes_alive when one is over");
    expect_equal(report.nodes_differing, 1, "nodes_differing for an even one");
}

void the_dead_stay_dead(Trial& trial) {
    StoreBench bench(trial);
    bench->renew(bench.at(), 1'000, "mortal");
    bench->reclaim(bench.at(1'000), 50);
    expect_status(bench->status(), EBRA_OK, "reclaim");

    const ebra_status renewed = bench->renew(bench.at(1'001), 60'000, "mortal");
    expect_status(renewed, EBRA_STALE, "renewal of a dead node");
    expect(!bench->message().empty(), "it says why");
    expect_status(bench->claim(bench.at(1'002), 1, 7, {"sim"}, "mortal").status, EBRA_STALE,
                  "claim of a dead node");
    // What comes by an earlier clock does not raise the dead either.
    expect_status(bench->renew(bench.at(500), 60'000, "mortal"), EBRA_STALE,
                  "renewal by an earlier clock");
    expect_status(bench->renew(bench.at(1'003), 60'000, "reborn"), EBRA_OK,
                  "a lease under a new name");
}

void a_lease_ended_in_order_is_over_at_once(Trial& trial) {
    StoreBench bench(trial);
    bench->renew(bench.at(), 60'000, "leaver");
    bench.add(numbered(1));
    bench.add(numbered(2));
    bench->claim(bench.at(), 2, 7, {"sim"}, "leaver");
    bench.step({.step = EBRA_STEP_ACCEPTED, .call_id = "c2", .placement = 1});

    expect_status(bench->end_lease(bench.at(10), "leaver"), EBRA_OK, "lease_end");

    expect_equal(bench.get("c1").state, EBRA_PLACEMENT_UNKNOWN, "the state of what was CLAIMED");
    expect_equal(bench.get("c2").state, EBRA_PLACEMENT_PLACED, "the state of what was PLACED");
    expect_status(bench->claim(bench.at(11), 1, 8, {"sim"}, "leaver").status, EBRA_STALE,
                  "claim after the end");
    expect_status(bench->end_lease(bench.at(12), "leaver"), EBRA_OK, "lease_end again");
}

void what_an_ended_node_left_is_handed_out(Trial& trial) {
    StoreBench bench(trial);
    bench->renew(bench.at(), 60'000, "leaver");
    bench.add(numbered(1));
    bench->claim(bench.at(), 1, 7, {"sim"}, "leaver");
    bench->end_lease(bench.at(10), "leaver");

    bool is_handed_out = false;
    for (std::int64_t time = 10; time <= 70'000 && !is_handed_out; time += 1'000) {
        is_handed_out = !bench->reclaim(bench.at(time), 50).empty();
    }

    expect(is_handed_out, "what it had claimed is handed out within its lease and patience");
    expect_equal(bench.get("c1").claim, 50, "its token");
}

}  // namespace

Group store_node_cases() {
    return {"store.node",
            Interface::kStore,
            {EBRA_CASE(renewing_moves_the_end), EBRA_CASE(nodes_with_other_settings_are_counted),
             EBRA_CASE(the_dead_stay_dead), EBRA_CASE(a_lease_ended_in_order_is_over_at_once),
             EBRA_CASE(what_an_ended_node_left_is_handed_out)}};
}

}  // namespace ebra::conformance
