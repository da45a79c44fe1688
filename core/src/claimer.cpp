#include "claimer.hpp"

#include "fault_point.hpp"
#include "log.hpp"
#include "mutants.hpp"

#include <algorithm>
#include <string_view>

namespace ebra {

namespace {

/// The net under all wake-ups: how long an idle claimer waits at most.
constexpr std::int64_t kClaimerIdleMs = 250;
/// The pause after the store could not say.
constexpr std::int64_t kClaimerPauseMs = 100;
constexpr std::int64_t kClaimerPauseMaxMs = 1'000;
/// How often to look whether another node has closed a tap, after a claim; and how old the last
/// look may be before one: well within the shortest pause after faults.
constexpr std::int64_t kLookMs = 1'000;
constexpr std::int64_t kLookLateMs = 2'000;

/// Until `time`, between 1 ms and the idle wait; the idle wait when there is no such time.
std::int64_t wait_until(TimeMs time, TimeMs now) {
    if (time == 0) return kClaimerIdleMs;
    return std::clamp<std::int64_t>(time - now, 1, kClaimerIdleMs);
}

}  // namespace

Claimer::Claimer(Store& store, const StoreClock& store_clock, NodeLease& lease,
                 Providers& providers, Taps& taps, Dialer& dialer, Random& random,
                 const NodeSettings& settings, StoreTrouble& trouble, Metrics& metrics)
    : store_(store),
      store_clock_(store_clock),
      lease_(lease),
      providers_(providers),
      taps_(taps),
      dialer_(dialer),
      random_(random),
      settings_(settings),
      trouble_(trouble),
      metrics_(metrics) {}

std::int64_t Claimer::step() {
    if (doubtful_token_ != 0 && !settle_doubt()) return kClaimerPauseMs;
    const std::optional<std::string> node = lease_.holder();
    const std::size_t in_hand = dialer_.in_hand();
    if (is_stopping_ || !node || in_hand >= settings_.starts_in_hand_max) return kClaimerIdleMs;
    if (const Status looked = look_at_limits(kLookLateMs); !looked) return failed(looked.error());
    const Taps::Turn turn = taps_.turn(providers_.able());
    if (turn.providers.empty()) return kClaimerIdleMs;
    ClaimRequest request;
    const std::size_t room = settings_.starts_in_hand_max - in_hand;
    request.limit =
        static_cast<std::uint32_t>(std::min<std::size_t>(settings_.claim_batch_max, room));
    if (turn.is_probe) request.limit = 1;
    request.now = store_clock_.now();
    request.token = random_.token();
    request.node = *node;
    request.providers = turn.providers;

    Result<Claimed> claimed = store_.claim(request);
    fault_point("after_claim_commit");
    if (claimed) {
        trouble_.passed();
        const std::int64_t wait_ms = dial(std::move(claimed).value(), request.now);
        // Here no call waits for it; when it fails, the next step cannot do without.
        (void)look_at_limits(kLookMs);
        return turn.is_last ? wait_ms : 0;
    }
    if (claimed.error().code == ErrorCode::kInDoubt) doubtful_token_ = request.token;
    if (doubtful_token_ != 0 && is_planted(Mutant::kDialBeforeClaimCommit)) dial_blindly(request);
    return failed(claimed.error());
}

/// Tells the taps what other nodes have closed. Without, this node would meet a provider that fails
/// with a whole batch at the moment the pause is over.
Status Claimer::look_at_limits(std::int64_t each_ms) {
    const TimeMs now = store_clock_.now();
    if (looked_at_ != 0 && now < looked_at_ + each_ms) return Done{};
    const Result<std::vector<Limit>> limits = store_.limits();
    if (!limits) return limits.error();
    looked_at_ = now;
    constexpr std::string_view kPrefix = EBRA_LIMIT_PROVIDER_PREFIX;
    for (const Limit& limit : limits.value()) {
        if (!limit.key.starts_with(kPrefix)) continue;
        taps_.closed_in_store(limit.key.substr(kPrefix.size()), limit.blocked_until);
    }
    return Done{};
}

/// A planted fault: takes for granted that the claim made what it would have made.
void Claimer::dial_blindly(const ClaimRequest& request) {
    const Result<std::vector<Call>> waiting = store_.list(CallStatus::kPending, 0, request.limit);
    if (!waiting) return;
    std::vector<Call> guessed = waiting.value();
    for (Call& call : guessed) {
        const std::uint32_t latest = call.placement ? call.placement->number : 0;
        call.placement.emplace();
        call.placement->number = latest + 1;
        call.placement->provider = request.providers.front();
        call.placement->claim = request.token;
    }
    dialer_.dial(std::move(guessed), ~MonotonicNs{0});
}

std::int64_t Claimer::dial(Claimed claimed, TimeMs asked_at) {
    metrics_.claimed.Increment(static_cast<double>(claimed.calls.size()));
    for (const Call& call : claimed.calls) {
        log::info("call_claimed", {{"call", call.id},
                                   {"attempt", call.attempts},
                                   {"placement", call.placement->number},
                                   {"provider", call.placement->provider}});
    }
    if (is_stopping_) {
        dialer_.release(claimed.calls, "the node is stopping");
        return kClaimerIdleMs;
    }
    dialer_.dial(std::move(claimed.calls), send_by(asked_at, claimed.report.lease_until));
    const TimeMs now = store_clock_.now();
    switch (claimed.report.stopped_by) {
        case EBRA_CLAIM_STOP_LIMIT:
            return 0;
        case EBRA_CLAIM_STOP_EMPTY:
            return wait_until(claimed.report.next_due_at, now);
        default:
            return wait_until(claimed.report.next_room_at, now);
    }
}

std::int64_t Claimer::failed(const Error& error) {
    if (error.code == ErrorCode::kStale) {
        lease_.declare_lost();
        return kClaimerPauseMs;
    }
    metrics_.store_errors.Increment();
    trouble_.met("claim_failed", error);
    return std::clamp(error.retry_after_ms, kClaimerPauseMs, kClaimerPauseMaxMs);
}

/// Reads back a claim whose commit was in doubt. What it made is released, not dialed: by now
/// nobody can say how much of its time to send is left. True when the doubt is settled.
bool Claimer::settle_doubt() {
    const Result<std::vector<Call>> found = store_.find_by_claim(doubtful_token_);
    if (!found) return false;
    doubtful_token_ = 0;
    std::vector<Call> unsent;
    for (const Call& call : found.value()) {
        if (call.placement && call.placement->state == PlacementState::kClaimed)
            unsent.push_back(call);
    }
    dialer_.release(unsent, "the claim's commit was in doubt");
    return true;
}

/// Half of what is left of the lease, counted from before the claim was asked for: well inside it,
/// whatever the claim took, and no later for a lease that was renewed meanwhile.
MonotonicNs Claimer::send_by(TimeMs asked_at, TimeMs lease_until) const {
    const std::int64_t left_ms = std::min(lease_until - asked_at, settings_.lease_ms);
    return store_clock_.monotonic_at(asked_at + left_ms / 2);
}

}  // namespace ebra
