// Everything that only looks: calls, limits, counts, reasons, history, outbox, and the self-check.
#include "memory_store.hpp"

#include <algorithm>

namespace ebra::memory {

using plugin::copy;

ebra_status MemoryStore::get(std::span<const ebra_str> ids, const ebra_call_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (const ebra_str id : ids) {
        const CallRecord* call = find_call(copy(id));
        if (call != nullptr)
            show(*call, [&](const ebra_call* shown) { sink.put(sink.context, shown); });
    }
    return EBRA_OK;
}

ebra_status MemoryStore::find(const ebra_find_request& request, const ebra_call_sink& sink) {
    const std::lock_guard lock(mutex_);
    std::vector<const CallRecord*> found;
    const std::string provider = copy(request.provider);
    const std::string value = copy(request.value);
    if (request.by == EBRA_FIND_PROVIDER_CALL_ID) {
        for (const auto& [key, owner] : by_provider_id_) {
            if (key.second == value && (provider.empty() || key.first == provider)) {
                found.push_back(owner.first);
            }
        }
    } else if (request.by == EBRA_FIND_IDEMPOTENCY_KEY) {
        const auto call = by_idempotency_key_.find({provider, value});
        if (call != by_idempotency_key_.end()) found.push_back(call->second);
    } else if (request.by == EBRA_FIND_CLAIM) {
        for (const auto& call : calls_) {
            const PlacementRecord* latest = call->latest();
            if (latest != nullptr && latest->fields.claim == request.claim)
                found.push_back(call.get());
        }
    } else {
        return EBRA_INVALID_ARGUMENT;
    }
    for (const CallRecord* call : found) {
        show(*call, [&](const ebra_call* shown) { sink.put(sink.context, shown); });
    }
    return EBRA_OK;
}

ebra_status MemoryStore::list(const ebra_list_request& request, const ebra_call_sink& sink) {
    const std::lock_guard lock(mutex_);
    std::uint64_t skipped = 0;
    std::uint64_t given = 0;
    for (const auto& call : calls_) {
        if (given == request.limit) break;
        if (request.status != 0 && call->state.status != request.status) continue;
        if (skipped++ < request.offset) continue;
        ++given;
        show(*call, [&](const ebra_call* shown) { sink.put(sink.context, shown); });
    }
    return EBRA_OK;
}

ebra_status MemoryStore::limits_get(const ebra_limit_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, limit] : limits_) {
        auto shown = plugin::sized<ebra_limit>();
        shown.key = plugin::str(key);
        shown.max_in_flight = limit.max_in_flight;
        shown.grants_per_1000s = limit.grants_per_1000s;
        shown.burst = limit.burst;
        shown.in_flight = in_flight(key);
        shown.paused = limit.is_paused ? 1 : 0;
        shown.blocked_until = limit.blocked_until;
        shown.note = plugin::str(limit.note);
        sink.put(sink.context, &shown);
    }
    return EBRA_OK;
}

ebra_status MemoryStore::counts(ebra_counts& out) {
    const std::lock_guard lock(mutex_);
    const std::uint32_t size = out.struct_size;
    out = ebra_counts{};
    out.struct_size = size;
    std::int64_t* const by_status[] = {nullptr,     &out.pending,  &out.in_progress, &out.completed,
                                       &out.failed, &out.canceled, &out.expired};
    std::int64_t* const by_state[] = {nullptr, &out.claimed, &out.placed, &out.unknown};
    for (const auto& call : calls_) {
        ++*by_status[call->state.status];
        if (call->state.undecided != 0) ++out.undecided;
        const PlacementRecord* latest = call->latest();
        if (latest != nullptr && is_open(*latest)) ++*by_state[latest->fields.state];
        const bool waits =
            call->state.status == EBRA_CALL_PENDING && call->hold != Hold::kScheduled;
        const bool is_older = out.oldest_due_at == 0 || call->state.next_run_at < out.oldest_due_at;
        if (waits && is_older) out.oldest_due_at = call->state.next_run_at;
    }
    out.parked = static_cast<std::int64_t>(lines_.parked());
    out.kept = static_cast<std::int64_t>(kept_count_);
    out.owed = static_cast<std::int64_t>(outbox_.size());
    out.contradictions = contradictions_;
    return EBRA_OK;
}

ebra_status MemoryStore::explain(ebra_time_ms now, const std::string& id,
                                 const ebra_reason_sink& sink) {
    const std::lock_guard lock(mutex_);
    CallRecord* call = find_call(id);
    if (call == nullptr) return EBRA_NOT_FOUND;
    const auto put = [&](std::int32_t why, const std::string& subject = {},
                         ebra_time_ms until = 0) {
        auto reason = plugin::sized<ebra_reason>();
        reason.why = why;
        reason.subject = plugin::str(subject);
        reason.until = until;
        sink.put(sink.context, &reason);
    };
    if (is_terminal(*call)) return put(EBRA_WHY_TERMINAL), EBRA_OK;
    if (call->state.undecided != 0) return put(EBRA_WHY_UNDECIDED), EBRA_OK;
    if (call->state.status == EBRA_CALL_IN_PROGRESS) {
        const bool is_unknown = call->latest()->fields.state == EBRA_PLACEMENT_UNKNOWN;
        return put(is_unknown ? EBRA_WHY_UNKNOWN : EBRA_WHY_IN_PROGRESS), EBRA_OK;
    }
    if (call->state.next_run_at > now) put(EBRA_WHY_BACKOFF, "", call->state.next_run_at);
    const CallRecord* before = lines_.before(*call);
    if (before != nullptr) put(EBRA_WHY_PHONE_BUSY, before->id);
    const ebra_time_ms rests_until = lines_.rests_until(*call);
    if (rests_until > now) put(EBRA_WHY_PHONE_RESTING, "", rests_until);
    bool is_held = call->state.next_run_at > now || before != nullptr || rests_until > now;
    std::vector<std::string> keys = {EBRA_LIMIT_GLOBAL};
    if (!call->provider.empty()) keys.push_back(EBRA_LIMIT_PROVIDER_PREFIX + call->provider);
    keys.insert(keys.end(), call->cap_keys.begin(), call->cap_keys.end());
    for (const std::string& key : keys) {
        const auto found = limits_.find(key);
        if (found == limits_.end() || has_room(key, now)) continue;
        const LimitRecord& limit = found->second;
        is_held = true;
        if (limit.is_paused)
            put(EBRA_WHY_PAUSED, key);
        else if (limit.blocked_until > now)
            put(EBRA_WHY_BLOCKED, key, limit.blocked_until);
        else if (limit.max_in_flight >= 0 && in_flight(key) >= limit.max_in_flight)
            put(EBRA_WHY_CAP, key);
        else
            put(EBRA_WHY_RATE, key, next_token_at(limit));
    }
    const bool has_node = std::any_of(nodes_.begin(), nodes_.end(),
                                      [&](const auto& node) { return has_lease(node.first, now); });
    if (!has_node)
        put(EBRA_WHY_NO_NODE);
    else if (!is_held)
        put(EBRA_WHY_NEXT);
    return EBRA_OK;
}

ebra_status MemoryStore::entries(const std::string& id, const ebra_entry_sink& sink) {
    const std::lock_guard lock(mutex_);
    const CallRecord* call = find_call(id);
    if (call == nullptr) return EBRA_NOT_FOUND;
    for (const EntryRecord& entry : call->entries) {
        ebra_entry shown = entry.fields;
        shown.provider_call_id = plugin::str(entry.provider_call_id);
        shown.detail = plugin::str(entry.detail);
        sink.put(sink.context, &shown);
    }
    return EBRA_OK;
}

ebra_status MemoryStore::placements(const std::string& id, const ebra_placement_sink& sink) {
    const std::lock_guard lock(mutex_);
    const CallRecord* call = find_call(id);
    if (call == nullptr) return EBRA_NOT_FOUND;
    const auto put = [&](const PlacementRecord& placement) {
        const ebra_placement shown = placement.view();
        sink.put(sink.context, &shown);
    };
    if (call->mapped_by_hand) put(*call->mapped_by_hand);
    for (const PlacementRecord& placement : call->placements) put(placement);
    return EBRA_OK;
}

ebra_status MemoryStore::outbox_read(std::uint64_t after, std::size_t limit,
                                     const ebra_outbox_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (auto row = outbox_.upper_bound(after); row != outbox_.end() && limit > 0; ++row, --limit) {
        ebra_outbox_row shown = row->second.fields;
        shown.call_id = plugin::str(row->second.call_id);
        sink.put(sink.context, &shown);
    }
    return EBRA_OK;
}

ebra_status MemoryStore::outbox_ack(std::span<const std::uint64_t> sequences) {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t sequence : sequences) outbox_.erase(sequence);
    return EBRA_OK;
}

ebra_status MemoryStore::check(const ebra_text_sink& sink) {
    const std::lock_guard lock(mutex_);
    const auto violated = [&](const CallRecord& call, const std::string& what) {
        sink.put(sink.context, plugin::str("call " + call.id + ": " + what));
    };
    std::map<std::string, int> open_per_key;
    for (const auto& call : calls_) {
        std::uint32_t counted = 0;
        for (const PlacementRecord& placement : call->placements) {
            counted += placement.fields.counted != 0 ? 1 : 0;
            const bool is_latest = &placement == call->latest();
            if (is_open(placement) && !is_latest) violated(*call, "an earlier placement is open");
        }
        if (counted != call->state.attempts)
            violated(*call, "attempts are not the placements that count");
        const bool has_open = call->latest() != nullptr && is_open(*call->latest());
        const bool is_running = call->state.status == EBRA_CALL_IN_PROGRESS;
        if (has_open && !is_running) violated(*call, "an open placement of a call not IN_PROGRESS");
        if (is_running && has_open == (call->state.undecided != 0))
            violated(*call, "undecided is wrong");
        if (has_open && ++open_per_key[call->exclusive_key] > 1)
            violated(*call, "its number is taken twice");
    }
    for (const auto& [key, number] : lines_.numbers()) {
        for (const auto& [lane, line] : number.waiting) {
            for (const auto& [turn, call] : line) {
                const bool is_head = number.in_call == nullptr && number.rests_until == 0 &&
                                     call == line.begin()->second;
                if (is_head != (call->hold == Hold::kReady)) {
                    violated(*call, is_head ? "parked for a free number"
                                            : "claimable out of its turn or on a busy number");
                }
            }
        }
    }
    return EBRA_OK;
}

}  // namespace ebra::memory
