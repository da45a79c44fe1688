#include "store_clock.hpp"

#include "mutants.hpp"

#include <algorithm>
#include <string>

namespace ebra {

Status StoreClock::sync(Store& store) {
    const MonotonicNs asked = clock_.monotonic_ns();
    Result<TimeMs> answer = store.now();
    if (!answer) return std::move(answer).error();
    const MonotonicNs arrived = clock_.monotonic_ns();
    const std::uint64_t took_ms = (arrived - asked) / kNsPerMs;
    if (took_ms > static_cast<std::uint64_t>(kAnswerMsMax)) {
        return Error{ErrorCode::kTimeout, "the store took " + std::to_string(took_ms) +
                                              " ms to say what time it is; the limit is " +
                                              std::to_string(kAnswerMsMax) + " ms"};
    }
    const std::lock_guard lock(mutex_);
    base_ms_ = answer.value();
    base_ns_ = arrived;
    return Done{};
}

TimeMs StoreClock::now() const {
    if (is_planted(Mutant::kTrustOwnClock)) return clock_.wall_ms();
    const MonotonicNs instant = clock_.monotonic_ns();
    const std::lock_guard lock(mutex_);
    const std::uint64_t elapsed_ns = instant > base_ns_ ? instant - base_ns_ : 0;
    latest_ms_ = std::max(latest_ms_, base_ms_ + static_cast<TimeMs>(elapsed_ns / kNsPerMs));
    return latest_ms_;
}

MonotonicNs StoreClock::monotonic_at(TimeMs time) const {
    const std::lock_guard lock(mutex_);
    const std::int64_t offset_ms = time - base_ms_;
    if (offset_ms < 0) {
        const std::uint64_t back = static_cast<std::uint64_t>(-offset_ms) * kNsPerMs;
        return back < base_ns_ ? base_ns_ - back : 0;
    }
    return base_ns_ + static_cast<std::uint64_t>(offset_ms) * kNsPerMs;
}

}  // namespace ebra
