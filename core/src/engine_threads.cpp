#include "engine_threads.hpp"

#include "log.hpp"

namespace ebra {

namespace {

/// How often operations are looked at for time-outs.
constexpr std::int64_t kTimeOutTickMs = 50;
/// How often a stopping engine looks whether it has come to rest.
constexpr std::int64_t kDrainTickMs = 5;

std::unique_ptr<StepLoop> loop(std::string name, Signal& signal,
                               std::function<std::int64_t()> step) {
    return std::make_unique<StepLoop>(StepLoop::Parts{
        std::move(name), std::move(step), [&signal](std::int64_t ms) { signal.wait_for(ms); },
        [&signal] { signal.set(); }});
}

/// A loop that only time drives.
std::unique_ptr<StepLoop> timed_loop(std::string name, std::function<std::int64_t()> step) {
    auto signal = std::make_shared<Signal>();
    return std::make_unique<StepLoop>(StepLoop::Parts{
        std::move(name), std::move(step), [signal](std::int64_t ms) { signal->wait_for(ms); },
        [signal] { signal->set(); }});
}

/// The claimer waits in the store: it alone knows of work that other processes bring.
std::unique_ptr<StepLoop> claimer_loop(Claimer& claimer, Store& store) {
    return std::make_unique<StepLoop>(
        StepLoop::Parts{"ebra-claimer", [&claimer] { return claimer.step(); },
                        [&store](std::int64_t ms) { store.wait(ms); }, [&store] { store.wake(); }});
}

std::unique_ptr<StepLoop> time_outs_loop(Operations& operations) {
    return timed_loop("ebra-timeouts", [&operations] {
        operations.expire();
        return kTimeOutTickMs;
    });
}

MonotonicNs deadline_of(const Engine::Parts& parts, std::int64_t deadline_ms) {
    return parts.clock.monotonic_ns() + static_cast<std::uint64_t>(deadline_ms) * kNsPerMs;
}

/// Looks every few milliseconds until `is_done()`; false when the deadline came first.
template <typename Predicate>
bool wait_until(const Engine::Parts& parts, MonotonicNs deadline_ns, Predicate&& is_done) {
    Signal pause;
    while (!is_done()) {
        if (parts.clock.monotonic_ns() >= deadline_ns) return false;
        pause.wait_for(kDrainTickMs);
    }
    return true;
}

/// Requests keep coming while starts are waited for, so what waits to be stored does not count.
bool wait_for_answers(const Engine::Parts& parts, MonotonicNs deadline_ns) {
    return wait_until(parts, deadline_ns, [&parts] { return parts.operations.open() == 0; });
}

/// Nothing is under way and nothing waits to be committed.
bool wait_until_idle(const Engine::Parts& parts, MonotonicNs deadline_ns) {
    return wait_until(parts, deadline_ns, [&parts] {
        return parts.operations.open() == 0 && parts.node->committer.waiting() == 0 &&
               parts.node->intake.waiting() == 0;
    });
}

}  // namespace

Status start_threads(Engine::Parts& parts) {
    Node& node = *parts.node;
    node.lease.renew();
    if (!node.lease.holder()) {
        return Error{ErrorCode::kUnavailable, "the store did not grant this node its lease"};
    }
    parts.heartbeat = timed_loop("ebra-heartbeat", [&node] { return node.lease.renew(); });
    for (std::size_t lane = 0; lane < node.settings.intake_lanes; ++lane) {
        parts.intake.push_back(loop("ebra-intake", node.intake.ready(lane),
                                    [&node, lane] { return node.intake.step(lane); }));
    }
    parts.committer =
        loop("ebra-committer", node.committer.ready(), [&node] { return node.committer.step(); });
    parts.time_outs = time_outs_loop(parts.operations);
    parts.heartbeat->start();
    for (const auto& lane : parts.intake) lane->start();
    parts.committer->start();
    parts.time_outs->start();
    if (!parts.dials()) return Done{};
    parts.reclaimer = timed_loop("ebra-reclaimer", [&node] { return node.reclaimer.step(); });
    parts.claimer = claimer_loop(node.claimer, *parts.store);
    parts.reclaimer->start();
    parts.claimer->start();
    if (node.settings.keep_finished_ms == 0) return Done{};
    parts.pruner = timed_loop("ebra-pruner", [&node] { return node.pruner.step(); });
    parts.pruner->start();
    return Done{};
}

void drain_starts(Engine::Parts& parts, std::int64_t deadline_ms) {
    parts.node->claimer.stop();
    if (parts.claimer) parts.claimer->stop();
    if (parts.reclaimer) parts.reclaimer->stop();
    if (parts.pruner) parts.pruner->stop();
    if (deadline_ms == 0 || wait_for_answers(parts, deadline_of(parts, deadline_ms))) return;
    log::warn("drain_deadline_passed", {{"starts_unanswered", parts.operations.open()}});
}

void stop_threads(Engine::Parts& parts, std::int64_t deadline_ms) {
    // Destroying a provider completes what it still has open: as UNKNOWN when it cannot know
    // better.
    parts.provider_instances.clear();
    if (parts.time_outs) parts.time_outs->stop();
    if (!wait_until_idle(parts, deadline_of(parts, deadline_ms))) {
        log::error("steps_not_committed", {{"steps_waiting", parts.node->committer.waiting()}});
    }
    for (const auto& lane : parts.intake) lane->stop();
    for (StepLoop* part : {parts.committer.get(), parts.heartbeat.get()}) {
        if (part != nullptr) part->stop();
    }
    const Status ended = parts.node->lease.end();
    if (!ended) log::warn("lease_not_ended", {{"error", ended.error().message}});
    parts.readers->stop();
}

}  // namespace ebra
