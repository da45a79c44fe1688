#include "decisions.hpp"

#include "assert.hpp"

#include <algorithm>

namespace ebra {

Step Decisions::about(const Call& call, std::int32_t step) {
    EBRA_ASSERT(call.placement.has_value());
    Step made;
    made.step = step;
    made.call_id = call.id;
    made.placement = call.placement->number;
    made.provider = call.placement->provider;
    return made;
}

Step Decisions::decide(const Call& call, std::int32_t step, std::string reason) {
    Step made = about(call, step);
    made.claim = call.placement->claim;
    made.reason = std::move(reason);
    return made;
}

void Decisions::allow_retry(Step& ended, const NodeSettings& settings) {
    const bool is_failure = ended.step == EBRA_STEP_ENDED && ended.outcome == Outcome::kFailed;
    if (is_failure && settings.retry_on.contains(ended.disposition)) {
        ended.flags |= EBRA_ADVANCE_RETRYABLE;
    }
}

TimeMs Decisions::next_look(TimeMs now, TimeMs evidence_at, std::int64_t wait_ms,
                            const NodeSettings& settings) {
    return std::min(now + wait_ms, std::max(now, evidence_at + settings.stale_after_ms));
}

Step Decisions::retry_or_fail(const Call& call, TimeMs now, ErrorClass error_class,
                              std::int64_t retry_after_ms, std::string reason) {
    if (error_class == ErrorClass::kCapacity) {
        Step retry = decide(call, EBRA_STEP_RETRY, std::move(reason));
        retry.due_at = retry_policy_.after_capacity(now, retry_after_ms);
        return retry;
    }
    const auto due_at = retry_policy_.next_run(now, call.attempts, error_class, retry_after_ms);
    Step made = decide(call, due_at ? EBRA_STEP_RETRY : EBRA_STEP_FAIL, std::move(reason));
    made.due_at = due_at.value_or(0);
    return made;
}

}  // namespace ebra
