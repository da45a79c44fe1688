// wait and wake: a waiter looks when there is work, and can always be ended.
#include "store_bench.hpp"

#include <chrono>
#include <future>

namespace ebra::conformance {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::int64_t kLongMs = 30'000;
constexpr std::int64_t kPromptMs = 5'000;

std::int64_t ms_since(Time::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Time::now() - start).count();
}

ebra_status wait(StoreFace& store, std::int64_t timeout_ms) {
    auto error = plugin::sized<ebra_error>();
    return store.table().wait(store.self(), timeout_ms, &error);
}

/// Takes up news that is there already.
void drain(StoreFace& store) {
    for (int i = 0; i < 10 && wait(store, 50) == EBRA_OK; ++i) {
    }
}

void without_news_it_times_out(Trial& trial) {
    StoreBench bench(trial);
    drain(bench.store());
    const auto start = Time::now();

    const ebra_status status = wait(bench.store(), 200);

    expect_status(status, EBRA_TIMEOUT, "wait");
    expect(ms_since(start) >= 150, "it waited");
    expect(ms_since(start) < kPromptMs, "it did not wait much longer");
}

void a_wake_ends_the_next_wait(Trial& trial) {
    StoreBench bench(trial);
    drain(bench.store());
    const auto start = Time::now();

    bench->table().wake(bench->self());
    wait(bench.store(), kLongMs);

    expect(ms_since(start) < kPromptMs, "it ended early");
}

void a_wake_ends_a_wait_under_way(Trial& trial) {
    StoreBench bench(trial);
    drain(bench.store());
    // Some come before the wait has begun, some while it is under way.
    for (int round = 0; round < 20; ++round) {
        const auto start = Time::now();
        auto waiter = std::async(std::launch::async, [&] { return wait(bench.store(), kLongMs); });
        waiter.wait_for(std::chrono::milliseconds(round));
        bench->table().wake(bench->self());
        waiter.get();
        expect(ms_since(start) < kPromptMs, "it ended early");
    }
}

void an_enqueue_ends_a_wait(Trial& trial) {
    StoreBench bench(trial);
    bench.require(EBRA_STORE_WAITS, "able to wait");
    drain(bench.store());
    const auto start = Time::now();
    auto waiter = std::async(std::launch::async, [&] { return wait(bench.store(), kLongMs); });
    waiter.wait_for(std::chrono::milliseconds(50));

    bench.add(numbered(1));

    expect_status(waiter.get(), EBRA_OK, "wait");
    expect(ms_since(start) < kPromptMs, "it ended early");
}

void an_enqueue_of_another_instance_ends_a_wait(Trial& trial) {
    StoreBench bench(trial);
    bench.require(EBRA_STORE_WAITS | EBRA_STORE_SHARED, "shared and able to wait");
    const auto other = open_store(trial, trial.options());
    drain(bench.store());
    const auto start = Time::now();
    auto waiter = std::async(std::launch::async, [&] { return wait(bench.store(), kLongMs); });
    waiter.wait_for(std::chrono::milliseconds(50));

    expect_status(other->enqueue_status(bench.at(), numbered(1)), EBRA_OK, "enqueue there");

    expect_status(waiter.get(), EBRA_OK, "wait here");
    expect(ms_since(start) < kPromptMs, "it ended early");
}

void waiting_holds_nobody_up(Trial& trial) {
    StoreBench bench(trial);
    drain(bench.store());
    auto waiter = std::async(std::launch::async, [&] { return wait(bench.store(), kLongMs); });
    waiter.wait_for(std::chrono::milliseconds(20));
    const auto start = Time::now();

    bench->counts();
    bench->get("nobody");
    bench->renew(bench.at(), 1'000, "another");
    const std::int64_t took_ms = ms_since(start);
    bench->table().wake(bench->self());
    waiter.get();

    expect(took_ms < kPromptMs, "others work while one waits");
}

}  // namespace

Group store_wait_cases() {
    return {"store.wait",
            Interface::kStore,
            {EBRA_CASE(without_news_it_times_out), EBRA_CASE(a_wake_ends_the_next_wait),
             EBRA_CASE(a_wake_ends_a_wait_under_way), EBRA_CASE(an_enqueue_ends_a_wait),
             EBRA_CASE(an_enqueue_of_another_instance_ends_a_wait),
             EBRA_CASE(waiting_holds_nobody_up)}};
}

}  // namespace ebra::conformance
