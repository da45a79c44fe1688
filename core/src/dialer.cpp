#include "dialer.hpp"

#include "assert.hpp"
#include "fault_point.hpp"
#include "log.hpp"
#include "mutants.hpp"

#include <memory>

namespace ebra {

namespace {

bool breaks_the_account(ErrorClass error_class) {
    return error_class == ErrorClass::kConfiguration || error_class == ErrorClass::kBilling;
}

std::string describe(const OperationResult& result, std::string_view what) {
    std::string text = result.message.empty() ? std::string(what) : result.message;
    if (result.http_status != 0 &&
        text.find(std::to_string(result.http_status)) == std::string::npos) {
        text += " (HTTP " + std::to_string(result.http_status) + ")";
    }
    return text;
}

}  // namespace

Dialer::Dialer(Providers& providers, Operations& operations, Committer& committer, Taps& taps,
               Decisions& decisions, const CallbackRef& callback_ref, const Clock& clock,
               const StoreClock& store_clock, const NodeSettings& settings, Metrics& metrics)
    : providers_(providers),
      operations_(operations),
      committer_(committer),
      taps_(taps),
      decisions_(decisions),
      callback_ref_(callback_ref),
      clock_(clock),
      store_clock_(store_clock),
      settings_(settings),
      metrics_(metrics) {}

void Dialer::dial(std::vector<Call> calls, MonotonicNs send_by_ns) {
    for (Call& call : calls) {
        EBRA_ASSERT(call.placement && call.placement->state == PlacementState::kClaimed);
        const bool is_late = clock_.monotonic_ns() >= send_by_ns;
        if (is_late && !is_planted(Mutant::kIgnoreSendBy)) {
            release(call, "not sent in time");
        } else {
            start(std::move(call), send_by_ns);
        }
    }
}

void Dialer::release(const std::vector<Call>& calls, std::string reason) {
    for (const Call& call : calls) release(call, reason);
}

void Dialer::release(const Call& call, std::string reason) {
    StepGroup group;
    group.must_land = true;
    Step step = Decisions::decide(call, EBRA_STEP_RELEASE, std::move(reason));
    step.due_at = store_clock_.now();
    group.steps.push_back(std::move(step));
    // A claim that is no longer ours can not be released, but that it was never sent is still true.
    group.answer = [this, call](const Result<std::vector<ItemResult>>& items) {
        if (!items || items.value().front().status != EBRA_STALE) return;
        StepGroup evidence;
        evidence.must_land = true;
        evidence.steps.push_back(Decisions::about(call, EBRA_STEP_NOT_SENT));
        evidence.steps.back().error_class = ErrorClass::kTransient;
        evidence.steps.back().reason = "never sent";
        committer_.submit(std::move(evidence));
    };
    committer_.submit(std::move(group));
}

void Dialer::start(Call claimed, MonotonicNs send_by_ns) {
    // The answer may come while it is still being sent: both see the same call.
    const auto shared = std::make_shared<const Call>(std::move(claimed));
    const Call& call = *shared;
    Provider* provider = providers_.find(call.placement->provider);
    if (provider == nullptr) return release(call, "provider is not configured on this node");

    Reference reference{call.id, call.placement->number};
    if (is_planted(Mutant::kReuseReference)) reference.placement = 1;
    StartRequest request;
    request.reference = to_string(reference);
    request.callback_url = callback_url(
        settings_.public_url, provider->has_own_callback_path() ? provider->name() : "call-status",
        callback_ref_.seal(reference));
    request.timeout_ms = static_cast<std::uint32_t>(settings_.start_timeout_ms);
    request.send_by_ns = is_planted(Mutant::kIgnoreSendBy) ? ~MonotonicNs{0} : send_by_ns;

    const MonotonicNs started_ns = clock_.monotonic_ns();
    const ebra_op op = operations_.begin(
        settings_.start_timeout_ms,
        [this, shared, started_ns, send_by_ns](std::optional<OperationResult> result) {
            answered(*shared, started_ns, send_by_ns, std::move(result));
        });
    taps_.sent(provider->name());
    fault_point("before_start");
    const Status taken = provider->start(call, request, op);
    fault_point("after_start");
    if (taken) return;
    operations_.abandon(op);
    if (taken.error().code == ErrorCode::kInDoubt) {
        taps_.failed(provider->name(), 0, taken.error().message);
        committer_.submit(lost(call, taken.error().message));
        return;
    }
    OperationResult result;
    result.answer = EBRA_START_NOT_SENT;
    result.error_class = taken.error().code == ErrorCode::kInvalidArgument ? ErrorClass::kPermanent
                                                                           : ErrorClass::kTransient;
    result.retry_after_ms = taken.error().retry_after_ms;
    result.message = taken.error().message;
    note_how_it_went(provider->name(), result);
    committer_.submit(not_sent(call, result));
}

void Dialer::answered(const Call& call, MonotonicNs started_ns, MonotonicNs send_by_ns,
                      std::optional<OperationResult> result) {
    fault_point("start_answered");
    if (!result && is_planted(Mutant::kUnknownAsRefused)) {
        result.emplace();
        result->answer = EBRA_START_REFUSED;
        result->error_class = ErrorClass::kTransient;
    }
    if (!result) {
        taps_.failed(call.placement->provider, 0, "it did not answer in time");
        committer_.submit(lost(call, "the provider did not answer in time"));
        return;
    }
    const MonotonicNs now_ns = clock_.monotonic_ns();
    metrics_.start_seconds.Observe(static_cast<double>(now_ns - started_ns) / 1e9);
    const bool was_late = result->answer == EBRA_START_NOT_SENT && now_ns >= send_by_ns;
    if (was_late) {
        taps_.not_sent(call.placement->provider);
    } else {
        note_how_it_went(call.placement->provider, *result);
    }
    switch (result->answer) {
        case EBRA_START_PLACED:
            return committer_.submit(placed(call, *result));
        case EBRA_START_REFUSED:
            return committer_.submit(refused(call, *result));
        case EBRA_START_NOT_SENT:
            if (was_late) return release(call, "not sent in time");
            return committer_.submit(not_sent(call, *result));
        default:
            return committer_.submit(
                lost(call, describe(*result, "the provider's answer was lost")));
    }
}

/// What one start says about its provider as a whole.
void Dialer::note_how_it_went(const std::string& provider, const OperationResult& result) {
    const std::string reason = describe(result, "the provider failed");
    if (result.answer == EBRA_START_PLACED || result.error_class == ErrorClass::kPermanent) {
        taps_.works(provider);
    } else if (result.error_class == ErrorClass::kCapacity) {
        taps_.no_capacity(provider, result.retry_after_ms, reason);
    } else if (breaks_the_account(result.error_class)) {
        taps_.account_broken(provider, result.error_class, reason);
    } else {
        taps_.failed(provider, result.retry_after_ms, reason);
    }
}

StepGroup Dialer::placed(const Call& call, const OperationResult& result) {
    StepGroup group;
    group.must_land = true;
    Step accepted = Decisions::about(call, EBRA_STEP_ACCEPTED);
    accepted.provider_call_id = result.provider_call_id;
    accepted.provider_state = result.provider_state;
    const TimeMs now = store_clock_.now();
    accepted.due_at = Decisions::next_look(now, now, settings_.query_after_ms, settings_);
    group.steps.push_back(std::move(accepted));
    if (result.event && result.event->kind == EBRA_EVENT_ENDED) {
        Step ended = Decisions::about(call, EBRA_STEP_ENDED);
        ended.outcome = result.event->outcome;
        ended.disposition = result.event->disposition;
        ended.reason = result.event->reason;
        ended.occurred_at = result.event->occurred_at;
        ended.details = result.event->details;
        Decisions::allow_retry(ended, settings_);
        group.steps.push_back(std::move(ended));
    }
    return group;
}

StepGroup Dialer::refused(const Call& call, const OperationResult& result) {
    const TimeMs now = store_clock_.now();
    const std::string reason = describe(result, "the provider refused the call");
    StepGroup group;
    group.must_land = true;
    Step refusal = Decisions::about(call, EBRA_STEP_REFUSED);
    refusal.error_class = result.error_class;
    refusal.reason = reason;
    group.steps.push_back(std::move(refusal));

    group.steps.push_back(
        decisions_.retry_or_fail(call, now, result.error_class, result.retry_after_ms, reason));
    return group;
}

StepGroup Dialer::not_sent(const Call& call, const OperationResult& result) {
    const std::string reason = describe(result, "the call could not be sent");
    StepGroup group;
    group.must_land = true;
    Step evidence = Decisions::about(call, EBRA_STEP_NOT_SENT);
    evidence.error_class = result.error_class;
    evidence.reason = reason;
    group.steps.push_back(std::move(evidence));
    group.steps.push_back(decisions_.retry_or_fail(call, store_clock_.now(), result.error_class,
                                                   result.retry_after_ms, reason));
    return group;
}

StepGroup Dialer::lost(const Call& call, std::string reason) {
    const Provider* provider = providers_.find(call.placement->provider);
    const std::int64_t visibility_ms = provider == nullptr ? 0 : provider->visibility_delay_ms();
    StepGroup group;
    group.must_land = true;
    Step step = Decisions::about(call, EBRA_STEP_LOST);
    step.reason = std::move(reason);
    step.due_at = Decisions::next_look(store_clock_.now(), call.placement->evidence_at,
                                       settings_.start_timeout_ms + visibility_ms, settings_);
    group.steps.push_back(std::move(step));
    return group;
}

}  // namespace ebra
