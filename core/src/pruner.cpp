#include "pruner.hpp"

#include "log.hpp"

#include <algorithm>

namespace ebra {

namespace {

/// Calls looked at in one step: a few milliseconds of the store's time.
constexpr std::uint32_t kStepCalls = 200;
constexpr std::int64_t kPauseMsMin = 5;
/// From one pass to the next, and after the store could not.
constexpr std::int64_t kPassIntervalMs = 10 * 60'000;
constexpr std::int64_t kFailedIntervalMs = 60'000;

}  // namespace

Pruner::Pruner(Store& store, const StoreClock& store_clock, const Clock& clock,
               const NodeSettings& settings, Metrics& metrics)
    : store_(store),
      store_clock_(store_clock),
      clock_(clock),
      settings_(settings),
      metrics_(metrics) {}

std::int64_t Pruner::step() {
    if (settings_.keep_finished_ms == 0) return kPassIntervalMs;
    PruneRequest request;
    request.limit = kStepCalls;
    request.now = store_clock_.now();
    request.before = request.now - settings_.keep_finished_ms;
    request.after = after_;
    const MonotonicNs started_ns = clock_.monotonic_ns();
    const Result<ebra_prune_report> report = store_.prune(request);
    if (!report) {
        log::warn("prune_failed", {{"error", report.error().message}});
        return kFailedIntervalMs;
    }
    metrics_.pruned.Increment(static_cast<double>(report->calls));
    pruned_in_pass_ += report->calls;
    after_ = report->after;
    if (report->is_over == 0) {
        const auto took_ms =
            static_cast<std::int64_t>((clock_.monotonic_ns() - started_ns) / kNsPerMs);
        return std::max(took_ms * kPausesPerStep, kPauseMsMin);
    }
    if (pruned_in_pass_ > 0) log::info("calls_pruned", {{"calls", pruned_in_pass_}});
    after_ = 0;
    pruned_in_pass_ = 0;
    return kPassIntervalMs;
}

}  // namespace ebra
