// claim: the one place where slots, tokens and numbers are taken. All counts are counted from
// records.
#include "memory_store.hpp"

#include <algorithm>

namespace ebra::memory {

using plugin::copy;
using plugin::fail;

namespace {

constexpr std::size_t kPromoteMax = 256;
constexpr std::uint32_t kClaimMax = 1'000;
constexpr std::int64_t kMilliPerToken = 1'000;

bool is_blocked(const LimitRecord& limit, ebra_time_ms now) {
    return limit.is_paused || limit.blocked_until > now;
}

}  // namespace

ebra_status MemoryStore::claim(const ebra_claim_request& request, const ebra_call_sink& sink,
                               ebra_claim_report& report, ebra_error* error) {
    const bool is_sound = request.limit >= 1 && request.limit <= kClaimMax && request.token != 0 &&
                          request.provider_count >= 1;
    if (!is_sound) {
        return fail(error, EBRA_INVALID_ARGUMENT,
                    "a claim needs a limit of 1 to 1000, a token and a provider");
    }
    const std::lock_guard lock(mutex_);
    if (!has_lease(copy(request.node), request.now)) {
        return fail(error, EBRA_STALE, "the node's lease is over");
    }
    std::vector<std::string> providers;
    for (std::size_t n = 0; n < request.provider_count; ++n)
        providers.push_back(copy(request.providers[n]));
    lines_.end_rests(request.now, kPromoteMax);
    lines_.promote(request.now, kPromoteMax);

    std::vector<CallRecord*> claimed;
    std::string provider;
    while (claimed.size() < request.limit) {
        CallRecord* call = next_call(providers, request.now, provider);
        if (call == nullptr) break;
        place(*call, provider, request);
        claimed.push_back(call);
    }
    report.claimed = static_cast<std::uint32_t>(claimed.size());
    report.in_flight = static_cast<std::uint32_t>(in_flight(EBRA_LIMIT_GLOBAL));
    report.next_due_at = lines_.next_due_at();
    report.lease_until = nodes_[copy(request.node)].lease_until;
    report.next_room_at = 0;
    report.stopped_by = claimed.size() == request.limit
                            ? EBRA_CLAIM_STOP_LIMIT
                            : stop_reason(providers, request.now, report.next_room_at);
    for (const CallRecord* call : claimed) {
        show(*call, [&](const ebra_call* shown) { sink.put(sink.context, shown); });
    }
    return EBRA_OK;
}

/// The next call in global order that some named provider has room for, and that provider. Calls
/// past their not_after expire on the way.
CallRecord* MemoryStore::next_call(const std::vector<std::string>& providers, ebra_time_ms now,
                                   std::string& provider) {
    if (!has_room(EBRA_LIMIT_GLOBAL, now)) return nullptr;
    std::vector<std::string> open;
    for (const std::string& name : providers) {
        if (has_room(EBRA_LIMIT_PROVIDER_PREFIX + name, now)) open.push_back(name);
    }
    for (;;) {
        CallRecord* best = nullptr;
        for (const auto& [lane, line] : lines_.ready()) {
            const auto carrier = std::find_if(open.begin(), open.end(), [&](const auto& name) {
                return lane.first.empty() || lane.first == name;
            });
            const bool is_closed = line.empty() || carrier == open.end() ||
                                   !caps_have_room(*line.begin()->second, now);
            if (is_closed) continue;
            if (best != nullptr && Lines::turn_of(*best) < line.begin()->first) continue;
            best = line.begin()->second;
            provider = *carrier;
        }
        const bool is_late = best != nullptr && best->not_after != 0 && best->not_after <= now;
        if (!is_late) return best;
        lines_.leave(*best);
        become_terminal(*best, EBRA_CALL_EXPIRED, now);
        record(*best, EBRA_ENTRY_EXPIRED, 0, now);
    }
}

bool MemoryStore::has_room(const std::string& key, ebra_time_ms now) {
    const auto found = limits_.find(key);
    if (found == limits_.end()) return true;
    LimitRecord& limit = found->second;
    if (is_blocked(limit, now) && !is_planted("forget_pause")) return false;
    if (is_full(limit, key, now)) return false;
    refill(limit, now);
    if (is_planted("forget_rate")) return true;
    return limit.grants_per_1000s < 0 || limit.milli_tokens >= kMilliPerToken;
}

bool MemoryStore::is_full(const LimitRecord& limit, const std::string& key, ebra_time_ms now) {
    if (limit.max_in_flight < 0 || is_planted("cap_ignored")) return false;
    const std::int64_t used =
        is_planted("count_before_lock") ? count_then(key, now) : in_flight(key);
    return used >= limit.max_in_flight;
}

bool MemoryStore::caps_have_room(const CallRecord& call, ebra_time_ms now) {
    return std::all_of(call.cap_keys.begin(), call.cap_keys.end(),
                       [&](const std::string& key) { return has_room(key, now); });
}

std::int64_t MemoryStore::in_flight(const std::string& key) const {
    const auto counts = [&](const CallRecord* call) {
        const PlacementRecord* latest = call->latest();
        if (latest == nullptr || !is_open(*latest)) return false;
        if (is_planted("release_slot_on_unknown") &&
            latest->fields.state == EBRA_PLACEMENT_UNKNOWN) {
            return false;
        }
        if (key == EBRA_LIMIT_GLOBAL) return true;
        if (key == EBRA_LIMIT_PROVIDER_PREFIX + latest->provider) return true;
        return std::find(call->cap_keys.begin(), call->cap_keys.end(), key) != call->cap_keys.end();
    };
    return std::count_if(in_progress_.begin(), in_progress_.end(), counts);
}

/// A planted fault: the count as it was before others took the lock.
std::int64_t MemoryStore::count_then(const std::string& key, ebra_time_ms now) {
    constexpr ebra_time_ms kLockWaitMs = 20;
    auto& [counted_at, count] = stale_counts_[key];
    if (counted_at + kLockWaitMs < now) counted_at = now, count = in_flight(key);
    return count;
}

/// grants_per_1000s is a rate in thousandths per second, so milliseconds times it are millionths.
void MemoryStore::refill(LimitRecord& limit, ebra_time_ms now) const {
    if (limit.grants_per_1000s < 0 || now <= limit.refilled_at) return;
    const std::int64_t full = limit.burst * kMilliPerToken;
    const std::int64_t gained = (now - limit.refilled_at) * limit.grants_per_1000s / 1'000;
    if (gained == 0) return;
    limit.milli_tokens = std::min(full, limit.milli_tokens + gained);
    // What was too little for a whole thousandth stays to be gained.
    const std::int64_t used_ms =
        (gained * 1'000 + limit.grants_per_1000s - 1) / limit.grants_per_1000s;
    limit.refilled_at =
        limit.milli_tokens == full ? now : std::min(now, limit.refilled_at + used_ms);
}

/// When a limit without a token has one again; 0 when it never has.
ebra_time_ms MemoryStore::next_token_at(const LimitRecord& limit) {
    if (limit.grants_per_1000s <= 0) return 0;
    const std::int64_t missing = kMilliPerToken - limit.milli_tokens;
    return limit.refilled_at +
           (missing * 1'000 + limit.grants_per_1000s - 1) / limit.grants_per_1000s;
}

void MemoryStore::take_token(const std::string& key, ebra_time_ms now) {
    const auto found = limits_.find(key);
    if (found == limits_.end() || found->second.grants_per_1000s < 0) return;
    refill(found->second, now);
    found->second.milli_tokens -= kMilliPerToken;
}

void MemoryStore::place(CallRecord& call, const std::string& provider,
                        const ebra_claim_request& request) {
    lines_.start(call);
    if (is_planted("forget_phone_rule")) lines_.free_number(call);
    take_token(EBRA_LIMIT_GLOBAL, request.now);
    take_token(EBRA_LIMIT_PROVIDER_PREFIX + provider, request.now);
    for (const std::string& key : call.cap_keys) take_token(key, request.now);
    PlacementRecord& placement = call.placements.emplace_back();
    placement.provider = provider;
    placement.exclusive_key = call.exclusive_key;
    placement.node = copy(request.node);
    placement.fields.number = static_cast<std::uint32_t>(call.placements.size());
    placement.fields.state = EBRA_PLACEMENT_CLAIMED;
    placement.fields.counted = 1;
    placement.fields.claim = request.token;
    placement.fields.claimed_at = placement.fields.evidence_at = request.now;
    placement.fields.duration_ms = placement.fields.cost_micros = -1;
    call.state.status = EBRA_CALL_IN_PROGRESS;
    call.state.placements = placement.fields.number;
    ++call.state.attempts;
    call.state.started_at = call.state.updated_at = request.now;
    call.state.next_run_at = 0;
    in_progress_.insert(&call);
    record(call, EBRA_ENTRY_CLAIMED, placement.fields.number, request.now).detail = provider;
}

std::int32_t MemoryStore::stop_reason(const std::vector<std::string>& providers, ebra_time_ms now,
                                      ebra_time_ms& room_at) {
    const auto note = [&](const std::string& key) {
        const auto found = limits_.find(key);
        if (found == limits_.end()) return false;
        const LimitRecord& limit = found->second;
        // Only what time alone brings back is a time to come again: not a slot, nor an operator.
        const bool lacks_token = limit.grants_per_1000s >= 0 && !is_blocked(limit, now) &&
                                 !is_full(limit, key, now) && limit.milli_tokens < kMilliPerToken;
        ebra_time_ms at = lacks_token ? next_token_at(limit) : 0;
        if (!limit.is_paused && limit.blocked_until > now) at = limit.blocked_until;
        if (at > 0) room_at = room_at == 0 ? at : std::min(room_at, at);
        return lacks_token;
    };
    if (!has_room(EBRA_LIMIT_GLOBAL, now)) {
        return note(EBRA_LIMIT_GLOBAL) ? EBRA_CLAIM_STOP_RATE : EBRA_CLAIM_STOP_GLOBAL;
    }
    bool has_any_room = false;
    bool lacks_tokens = false;
    for (const std::string& name : providers) {
        const std::string key = EBRA_LIMIT_PROVIDER_PREFIX + name;
        if (has_room(key, now))
            has_any_room = true;
        else
            lacks_tokens |= note(key);
    }
    if (has_any_room) return EBRA_CLAIM_STOP_EMPTY;
    return lacks_tokens ? EBRA_CLAIM_STOP_RATE : EBRA_CLAIM_STOP_PROVIDER;
}

}  // namespace ebra::memory
