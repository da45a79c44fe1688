#include "limits.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

namespace ebra::postgres {

namespace {

LimitState read_limit(const Row& row) {
    LimitState state;
    state.limit.key = row.text(0);
    state.in_flight = row.integer(9);
    // No row: nothing is limited.
    if (row.is_null(1)) return state;
    state.limit.max_in_flight = row.integer(1);
    state.limit.grants_per_1000s = row.integer(2);
    state.limit.burst = row.integer(3);
    state.limit.paused = row.boolean(4);
    state.limit.blocked_until = row.integer(5);
    state.limit.note = row.text(6);
    state.limit.level_micro = row.integer(7);
    state.limit.refilled_at = row.integer(8);
    return state;
}

void require_texts(const ebra_limit& limit) {
    if (is_storable(plugin::view(limit.key)) && is_storable(plugin::view(limit.note))) return;
    throw invalid("a limit's key and note must be UTF-8 without NUL");
}

}  // namespace

Connection::Call ask_limits(const std::set<std::string>& keys) {
    ArrayLiteral asked;
    for (const std::string& key : keys) asked.add(key);
    return Connection::Call(Sql::kLimitsByKeys, asked.text());
}

LimitStates limits_of(const Rows& rows) {
    LimitStates states;
    rows.each([&](const Row& row) {
        LimitState state = read_limit(row);
        states.emplace(state.limit.key, std::move(state));
    });
    return states;
}

LimitStates read_limits(Session& session, const std::set<std::string>& keys) {
    return limits_of(session.db.query(ask_limits(keys)));
}

std::vector<LimitState> all_limits(Session& session) {
    std::set<std::string> keys;
    session.db.query(Sql::kLimitsKeys).each([&](const Row& row) { keys.insert(row.text(0)); });
    std::vector<LimitState> limits;
    for (auto& [key, state] : read_limits(session, keys)) limits.push_back(std::move(state));
    return limits;
}

void set_limits(Session& session, const ebra_limit* const* limits, std::size_t count,
                ebra_time_ms now) {
    std::set<std::string> keys;
    for (std::size_t i = 0; i < count; ++i) {
        require_texts(*limits[i]);
        keys.insert(plugin::copy(limits[i]->key));
    }
    auto states = read_limits(session, keys);
    for (std::size_t i = 0; i < count; ++i) {
        change_limit(states.at(plugin::copy(limits[i]->key)).limit, *limits[i], now);
    }
    ArrayLiteral rows;
    for (const auto& [key, state] : states) rows.add(to_literal(state.limit));
    session.db.query(Sql::kLimitsSave, rows.text());
}

void LimitBook::take(const std::string& key, ebra_time_ms now) {
    LimitState& taken = states_.at(key);
    ++taken.in_flight;
    if (taken.limit.grants_per_1000s < 0) return;
    take_token(taken.limit, now);
    taken_from_.insert(key);
}

std::string LimitBook::buckets() const {
    ArrayLiteral rows;
    for (const std::string& key : taken_from_) rows.add(to_literal(states_.at(key).limit));
    return rows.text();
}

}  // namespace ebra::postgres
