#include "bucket.hpp"

#include <algorithm>

namespace ebra::rules {

namespace {

// grants_per_1000s is grants per million milliseconds: so many millionths of a token each
// millisecond.
std::int64_t earned(const LimitRecord& limit, std::int64_t elapsed_ms, std::int64_t at_most) {
    if (limit.grants_per_1000s <= 0 || at_most <= 0) return 0;
    const std::int64_t full_after_ms = at_most / limit.grants_per_1000s + 1;
    if (elapsed_ms >= full_after_ms) return at_most;
    return std::min(elapsed_ms * limit.grants_per_1000s, at_most);
}

}  // namespace

std::int64_t level_at(const LimitRecord& limit, ebra_time_ms now) {
    const std::int64_t full = limit.burst * kTokenMicro;
    if (now >= limit.refilled_at) {
        return limit.level_micro + earned(limit, now - limit.refilled_at, full - limit.level_micro);
    }
    return limit.level_micro - earned(limit, limit.refilled_at - now, full);
}

ebra_time_ms next_token_at(const LimitRecord& limit, ebra_time_ms now) {
    if (limit.grants_per_1000s <= 0 || limit.burst < 1) return 0;
    const std::int64_t missing = kTokenMicro - level_at(limit, now);
    if (missing <= 0) return now;
    return now + (missing + limit.grants_per_1000s - 1) / limit.grants_per_1000s;
}

void take_token(LimitRecord& limit, ebra_time_ms now) {
    refill(limit, now);
    limit.level_micro -= kTokenMicro;
}

void refill(LimitRecord& limit, ebra_time_ms now) {
    if (now <= limit.refilled_at) return;
    limit.level_micro = level_at(limit, now);
    limit.refilled_at = now;
}

}  // namespace ebra::rules
