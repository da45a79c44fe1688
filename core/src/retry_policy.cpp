#include "retry_policy.hpp"

#include <algorithm>

namespace ebra {

namespace {

/// How long a provider that said "no capacity" and nothing else is left alone.
constexpr std::int64_t kCapacityPauseMs = 1'000;

}  // namespace

std::optional<TimeMs> RetryPolicy::next_run(TimeMs now, std::uint32_t attempts,
                                            ErrorClass error_class, std::int64_t retry_after_ms) {
    if (error_class == ErrorClass::kPermanent) return std::nullopt;
    if (attempts >= settings_.max_attempts) return std::nullopt;
    return now + std::max(with_jitter(backoff_ms(attempts)), retry_after_ms);
}

TimeMs RetryPolicy::after_capacity(TimeMs now, std::int64_t retry_after_ms) {
    return now + (retry_after_ms > 0 ? retry_after_ms : kCapacityPauseMs);
}

std::int64_t RetryPolicy::backoff_ms(std::uint32_t attempts) const {
    std::int64_t delay_ms = settings_.base_retry_ms;
    for (std::uint32_t n = 1; n < attempts && delay_ms < settings_.max_retry_ms; ++n) delay_ms *= 2;
    return std::min(delay_ms, settings_.max_retry_ms);
}

std::int64_t RetryPolicy::with_jitter(std::int64_t delay_ms) {
    const auto span = static_cast<std::uint64_t>(delay_ms) * settings_.retry_jitter_percent / 100;
    return delay_ms + static_cast<std::int64_t>(random_.below(span + 1));
}

}  // namespace ebra
