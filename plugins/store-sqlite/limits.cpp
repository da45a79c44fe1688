#include "limits.hpp"

#include "bucket.hpp"
#include "error.hpp"

#include "ebra/plugin.hpp"

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

}  // namespace

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
    LimitRecord record = find_limit(transaction.session(), key);
    change_limit(record, limit, now);
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
