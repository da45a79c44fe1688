#include "explain.hpp"

#include "error.hpp"
#include "limits.hpp"

#include <algorithm>

namespace ebra::sqlite {

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

/// Who has the number: the call in the call, or the one that goes before.
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

void add_number(Session& session, const CallRecord& call, std::vector<Reason>& reasons) {
    const std::string holder = number_holder(session, call);
    if (!holder.empty()) reasons.push_back({EBRA_WHY_PHONE_BUSY, holder, 0});
}

void add_limit(LimitBook& book, const std::string& key, ebra_time_ms now,
               std::vector<Reason>& reasons) {
    const LimitState& state = book.state(key);
    if (state.room(now) != Room::kYes) reasons.push_back(limit_reason(state, now));
}

/// A call that any provider may carry is held by them only when all are closed.
void add_providers(Session& session, const CallRecord& call, LimitBook& book, ebra_time_ms now,
                   std::vector<Reason>& reasons) {
    const std::string prefix = EBRA_LIMIT_PROVIDER_PREFIX;
    if (!call.lane->provider.empty()) {
        add_limit(book, prefix + call.lane->provider, now, reasons);
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
    LimitBook book(session);
    std::vector<Reason> found;
    add_limit(book, EBRA_LIMIT_GLOBAL, now, found);
    for (const std::string& key : call.lane->cap_keys) add_limit(book, key, now, found);
    add_providers(session, call, book, now, found);
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
    Statement row = session.connection.query(Sql::kNodesAlive, now, std::string_view());
    if (row.step() && row.integer(0) == 0) reasons.push_back({EBRA_WHY_NO_NODE, "", 0});
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

std::vector<Reason> explain_in_progress(Session& session, const CallRecord& call) {
    if (call.undecided) return {{EBRA_WHY_UNDECIDED, "", 0}};
    const auto placement = find_placement(session, call.seq, call.placements);
    const bool is_unknown = placement && placement->state == EBRA_PLACEMENT_UNKNOWN;
    return {{is_unknown ? EBRA_WHY_UNKNOWN : EBRA_WHY_IN_PROGRESS, "", 0}};
}

}  // namespace

std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now) {
    const auto call = find_call(session, id);
    if (!call) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    if (call->is_terminal()) return {{EBRA_WHY_TERMINAL, "", 0}};
    if (call->status == EBRA_CALL_IN_PROGRESS) return explain_in_progress(session, *call);
    return explain_pending(session, *call, now);
}

}  // namespace ebra::sqlite
