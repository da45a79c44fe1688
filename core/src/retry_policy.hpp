/// @file
/// When a call that failed is tried again, and when it is not. A pure function of its inputs.
#pragma once

#include "clock.hpp"
#include "node_settings.hpp"
#include "random.hpp"

#include "ebra/call.hpp"

#include <cstdint>
#include <optional>

namespace ebra {

class RetryPolicy {
 public:
    RetryPolicy(const NodeSettings& settings, Random& random)
        : settings_(settings), random_(random) {}

    /// When to run again after a failure that counted, or nothing when `attempts` has reached the
    /// limit or `error_class` says that trying again will not help. `attempts` >= 1 counts the
    /// failed one. A `retry_after_ms` that is longer than the backoff wins.
    std::optional<TimeMs> next_run(TimeMs now, std::uint32_t attempts, ErrorClass error_class,
                                   std::int64_t retry_after_ms = 0);

    /// When to run again after "no capacity", which burns no attempt.
    TimeMs after_capacity(TimeMs now, std::int64_t retry_after_ms);

    /// The backoff after the n-th failure, without jitter.
    std::int64_t backoff_ms(std::uint32_t attempts) const;

 private:
    std::int64_t with_jitter(std::int64_t delay_ms);

    const NodeSettings& settings_;
    Random& random_;
};

}  // namespace ebra
