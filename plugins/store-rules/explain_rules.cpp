#include "explain_rules.hpp"

#include <algorithm>

namespace ebra::rules {

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

/// What a person did is stronger than what a provider said, and that than what is merely full.
int strength(const Reason& reason) {
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
}

std::vector<Reason> closed_among(const std::vector<LimitState>& limits, ebra_time_ms now) {
    std::vector<Reason> reasons;
    for (const LimitState& state : limits) {
        if (state.room(now) == Room::kYes) continue;
        reasons.push_back({why_of(state.room(now)), state.limit.key, state.room_at(now)});
    }
    return reasons;
}

std::vector<Reason> closed_limits(const WaitingFacts& facts, ebra_time_ms now) {
    std::vector<Reason> reasons = closed_among(facts.limits, now);
    const std::vector<Reason> closed = closed_among(facts.providers, now);
    const bool are_all_closed = closed.size() == facts.providers.size();
    if (are_all_closed) reasons.insert(reasons.end(), closed.begin(), closed.end());
    std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& left, const Reason& right) {
        return strength(left) < strength(right);
    });
    return reasons;
}

}  // namespace

std::vector<Reason> explain_waiting(const CallRecord& call, const WaitingFacts& facts,
                                    ebra_time_ms now) {
    std::vector<Reason> reasons;
    if (call.due_at > now) reasons.push_back({EBRA_WHY_BACKOFF, "", call.due_at});
    if (!facts.number_holder.empty()) {
        reasons.push_back({EBRA_WHY_PHONE_BUSY, facts.number_holder, 0});
    }
    const std::vector<Reason> closed = closed_limits(facts, now);
    reasons.insert(reasons.end(), closed.begin(), closed.end());
    if (!facts.has_node) reasons.push_back({EBRA_WHY_NO_NODE, "", 0});
    if (reasons.empty()) reasons.push_back({EBRA_WHY_NEXT, "", 0});
    return reasons;
}

std::vector<Reason> explain_started(const FullCall& full) {
    if (full.call.is_terminal()) return {{EBRA_WHY_TERMINAL, "", 0}};
    if (full.call.undecided) return {{EBRA_WHY_UNDECIDED, "", 0}};
    const bool is_unknown = full.placement && full.placement->state == EBRA_PLACEMENT_UNKNOWN;
    return {{is_unknown ? EBRA_WHY_UNKNOWN : EBRA_WHY_IN_PROGRESS, "", 0}};
}

bool is_provider_limit(const std::string& key) {
    return key.rfind(EBRA_LIMIT_PROVIDER_PREFIX, 0) == 0;
}

}  // namespace ebra::rules
