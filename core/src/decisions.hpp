/// @file
/// Decisions: the steps that follow from evidence about a placement, under the operator's policy. A
/// pure mapping but for the jitter; used by the dialer and the reclaimer alike.
#pragma once

#include "committer.hpp"
#include "retry_policy.hpp"

#include <string>

namespace ebra {

class Decisions {
 public:
    explicit Decisions(RetryPolicy& retry_policy) : retry_policy_(retry_policy) {}

    /// A step about `call`'s placement.
    static Step about(const Call& call, std::int32_t step);

    /// A decision by the holder of `call`'s claim.
    static Step decide(const Call& call, std::int32_t step, std::string reason);

    /// An ENDED that `settings` say is tried again leaves its call undecided instead of failed.
    static void allow_retry(Step& ended, const NodeSettings& settings);

    /// When a placement last heard of at `evidence_at` is looked at next: `wait_ms` from now, but
    /// no later than when patience with it ends.
    static TimeMs next_look(TimeMs now, TimeMs evidence_at, std::int64_t wait_ms,
                            const NodeSettings& settings);

    /// RETRY when the policy allows another attempt, else FAIL. `call.attempts` counts the failed
    /// one, but after a capacity refusal, which burns none.
    Step retry_or_fail(const Call& call, TimeMs now, ErrorClass error_class,
                       std::int64_t retry_after_ms, std::string reason);

 private:
    RetryPolicy& retry_policy_;
};

}  // namespace ebra
