#include "callbacks.hpp"

#include "decisions.hpp"
#include "fault_point.hpp"
#include "random.hpp"

#include <algorithm>

namespace ebra {

namespace {

constexpr std::int64_t kBusyRetryAfterMs = 1'000;

Step ended_step(const StatusCallback& callback, const NodeSettings& settings) {
    Step step;
    step.step = EBRA_STEP_ENDED;
    step.provider_call_id = callback.provider_call_id;
    step.dedup_key = callback.dedup_key;
    step.reason = callback.reason;
    step.outcome = callback.outcome;
    step.disposition = callback.disposition;
    step.occurred_at = callback.completed_at;
    step.details.duration_ms = callback.duration_ms;
    Decisions::allow_retry(step, settings);
    return step;
}

/// The answer for one item. A call that was never placed has nothing to end: recorded, nothing
/// moved.
Result<CallbackAnswer> answer_of(ItemResult item) {
    CallbackAnswer answer;
    answer.call = std::move(item.call);
    switch (item.status) {
        case EBRA_OK:
            answer.kind = CallbackAnswer::Kind::kApplied;
            return answer;
        case EBRA_ALREADY:
            answer.kind = CallbackAnswer::Kind::kRecorded;
            return answer;
        case EBRA_KEPT:
            answer.kind = CallbackAnswer::Kind::kKept;
            return answer;
        case EBRA_NOT_FOUND:
            return Error{ErrorCode::kNotFound, "there is no such call"};
        case EBRA_CONFLICT:
            if (answer.call && !answer.call->placement) return answer;
            return Error{ErrorCode::kConflict,
                         "the ids in this callback belong to different calls"};
        case EBRA_UNAVAILABLE:
            return Error{ErrorCode::kUnavailable, "too many callbacks for unknown calls are kept",
                         kBusyRetryAfterMs};
        default:
            return Error{ErrorCode::kInternal, "the store refused the callback"};
    }
}

/// One answer for all events of a webhook: the first failure, else the strongest success.
Result<CallbackAnswer> answer_of(std::vector<ItemResult> items) {
    CallbackAnswer best;
    for (ItemResult& item : items) {
        Result<CallbackAnswer> one = answer_of(std::move(item));
        if (!one) return one;
        if (one->kind == CallbackAnswer::Kind::kApplied || !best.call)
            best = std::move(one).value();
    }
    return best;
}

std::int32_t step_of(const ProviderEvent& event, bool must_ask_first) {
    if (event.kind == EBRA_EVENT_ENRICHED) return EBRA_STEP_ENRICH;
    if (event.kind == EBRA_EVENT_ACCEPTED) return EBRA_STEP_ACCEPTED;
    const bool is_believed_end = event.kind == EBRA_EVENT_ENDED && !must_ask_first;
    return is_believed_end ? EBRA_STEP_ENDED : EBRA_STEP_PROGRESS;
}

}  // namespace

Callbacks::Callbacks(Store& store, const StoreClock& clock, Providers& providers,
                     Committer& committer, const CallbackRef& callback_ref, Reads reads,
                     const NodeSettings& settings, Metrics& metrics)
    : store_(store),
      clock_(clock),
      providers_(providers),
      committer_(committer),
      callback_ref_(callback_ref),
      reads_(std::move(reads)),
      settings_(settings),
      metrics_(metrics) {}

void Callbacks::take(const StatusCallback& callback, Answer answer) {
    answer = counted(std::move(answer));
    Step step = ended_step(callback, settings_);
    if (!callback.ref.empty()) {
        const std::optional<Reference> reference = callback_ref_.open(callback.ref);
        if (!reference) {
            return answer(
                Error{ErrorCode::kUnauthenticated, "the reference in the URL is not ours"});
        }
        const bool is_same = callback.call_id.empty() || callback.call_id == reference->call_id;
        if (!is_same) return resolve_ambiguous(callback, *reference, std::move(answer));
        step.call_id = reference->call_id;
        step.placement = reference->placement;
        return submit(std::move(step), std::move(answer));
    }
    if (!callback.provider_call_id.empty() && callback.call_id.empty()) {
        return submit(std::move(step), std::move(answer));
    }
    take_by_call_id(std::move(step), callback.call_id, std::move(answer));
}

/// The URL names one call and the body a `callId`: that may be another call of ours, which is a
/// contradiction, or the provider's own id of the same call.
void Callbacks::resolve_ambiguous(const StatusCallback& callback, const Reference& reference,
                                  Answer answer) {
    const bool has_room = reads_([this, callback, reference, answer] {
        const Result<std::optional<Call>> other = store_.get(callback.call_id);
        if (!other) return answer(other.error());
        if (other.value()) {
            return answer(Error{ErrorCode::kConflict,
                                "the URL's reference and callId belong to different calls"});
        }
        Step step = ended_step(callback, settings_);
        step.call_id = reference.call_id;
        step.placement = reference.placement;
        if (step.provider_call_id.empty()) step.provider_call_id = callback.call_id;
        submit(std::move(step), answer);
    });
    if (!has_room) answer(Error{ErrorCode::kUnavailable, "too many reads wait", kBusyRetryAfterMs});
}

/// `callId` is first taken as ours; only when we have no such call, as the provider's.
void Callbacks::take_by_call_id(Step step, const std::string& call_id, Answer answer) {
    if (!is_uuid(call_id)) return take_by_provider_id(std::move(step), call_id, std::move(answer));
    StepGroup group;
    group.steps.push_back(step);
    group.steps.back().call_id = call_id;
    group.answer = [this, step = std::move(step), call_id,
                    answer = std::move(answer)](Result<std::vector<ItemResult>> items) {
        if (!items) return answer(std::move(items).error());
        ItemResult& item = items.value().front();
        if (item.status == EBRA_NOT_FOUND) return take_by_provider_id(step, call_id, answer);
        answer(answer_of(std::move(item)));
    };
    committer_.submit(std::move(group));
}

void Callbacks::take_by_provider_id(Step step, const std::string& id, Answer answer) {
    if (!step.provider_call_id.empty()) return submit(std::move(step), std::move(answer));
    const bool has_room = reads_([this, step, id, answer]() mutable {
        const Result<std::vector<Call>> found = store_.find_by_provider_id("", id);
        if (!found) return answer(found.error());
        if (found->empty())
            return answer(Error{ErrorCode::kNotFound, "there is no call with that id"});
        step.provider_call_id = id;
        submit(std::move(step), answer);
    });
    if (!has_room) answer(Error{ErrorCode::kUnavailable, "too many reads wait", kBusyRetryAfterMs});
}

void Callbacks::take(const ProviderWebhook& webhook, Answer answer) {
    answer = counted(std::move(answer));
    Provider* provider = providers_.find(webhook.provider);
    if (provider == nullptr || !provider->reads_webhooks()) {
        return answer(Error{ErrorCode::kNotFound, "no provider of that name takes webhooks"});
    }
    std::optional<Reference> from_url;
    if (!webhook.ref.empty()) {
        from_url = callback_ref_.open(webhook.ref);
        if (!from_url) {
            return answer(
                Error{ErrorCode::kUnauthenticated, "the reference in the URL is not ours"});
        }
    }
    const RawWebhook raw{webhook.method, webhook.url, webhook.headers, webhook.body, webhook.peer};
    Result<WebhookReading> reading = provider->read_webhook(raw, clock_.now());
    if (!reading) return answer(std::move(reading).error());
    StepGroup group;
    for (const ProviderEvent& event : reading->events) {
        group.steps.push_back(step_for(event, *provider, from_url));
    }
    submit(std::move(group), std::move(reading).value(), std::move(answer));
}

Step Callbacks::step_for(const ProviderEvent& event, const Provider& provider,
                         const std::optional<Reference>& from_url) const {
    // What is not authentic is only a hint, where the provider can be asked.
    const bool must_ask_first = !event.is_verified && provider.can_query();
    Step step;
    step.step = step_of(event, must_ask_first);
    step.provider = provider.name();
    step.provider_call_id = event.provider_call_id;
    step.provider_state = event.provider_state;
    step.dedup_key = must_ask_first ? std::string() : event.dedup_key;
    step.reason = event.reason;
    step.outcome = event.outcome;
    step.disposition = event.disposition;
    step.occurred_at = event.occurred_at;
    step.details = event.details;
    const TimeMs now = clock_.now();
    const std::int64_t wait_ms = must_ask_first ? 0 : settings_.query_after_ms;
    step.due_at = Decisions::next_look(now, now, wait_ms, settings_);
    Decisions::allow_retry(step, settings_);
    const auto reference = from_url ? from_url : parse_reference(event.reference);
    if (reference) {
        step.call_id = reference->call_id;
        step.placement = reference->placement;
    }
    return step;
}

void Callbacks::submit(Step step, Answer answer) {
    StepGroup group;
    group.steps.push_back(std::move(step));
    submit(std::move(group), {}, std::move(answer));
}

void Callbacks::submit(StepGroup group, WebhookReading reading, Answer answer) {
    auto with_reply = [reading = std::move(reading)](CallbackAnswer made) {
        made.reply_status = reading.reply_status;
        made.reply_content_type = reading.reply_content_type;
        made.reply_body = reading.reply_body;
        return made;
    };
    if (group.steps.empty()) return answer(with_reply({}));
    group.answer = [answer = std::move(answer),
                    with_reply = std::move(with_reply)](Result<std::vector<ItemResult>> items) {
        fault_point("callback_before_answer");
        if (!items) return answer(std::move(items).error());
        Result<CallbackAnswer> made = answer_of(std::move(items).value());
        if (!made) return answer(std::move(made).error());
        answer(with_reply(std::move(made).value()));
    };
    committer_.submit(std::move(group));
}

Callbacks::Answer Callbacks::counted(Answer answer) {
    return [this, answer = std::move(answer)](Result<CallbackAnswer> made) {
        (made ? metrics_.callbacks_taken : metrics_.callbacks_refused).Increment();
        answer(std::move(made));
    };
}

}  // namespace ebra
