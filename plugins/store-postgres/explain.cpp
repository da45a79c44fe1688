#include "explain.hpp"

#include "error.hpp"
#include "explain_rules.hpp"
#include "limits.hpp"
#include "queries.hpp"

#include <map>
#include <set>

namespace ebra::postgres {

namespace {

/// Who has the number: the call on it, or the one that goes before.
std::string number_holder(Session& session, const CallRecord& call) {
    const Rows rows = session.db.query(Sql::kNumberHolder, call.exclusive_key, call.lane->number);
    std::string holder = rows.at(0).text(0);
    return holder == call.id ? std::string() : holder;
}

bool has_living_node(Session& session, ebra_time_ms now) {
    return session.db.query(Sql::kNodesAlive, now, std::string()).at(0).integer(0) > 0;
}

WaitingFacts facts_about(Session& session, const CallRecord& call, ebra_time_ms now) {
    const std::string pinned_to = EBRA_LIMIT_PROVIDER_PREFIX + call.lane->provider;
    std::set<std::string> keys = {EBRA_LIMIT_GLOBAL, pinned_to};
    keys.insert(call.lane->cap_keys.begin(), call.lane->cap_keys.end());
    const auto limits = read_limits(session, keys);
    WaitingFacts facts;
    facts.number_holder = number_holder(session, call);
    facts.has_node = has_living_node(session, now);
    facts.limits.push_back(limits.at(EBRA_LIMIT_GLOBAL));
    for (const std::string& key : call.lane->cap_keys) facts.limits.push_back(limits.at(key));
    if (!call.lane->provider.empty()) {
        facts.limits.push_back(limits.at(pinned_to));
        return facts;
    }
    for (const LimitState& state : all_limits(session)) {
        if (is_provider_limit(state.limit.key)) facts.providers.push_back(state);
    }
    return facts;
}

}  // namespace

std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now) {
    const std::optional<FullCall> full = find_call(session, id);
    if (!full) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    if (full->call.status != EBRA_CALL_PENDING) return explain_started(*full);
    return explain_waiting(full->call, facts_about(session, full->call, now), now);
}

}  // namespace ebra::postgres
