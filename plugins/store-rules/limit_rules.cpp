#include "limit_rules.hpp"

#include "store_error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::rules {

namespace {

void set_rate(LimitRecord& record, const ebra_limit& limit, ebra_time_ms now) {
    if (limit.grants_per_1000s > kGrantsPer1000sMax || limit.burst > kBurstMax) {
        throw invalid("the rate or burst of limit " + record.key +
                      " is too large; a burst is at most 10^9, a rate 10^12 per 1000 s");
    }
    if (limit.grants_per_1000s > 0 && limit.burst < 1) {
        throw invalid("limit " + record.key + " has a rate but no burst; set burst to 1 or more");
    }
    const bool had_rate = record.grants_per_1000s >= 0;
    refill(record, now);
    record.grants_per_1000s = std::max<std::int64_t>(limit.grants_per_1000s, -1);
    record.burst = std::max<std::int64_t>(limit.burst, 0);
    const std::int64_t full = record.burst * kTokenMicro;
    record.level_micro = had_rate ? std::min(record.level_micro, full) : full;
    record.refilled_at = std::max(record.refilled_at, now);
}

void set_blocked(LimitRecord& record, const ebra_limit& limit) {
    const bool may_shorten = (limit.mask & EBRA_LIMIT_UNBLOCK) != 0;
    if (!may_shorten && limit.blocked_until < record.blocked_until) return;
    record.blocked_until = limit.blocked_until;
    record.note = plugin::copy(limit.note);
}

}  // namespace

Room LimitState::room(ebra_time_ms now) const {
    if (limit.paused) return Room::kPaused;
    if (limit.blocked_until > now) return Room::kBlocked;
    if (limit.max_in_flight >= 0 && in_flight >= limit.max_in_flight) return Room::kFull;
    if (limit.grants_per_1000s >= 0 && level_at(limit, now) < kTokenMicro) return Room::kNoToken;
    return Room::kYes;
}

ebra_time_ms LimitState::room_at(ebra_time_ms now) const {
    switch (room(now)) {
        case Room::kBlocked:
            return limit.blocked_until;
        case Room::kNoToken:
            return next_token_at(limit, now);
        default:
            return 0;
    }
}

void change_limit(LimitRecord& record, const ebra_limit& limit, ebra_time_ms now) {
    if (record.key.empty()) {
        throw invalid("a limit needs a key: \"global\", \"provider:NAME\" or a cap key");
    }
    if (limit.mask & EBRA_LIMIT_SET_MAX) {
        record.max_in_flight = std::max<std::int64_t>(limit.max_in_flight, -1);
    }
    if (limit.mask & EBRA_LIMIT_SET_RATE) set_rate(record, limit, now);
    if (limit.mask & EBRA_LIMIT_SET_PAUSED) {
        record.paused = limit.paused != 0;
        if (limit.note.size > 0) record.note = plugin::copy(limit.note);
    }
    if (limit.mask & EBRA_LIMIT_SET_BLOCKED) set_blocked(record, limit);
}

}  // namespace ebra::rules
