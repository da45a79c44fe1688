#include "store_model.hpp"

#include <algorithm>
#include <tuple>

namespace ebra::conformance {

void StoreModel::enqueue(const NewCall& spec, ebra_time_ms now) {
    Call call;
    call.spec = spec;
    call.age = calls_.size();
    call.due_at = std::max(now, spec.not_before);
    calls_.push_back(call);
}

std::vector<std::string> StoreModel::claim(const std::vector<std::string>& providers,
                                           std::uint32_t limit, std::uint64_t token,
                                           ebra_time_ms now) {
    std::vector<Call*> order;
    for (Call& call : calls_) {
        if (call.status == EBRA_CALL_PENDING && call.due_at <= now) order.push_back(&call);
    }
    std::sort(order.begin(), order.end(), [](const Call* left, const Call* right) {
        return std::tuple(-left->spec.priority, left->due_at, left->age) <
               std::tuple(-right->spec.priority, right->due_at, right->age);
    });
    std::vector<std::string> taken;
    for (Call* call : order) {
        if (taken.size() >= limit) break;
        if (call->spec.not_after > 0 && call->spec.not_after <= now) continue;
        const std::string provider = provider_for(*call, providers);
        if (provider.empty()) continue;
        call->status = EBRA_CALL_IN_PROGRESS;
        call->open = Open::kClaimed;
        call->provider = provider;
        call->token = token;
        ++call->attempts;
        ++call->placements;
        taken.push_back(call->spec.id + "@" + provider);
    }
    return taken;
}

void StoreModel::end(Call& call, std::int32_t status) {
    call.status = status;
    call.open = Open::kNo;
    call.is_undecided = false;
}

void StoreModel::leave_undecided(Call& call, bool gives_attempt_back) {
    call.open = Open::kNo;
    call.is_undecided = true;
    if (gives_attempt_back) --call.attempts;
}

void StoreModel::make_pending(Call& call, ebra_time_ms due_at) {
    call.status = EBRA_CALL_PENDING;
    call.is_undecided = false;
    call.open = Open::kNo;
    call.due_at = due_at;
}

void StoreModel::release(Call& call, ebra_time_ms due_at) {
    --call.attempts;
    make_pending(call, due_at);
}

std::string StoreModel::provider_for(const Call& call,
                                     const std::vector<std::string>& providers) const {
    if (is_busy(call.spec.to) || is_full("global")) return {};
    for (const std::string& key : call.spec.cap_keys) {
        if (is_full(key)) return {};
    }
    for (const std::string& name : providers) {
        const bool may_carry = call.spec.provider.empty() || call.spec.provider == name;
        if (may_carry && !is_full("provider:" + name)) return name;
    }
    return {};
}

bool StoreModel::is_busy(const std::string& number) const {
    return std::any_of(calls_.begin(), calls_.end(), [&](const Call& call) {
        return call.open != Open::kNo && call.spec.to == number;
    });
}

bool StoreModel::is_full(const std::string& key) const {
    const auto limit = limits_.find(key);
    if (limit == limits_.end()) return false;
    const auto count = std::count_if(calls_.begin(), calls_.end(), [&](const Call& call) {
        if (call.open == Open::kNo) return false;
        const auto& keys = call.spec.cap_keys;
        return key == "global" || key == "provider:" + call.provider ||
               std::find(keys.begin(), keys.end(), key) != keys.end();
    });
    return count >= limit->second;
}

std::string StoreModel::difference(const Call& call, const SeenCall& seen) {
    const auto differs = [&](const char* what, std::int64_t is, std::int64_t must) {
        return call.spec.id + ": " + what + " is " + std::to_string(is) + ", must be " +
               std::to_string(must);
    };
    const bool has_expired = call.status == EBRA_CALL_PENDING && seen.status == EBRA_CALL_EXPIRED &&
                             call.spec.not_after > 0;
    if (has_expired) return {};
    if (seen.status != call.status) return differs("status", seen.status, call.status);
    if (seen.attempts != call.attempts) return differs("attempts", seen.attempts, call.attempts);
    if (seen.placements != call.placements) {
        return differs("placements", seen.placements, call.placements);
    }
    if (seen.undecided != call.is_undecided) {
        return differs("undecided", seen.undecided, call.is_undecided);
    }
    if (seen.to != call.spec.to) return call.spec.id + ": its number is " + seen.to;
    if (call.status == EBRA_CALL_PENDING && seen.next_run_at != call.due_at) {
        return differs("next_run_at", seen.next_run_at, call.due_at);
    }
    if (call.open == Open::kNo) return {};
    const std::int32_t state = call.open == Open::kClaimed  ? EBRA_PLACEMENT_CLAIMED
                               : call.open == Open::kPlaced ? EBRA_PLACEMENT_PLACED
                                                            : EBRA_PLACEMENT_UNKNOWN;
    if (seen.state != state) return differs("placement.state", seen.state, state);
    if (seen.provider != call.provider) return call.spec.id + ": provider is " + seen.provider;
    return {};
}

}  // namespace ebra::conformance
