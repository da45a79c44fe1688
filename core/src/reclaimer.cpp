#include "reclaimer.hpp"

#include "log.hpp"
#include "mutants.hpp"

#include "ebra/abi/ext/draft/store_recover.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace ebra {

namespace {

/// Work taken at once.
constexpr std::uint32_t kBatchMax = 100;
/// How often silence is looked for.
constexpr std::int64_t kIntervalMs = 500;
/// How often room for more questions is looked for, when there is none.
constexpr std::int64_t kRoomIntervalMs = 50;
/// How long an undecided call is left to the node that brought the evidence.
constexpr std::int64_t kUndecidedAfterMs = 2'000;

/// True for a placement that no claim of this store made: it stands for one that may be forgotten.
bool is_doubtful(const Call& call) {
    return call.placement->reason.rfind(EBRA_REASON_DOUBTFUL, 0) == 0;
}

}  // namespace

Reclaimer::Reclaimer(Store& store, const StoreClock& clock, NodeLease& lease, Providers& providers,
                     Operations& operations, Committer& committer, Canceler& canceler,
                     Decisions& decisions, Random& random, const NodeSettings& settings,
                     StoreTrouble& trouble, Metrics& metrics)
    : store_(store),
      clock_(clock),
      lease_(lease),
      providers_(providers),
      operations_(operations),
      committer_(committer),
      canceler_(canceler),
      decisions_(decisions),
      random_(random),
      settings_(settings),
      trouble_(trouble),
      metrics_(metrics) {}

std::int64_t Reclaimer::step() {
    const std::optional<std::string> node = lease_.holder();
    if (!node) return kIntervalMs;
    ReclaimRequest request;
    request.limit = room();
    if (request.limit == 0) return kRoomIntervalMs;
    request.now = clock_.now();
    request.token = random_.token();
    request.node = *node;
    request.dead_ask_after_ms = settings_.start_timeout_ms;
    request.ask_after_ms = std::min(settings_.query_after_ms, settings_.stale_after_ms);
    request.stale_after_ms = settings_.stale_after_ms;
    request.undecided_after_ms = kUndecidedAfterMs;
    const Result<std::vector<Call>> work = store_.reclaim(request);
    if (!work) {
        if (work.error().code == ErrorCode::kStale) lease_.declare_lost();
        trouble_.met("reclaim_failed", work.error());
        return kIntervalMs;
    }
    trouble_.passed();
    metrics_.reclaimed.Increment(static_cast<double>(work->size()));
    for (const Call& call : work.value()) look_after(call);
    return work->size() < request.limit ? kIntervalMs : 0;
}

std::uint32_t Reclaimer::room() {
    const std::uint32_t in_hand = in_hand_.load();
    const bool was_full = std::exchange(is_full_, in_hand >= settings_.queries_in_hand_max);
    if (!is_full_) return std::min(kBatchMax, settings_.queries_in_hand_max - in_hand);
    if (!was_full) log::warn("too_many_queries", {{"in_hand", in_hand}});
    return 0;
}

void Reclaimer::look_after(const Call& call) {
    if (!call.placement) return;
    log::info("call_reclaimed", {{"call", call.id},
                                 {"attempt", call.attempts},
                                 {"placement", call.placement->number},
                                 {"state", name_of(call.placement->state)}});
    if (call.is_undecided) return decide(call);
    canceler_.look_at(call);
    Provider* provider = providers_.find(call.placement->provider);
    if (provider != nullptr && provider->can_query() && !provider->is_faulty()) {
        ask(call, *provider);
    } else {
        not_known(call);
    }
}

void Reclaimer::ask(const Call& call, Provider& provider) {
    metrics_.asked.Increment();
    ++in_hand_;
    // An answer after the time-out comes as a second call.
    const auto is_open = std::make_shared<std::atomic<bool>>(true);
    const ebra_op op = operations_.begin(
        settings_.query_timeout_ms,
        [this, call, is_open, asked_at = clock_.now()](std::optional<OperationResult> result) {
            if (is_open->exchange(false)) --in_hand_;
            answered(call, asked_at, std::move(result));
        });
    const Status taken =
        provider.query(call, static_cast<std::uint32_t>(settings_.query_timeout_ms), op);
    if (taken) return;
    operations_.abandon(op);
    if (is_open->exchange(false)) --in_hand_;
    not_known(call);
}

void Reclaimer::answered(const Call& call, TimeMs asked_at, std::optional<OperationResult> result) {
    if (!result) return not_known(call);
    switch (result->answer) {
        case EBRA_FOUND:
            return found(call, *result);
        case EBRA_NOT_FOUND_EXACT:
            if (may_take_as_proof(call, asked_at)) {
                return proven_unsent(call, "the provider has no such call");
            }
            return not_known(call);
        case EBRA_NOT_FOUND_WEAK:
            if (is_planted(Mutant::kRetryUnproven)) return proven_unsent(call, "not found");
            return not_known(call);
        default:
            return not_known(call);
    }
}

/// An exact look-up proves something only when it was asked after a start that was under way must
/// have become visible (the answer may have come much later), and only about a call the provider
/// never confirmed.
bool Reclaimer::may_take_as_proof(const Call& call, TimeMs asked_at) const {
    if (call.placement->state != PlacementState::kUnknown) return false;
    const Provider* provider = providers_.find(call.placement->provider);
    const std::int64_t visible_after_ms =
        settings_.lease_ms + settings_.start_timeout_ms +
        (provider == nullptr ? 0 : provider->visibility_delay_ms());
    return asked_at >= call.placement->claimed_at + visible_after_ms;
}

void Reclaimer::found(const Call& call, const OperationResult& result) {
    StepGroup group;
    group.must_land = true;
    const bool is_over = result.event && result.event->kind == EBRA_EVENT_ENDED;
    Step step = Decisions::about(call, is_over ? EBRA_STEP_ENDED : EBRA_STEP_ACCEPTED);
    step.provider_call_id = result.provider_call_id;
    if (step.provider_call_id.empty() && result.event) {
        step.provider_call_id = result.event->provider_call_id;
    }
    if (step.provider_call_id.empty()) step.provider_call_id = call.placement->provider_call_id;
    step.provider_state = result.provider_state;
    const TimeMs now = clock_.now();
    step.due_at = Decisions::next_look(now, now, settings_.query_after_ms, settings_);
    if (is_over) {
        step.outcome = result.event->outcome;
        step.disposition = result.event->disposition;
        step.reason = result.event->reason;
        step.occurred_at = result.event->occurred_at;
        step.details = result.event->details;
        Decisions::allow_retry(step, settings_);
    } else if (call.placement->state == PlacementState::kPlaced) {
        step.step = EBRA_STEP_PROGRESS;
    }
    group.steps.push_back(std::move(step));
    committer_.submit(std::move(group));
}

void Reclaimer::proven_unsent(const Call& call, const std::string& reason) {
    StepGroup group;
    group.must_land = true;
    if (is_doubtful(call)) {
        // Nothing was tried: the attempt is given back, and the call goes as soon as it may.
        Step evidence = Decisions::about(call, EBRA_STEP_REFUSED);
        evidence.error_class = ErrorClass::kCapacity;
        evidence.reason = reason;
        group.steps.push_back(std::move(evidence));
        group.steps.push_back(follow_up(call, ErrorClass::kCapacity, reason));
        return committer_.submit(std::move(group));
    }
    Step evidence = Decisions::about(call, EBRA_STEP_NOT_SENT);
    evidence.error_class = ErrorClass::kTransient;
    evidence.reason = reason;
    group.steps.push_back(std::move(evidence));
    group.steps.push_back(follow_up(call, ErrorClass::kTransient, reason));
    committer_.submit(std::move(group));
}

void Reclaimer::not_known(const Call& call) {
    const std::int64_t silent_ms = clock_.now() - call.placement->evidence_at;
    if (silent_ms >= settings_.stale_after_ms) give_up(call);
}

UnknownPolicy Reclaimer::policy_for(const Call& call) const {
    const auto orphan = settings_.orphan_policies.find(call.placement->provider);
    return orphan == settings_.orphan_policies.end() ? settings_.on_unknown : orphan->second;
}

void Reclaimer::give_up(const Call& call) {
    const std::string reason = "no sign of the call for " +
                               std::to_string(settings_.stale_after_ms / 1'000) +
                               " s, and nobody can say whether the phone rang";
    log::warn("call_given_up",
              {{"call", call.id},
               {"placement", call.placement->number},
               {"policy", policy_for(call) == UnknownPolicy::kRetry ? std::string_view("retry")
                                                                    : std::string_view("fail")}});
    StepGroup group;
    group.must_land = true;
    group.steps.push_back(Decisions::decide(call, EBRA_STEP_GIVE_UP, reason));
    const bool may_retry = policy_for(call) == UnknownPolicy::kRetry;
    group.steps.push_back(
        follow_up(call, may_retry ? ErrorClass::kTransient : ErrorClass::kPermanent, reason));
    committer_.submit(std::move(group));
}

/// The evidence is in, but whoever brought it did not decide: it died, or was no longer allowed to.
void Reclaimer::decide(const Call& call) {
    const Placement& placement = *call.placement;
    ErrorClass error_class = placement.error_class;
    const bool is_given_up = placement.disposition == Disposition::kGivenUp;
    if (is_given_up && policy_for(call) == UnknownPolicy::kFail) {
        error_class = ErrorClass::kPermanent;
    }
    StepGroup group;
    group.must_land = true;
    const auto rule = settings_.retry_on.find(placement.disposition);
    const std::int64_t wait_ms = rule == settings_.retry_on.end() ? 0 : rule->second;
    group.steps.push_back(
        decisions_.retry_or_fail(call, clock_.now(), error_class, wait_ms, placement.reason));
    committer_.submit(std::move(group));
}

Step Reclaimer::follow_up(const Call& call, ErrorClass error_class, std::string reason) {
    return decisions_.retry_or_fail(call, clock_.now(), error_class, 0, std::move(reason));
}

}  // namespace ebra
