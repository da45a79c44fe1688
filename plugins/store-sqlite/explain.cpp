#include "explain.hpp"

#include "error.hpp"
#include "explain_rules.hpp"
#include "limits.hpp"

namespace ebra::sqlite {

namespace {

/// Who has the number: the call on it, or the one that goes before.
std::string number_holder(Session& session, const CallRecord& call) {
    std::int64_t holder = call_on_number(session, call.exclusive_key);
    if (holder == 0) {
        Statement row =
            session.connection.query(Sql::kLineHead, call.exclusive_key, call.lane->number);
        if (row.step()) holder = row.integer(0);
    }
    if (holder == 0 || holder == call.seq) return {};
    const auto found = find_call(session, holder);
    return found ? found->id : std::string();
}

bool has_living_node(Session& session, ebra_time_ms now) {
    Statement row = session.connection.query(Sql::kNodesAlive, now, std::string_view());
    return !row.step() || row.integer(0) > 0;
}

WaitingFacts facts_about(Session& session, const CallRecord& call, ebra_time_ms now) {
    WaitingFacts facts;
    facts.number_holder = number_holder(session, call);
    facts.has_node = has_living_node(session, now);
    LimitBook book(session);
    facts.limits.push_back(book.global());
    for (const std::string& key : call.lane->cap_keys) facts.limits.push_back(book.state(key));
    if (!call.lane->provider.empty()) {
        facts.limits.push_back(book.provider(call.lane->provider));
        return facts;
    }
    for (const LimitState& state : all_limits(session)) {
        if (is_provider_limit(state.limit.key)) facts.providers.push_back(state);
    }
    return facts;
}

}  // namespace

std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now) {
    auto call = find_call(session, id);
    if (!call) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    if (call->status != EBRA_CALL_PENDING) {
        return explain_started(with_latest(session, *std::move(call)));
    }
    return explain_waiting(*call, facts_about(session, *call, now), now);
}

}  // namespace ebra::sqlite
