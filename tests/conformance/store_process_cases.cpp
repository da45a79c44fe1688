// Several processes on one store, for stores that can be shared: caps, numbers, waking, settings.
#include "child_process.hpp"
#include "dialers.hpp"

#include <memory>

namespace ebra::conformance {
namespace {

constexpr int kProcesses = 3;

/// What an instance can do, found out in a process of its own: none may be open at a fork.
void require(Trial& trial, std::uint64_t capabilities, const char* name) {
    ChildProcess child([&](const ChildProcess::Tell& tell) {
        tell(static_cast<std::int64_t>(open_store(trial, trial.options())->capabilities()));
    });
    const auto told = child.hear();
    child.join();
    if (!told) fail_case("it does not tell its capabilities");
    if ((static_cast<std::uint64_t>(*told) & capabilities) == capabilities) return;
    throw CaseSkipped(std::string("the store is not ") + name);
}

void dial_in_processes(Trial& trial, int cap, int calls) {
    require(trial, EBRA_STORE_SHARED, "shared");
    DialPlan plan;
    plan.cap = cap;
    plan.calls = calls;
    ChildProcess preparer([&](const ChildProcess::Tell& tell) {
        StoreBench bench(trial, false);
        prepare(bench, plan);
        tell(plan.start);
    });
    plan.start = preparer.hear().value_or(0);
    preparer.join();
    ClaimObserver observer(cap);
    std::vector<std::unique_ptr<ChildProcess>> children;
    for (int index = 0; index < kProcesses; ++index) {
        children.push_back(std::make_unique<ChildProcess>([&, index](const ChildProcess::Tell&) {
            const std::string node = "process-" + std::to_string(index);
            const auto store = open_store(trial, trial.options());
            expect_status(store->renew(plan.start, kMsPerDay, node), EBRA_OK, "lease_renew");
            dial(*store, plan, observer, node, trial.seed() + static_cast<unsigned>(index));
        }));
    }
    for (const auto& child : children) child->join();

    const auto store = open_store(trial, trial.options());
    expect_all_over(*store, plan, observer);
}

void three_processes_keep_a_cap_of_1(Trial& trial) {
    dial_in_processes(trial, 1, 40);
}

void three_processes_keep_a_cap_of_7(Trial& trial) {
    dial_in_processes(trial, 7, 120);
}

void an_enqueue_wakes_another_process(Trial& trial) {
    constexpr int kRounds = 10;
    require(trial, EBRA_STORE_SHARED | EBRA_STORE_WAITS, "shared and able to wait");
    ChildProcess waiter([&](const ChildProcess::Tell& tell) {
        const auto store = open_store(trial, trial.options());
        auto error = plugin::sized<ebra_error>();
        store->table().wait(store->self(), 0, &error);
        tell(-1);
        for (int round = 0; round < kRounds; ++round) {
            while (store->counts().pending <= round) {
                const ebra_status status = store->table().wait(store->self(), 20'000, &error);
                expect_status(status, EBRA_OK, "wait while another process enqueues");
            }
            tell(round);
        }
    });
    expect(waiter.hear().has_value(), "the other process is ready");
    const auto store = open_store(trial, trial.options());
    for (int round = 0; round < kRounds; ++round) {
        expect_status(store->enqueue_status(store->now(), numbered(round)), EBRA_OK, "enqueue");
        const auto heard = waiter.hear();
        if (!heard) waiter.join();
        expect_equal(heard.value_or(-2), round, "the round that the other process saw");
    }
    waiter.join();
}

void all_processes_get_the_same_setting(Trial& trial) {
    require(trial, EBRA_STORE_SHARED, "shared");
    std::vector<std::unique_ptr<ChildProcess>> children;
    for (int index = 1; index <= kProcesses; ++index) {
        children.push_back(
            std::make_unique<ChildProcess>([&, index](const ChildProcess::Tell& tell) {
                const auto store = open_store(trial, trial.options());
                tell(std::stoll(store->setting("secret", std::to_string(index))));
            }));
    }
    std::vector<std::int64_t> values;
    for (const auto& child : children) {
        values.push_back(child->hear().value_or(0));
        child->join();
    }

    expect(values.front() >= 1 && values.front() <= kProcesses, "it is what one proposed");
    expect_equal(values, std::vector(values.size(), values.front()), "the setting in each process");
}

void a_limit_set_by_one_binds_all(Trial& trial) {
    require(trial, EBRA_STORE_SHARED, "shared");
    StoreBench bench(trial);
    const auto other = open_store(trial, trial.options());
    for (int i = 0; i < 3; ++i) bench.add(numbered(i));

    expect_status(other->set_paused(bench.at(), EBRA_LIMIT_GLOBAL, true), EBRA_OK, "limits_set");
    expect_equal(bench.claim_ids(0, 10).size(), 0, "claimed here while paused there");
    other->set_paused(bench.at(), EBRA_LIMIT_GLOBAL, false);
    other->set_max(bench.at(), EBRA_LIMIT_GLOBAL, 2);
    expect_equal(bench.claim_ids(0, 10).size(), 2, "claimed here under the cap of there");
    expect_equal(other->claim(bench.at(), 10, 9).calls.size(), 0, "claimed there when full");
}

void a_call_claimed_here_is_settled_there(Trial& trial) {
    require(trial, EBRA_STORE_SHARED, "shared");
    StoreBench bench(trial);
    const auto other = open_store(trial, trial.options());
    bench.add(numbered(1));
    bench.claim_one("c1");

    expect_status(other->take(bench.at(1), ended("c1", EBRA_OUTCOME_COMPLETED)).status, EBRA_OK,
                  "the end, said there");
    bench.step({.step = EBRA_STEP_RELEASE, .call_id = "c1", .placement = 1, .claim = 7},
               EBRA_ALREADY, 2);
    bench.expect_status_of("c1", EBRA_CALL_COMPLETED);
}

void many_may_open_a_fresh_store_at_once(Trial& trial) {
    std::vector<std::unique_ptr<ChildProcess>> children;
    require(trial, EBRA_STORE_SHARED, "shared");
    const std::string options = trial.other_options();
    for (int index = 0; index < 2 * kProcesses; ++index) {
        children.push_back(std::make_unique<ChildProcess>([&, index](const ChildProcess::Tell&) {
            const auto store = open_store(trial, options);
            expect_status(store->enqueue_status(store->now(), numbered(index)), EBRA_OK, "enqueue");
        }));
    }
    for (const auto& child : children) child->join();

    expect_equal(open_store(trial, options)->counts().pending, 2 * kProcesses, "pending");
}

}  // namespace

Group store_process_cases() {
    return {
        "store.processes",
        Interface::kStore,
        {EBRA_CASE(three_processes_keep_a_cap_of_1), EBRA_CASE(three_processes_keep_a_cap_of_7),
         EBRA_CASE(an_enqueue_wakes_another_process), EBRA_CASE(all_processes_get_the_same_setting),
         EBRA_CASE(a_limit_set_by_one_binds_all), EBRA_CASE(a_call_claimed_here_is_settled_there),
         EBRA_CASE(many_may_open_a_fresh_store_at_once)}};
}

}  // namespace ebra::conformance
