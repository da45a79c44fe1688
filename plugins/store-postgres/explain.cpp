#include "explain.hpp"

#include "error.hpp"
#include "limits.hpp"
#include "queries.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ebra::postgres {

namespace {

std::int32_t why_of(Room room) {
    switch (room) {
        case Room::kPaused:
            return EBRA_WHY_PAUSED;
        case Room::kBlocked:
            return EBRA_WHY_BLOCKED;
        case Room::kFull:
            return EBRA_WHY_CAP;
        case Room::kNoToken:
            return EBRA_WHY_RATE;
        case Room::kYes:
            return EBRA_WHY_NEXT;
    }
    return EBRA_WHY_NEXT;
}

Reason limit_reason(const LimitState& state, ebra_time_ms now) {
    return {why_of(state.room(now)), state.limit.key, state.room_at(now)};
}

/// Who has the number: the call on it, or the one that goes before.
std::string number_holder(Session& session, const CallRecord& call) {
    const Rows rows = session.db.query(Sql::kNumberHolder, call.exclusive_key, call.lane->number);
    std::string holder = rows.at(0).text(0);
    return holder == call.id ? std::string() : holder;
}

void add_number(Session& session, const CallRecord& call, std::vector<Reason>& reasons) {
    const std::string holder = number_holder(session, call);
    if (!holder.empty()) reasons.push_back({EBRA_WHY_PHONE_BUSY, holder, 0});
}

using Limits = std::map<std::string, LimitState>;

void add_limit(const LimitState& state, ebra_time_ms now, std::vector<Reason>& reasons) {
    if (state.room(now) != Room::kYes) reasons.push_back(limit_reason(state, now));
}

/// A call that any provider may carry is held by them only when all are closed.
void add_providers(Session& session, const CallRecord& call, const Limits& limits, ebra_time_ms now,
                   std::vector<Reason>& reasons) {
    const std::string prefix = EBRA_LIMIT_PROVIDER_PREFIX;
    if (!call.lane->provider.empty()) {
        add_limit(limits.at(prefix + call.lane->provider), now, reasons);
        return;
    }
    std::vector<Reason> closed;
    bool is_one_open = false;
    for (const LimitState& state : all_limits(session)) {
        if (state.limit.key.rfind(prefix, 0) != 0) continue;
        is_one_open |= state.room(now) == Room::kYes;
        closed.push_back(limit_reason(state, now));
    }
    if (!is_one_open) reasons.insert(reasons.end(), closed.begin(), closed.end());
}

void add_limits(Session& session, const CallRecord& call, ebra_time_ms now,
                std::vector<Reason>& reasons) {
    std::set<std::string> keys = {EBRA_LIMIT_GLOBAL,
                                  EBRA_LIMIT_PROVIDER_PREFIX + call.lane->provider};
    keys.insert(call.lane->cap_keys.begin(), call.lane->cap_keys.end());
    const Limits limits = read_limits(session, keys);
    std::vector<Reason> found;
    add_limit(limits.at(EBRA_LIMIT_GLOBAL), now, found);
    for (const std::string& key : call.lane->cap_keys) add_limit(limits.at(key), now, found);
    add_providers(session, call, limits, now, found);
    // What a person did is stronger than what a provider said, and that than what is merely full.
    const auto strength = [](const Reason& reason) {
        switch (reason.why) {
            case EBRA_WHY_PAUSED:
                return 0;
            case EBRA_WHY_BLOCKED:
                return 1;
            case EBRA_WHY_CAP:
                return 2;
            default:
                return 3;
        }
    };
    std::stable_sort(found.begin(), found.end(), [&](const Reason& left, const Reason& right) {
        return strength(left) < strength(right);
    });
    reasons.insert(reasons.end(), found.begin(), found.end());
}

void add_nodes(Session& session, ebra_time_ms now, std::vector<Reason>& reasons) {
    const Rows alive = session.db.query(Sql::kNodesAlive, now, std::string());
    if (alive.at(0).integer(0) == 0) reasons.push_back({EBRA_WHY_NO_NODE, "", 0});
}

std::vector<Reason> explain_pending(Session& session, const CallRecord& call, ebra_time_ms now) {
    std::vector<Reason> reasons;
    if (call.due_at > now) reasons.push_back({EBRA_WHY_BACKOFF, "", call.due_at});
    add_number(session, call, reasons);
    add_limits(session, call, now, reasons);
    add_nodes(session, now, reasons);
    if (reasons.empty()) reasons.push_back({EBRA_WHY_NEXT, "", 0});
    return reasons;
}

std::vector<Reason> explain_in_progress(const FullCall& full) {
    if (full.call.undecided) return {{EBRA_WHY_UNDECIDED, "", 0}};
    const bool is_unknown = full.placement && full.placement->state == EBRA_PLACEMENT_UNKNOWN;
    return {{is_unknown ? EBRA_WHY_UNKNOWN : EBRA_WHY_IN_PROGRESS, "", 0}};
}

}  // namespace

std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now) {
    const std::optional<FullCall> full = find_call(session, id);
    if (!full) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    if (full->call.is_terminal()) return {{EBRA_WHY_TERMINAL, "", 0}};
    if (full->call.status == EBRA_CALL_IN_PROGRESS) return explain_in_progress(*full);
    return explain_pending(session, full->call, now);
}

}  // namespace ebra::postgres
