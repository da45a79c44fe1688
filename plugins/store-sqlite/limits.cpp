#include "limits.hpp"

#include "bucket.hpp"
#include "error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {

LimitRecord read_limit(const Statement& row) {
    LimitRecord limit;
    limit.key = row.text(0);
    limit.max_in_flight = row.integer(1);
    limit.grants_per_1000s = row.integer(2);
    limit.burst = row.integer(3);
    limit.paused = row.integer(4) != 0;
    limit.blocked_until = row.integer(5);
    limit.note = row.text(6);
    limit.level_micro = row.integer(7);
    limit.refilled_at = row.integer(8);
    return limit;
}

LimitRecord find_limit(Session& session, const std::string& key) {
    Statement row = session.connection.query(Sql::kLimitByKey, key);
    if (row.step()) return read_limit(row);
    LimitRecord none;
    none.key = key;
    return none;
}

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

OpenCounts count_open(Session& session) {
    OpenCounts counts;
    Statement row = session.connection.query(Sql::kOpenByProvider);
    while (row.step()) {
        counts.total += row.integer(2);
        counts.by_provider[std::string(row.text(0))] += row.integer(2);
        counts.by_state[row.number<std::int32_t>(1)] += row.integer(2);
    }
    return counts;
}

LimitBook::LimitBook(Session& session) : session_(session), open_(count_open(session)) {}

LimitState& LimitBook::state(const std::string& key) {
    const auto known = states_.find(key);
    if (known != states_.end()) return known->second;
    LimitState made{find_limit(session_, key), 0};
    made.in_flight = count_in_flight(key);
    return states_.emplace(key, std::move(made)).first->second;
}

void LimitBook::take(const std::string& key, ebra_time_ms now) {
    LimitState& taken = state(key);
    ++taken.in_flight;
    if (taken.limit.grants_per_1000s < 0) return;
    take_token(taken.limit, now);
    is_taken_from_[key] = true;
}

void LimitBook::save(Transaction& transaction) {
    for (const auto& [key, is_taken] : is_taken_from_) {
        const LimitRecord& limit = state(key).limit;
        transaction.db().run(Sql::kLimitTake, key, limit.level_micro, limit.refilled_at);
    }
}

std::int64_t LimitBook::count_in_flight(const std::string& key) {
    if (key == EBRA_LIMIT_GLOBAL) return open_.total;
    const std::string_view prefix = EBRA_LIMIT_PROVIDER_PREFIX;
    if (key.rfind(prefix, 0) == 0) {
        const auto found = open_.by_provider.find(std::string_view(key).substr(prefix.size()));
        return found == open_.by_provider.end() ? 0 : found->second;
    }
    Statement row = session_.connection.query(Sql::kOpenByCapKey, key);
    return row.step() ? row.integer(0) : 0;
}

void set_limit(Transaction& transaction, const ebra_limit& limit, ebra_time_ms now) {
    const std::string key = plugin::copy(limit.key);
    if (key.empty())
        throw invalid("a limit needs a key: \"global\", \"provider:NAME\" or a cap key");
    LimitRecord record = find_limit(transaction.session(), key);
    if (limit.mask & EBRA_LIMIT_SET_MAX) {
        record.max_in_flight = std::max<std::int64_t>(limit.max_in_flight, -1);
    }
    if (limit.mask & EBRA_LIMIT_SET_RATE) set_rate(record, limit, now);
    if (limit.mask & EBRA_LIMIT_SET_PAUSED) {
        record.paused = limit.paused != 0;
        if (limit.note.size > 0) record.note = plugin::copy(limit.note);
    }
    if (limit.mask & EBRA_LIMIT_SET_BLOCKED) set_blocked(record, limit);
    transaction.db().run(Sql::kLimitSave, record.key, record.max_in_flight, record.grants_per_1000s,
                         record.burst, record.paused, record.blocked_until, record.note,
                         record.level_micro, record.refilled_at);
}

std::vector<LimitState> all_limits(Session& session) {
    std::vector<std::string> keys;
    {
        Statement row = session.connection.query(Sql::kLimitsAll);
        while (row.step()) keys.emplace_back(row.text(0));
    }
    LimitBook book(session);
    std::vector<LimitState> limits;
    for (const std::string& key : keys) limits.push_back(book.state(key));
    return limits;
}

}  // namespace ebra::sqlite
