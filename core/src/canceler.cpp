#include "canceler.hpp"

#include "log.hpp"

#include <memory>

namespace ebra {

namespace {

bool is_rung_for_nothing(const Call& call) {
    if (call.fixed_outcome != Outcome::kCompleted || !call.placement) return false;
    // What is CLAIMED may not have been sent yet; its answer brings us here again.
    return call.placement->state == PlacementState::kPlaced ||
           call.placement->state == PlacementState::kUnknown;
}

}  // namespace

void Canceler::look_at(const Call& call) {
    if (!is_rung_for_nothing(call)) return;
    Provider* provider = providers_.find(call.placement->provider);
    if (provider == nullptr || !provider->can_cancel() || provider->is_faulty()) return;
    if (in_hand_.load() >= settings_.queries_in_hand_max) {
        log::warn("too_many_cancels", {{"call", call.id}, {"in_hand", in_hand_.load()}});
        return;
    }
    order(call, *provider);
}

void Canceler::order(const Call& call, Provider& provider) {
    ++in_hand_;
    metrics_.cancels.Increment();
    log::info("call_cancel_ordered", {{"call", call.id}, {"placement", call.placement->number}});
    // An answer after the time-out comes as a second call.
    const auto is_open = std::make_shared<std::atomic<bool>>(true);
    const ebra_op op = operations_.begin(
        settings_.query_timeout_ms,
        [this, is_open, id = call.id](const std::optional<OperationResult>& result) {
            if (is_open->exchange(false)) --in_hand_;
            const bool is_done = result && result->answer == EBRA_CANCEL_DONE;
            if (!is_done) log::warn("call_not_canceled", {{"call", id}});
        });
    const Status taken =
        provider.cancel(call, static_cast<std::uint32_t>(settings_.query_timeout_ms), op);
    if (taken) return;
    operations_.abandon(op);
    if (is_open->exchange(false)) --in_hand_;
    log::warn("call_not_canceled", {{"call", call.id}, {"error", taken.error().message}});
}

}  // namespace ebra
