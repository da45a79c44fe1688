#include "memory_store.hpp"

#include <algorithm>
#include <chrono>

namespace ebra::memory {

using plugin::copy;
using plugin::fail;

ebra_time_ms MemoryStore::now() {
    const std::lock_guard lock(mutex_);
    latest_now_ = std::max(latest_now_, host_->now_ms(host_));
    return latest_now_;
}

bool MemoryStore::is_planted(const char* mutant) const {
#ifdef EBRA_MUTANTS
    return mutant_ == mutant;
#else
    (void)mutant;
    return false;
#endif
}

CallRecord* MemoryStore::find_call(const std::string& id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

EntryRecord& MemoryStore::record(CallRecord& call, std::int32_t kind, std::uint32_t placement,
                                 ebra_time_ms now) {
    EntryRecord& entry = call.entries.emplace_back();
    entry.fields.kind = kind;
    entry.fields.placement = placement;
    entry.fields.status = call.state.status;
    entry.fields.applied = 1;
    entry.fields.at = now;
    ++changes_;
    return entry;
}

void MemoryStore::become_terminal(CallRecord& call, std::int32_t status, ebra_time_ms now) {
    call.state.status = status;
    call.state.undecided = 0;
    call.state.next_run_at = 0;
    if (call.state.ended_at == 0) call.state.ended_at = now;
    in_progress_.erase(&call);
    if (is_planted("outbox_forgets") && status == EBRA_CALL_FAILED) return;
    OutboxRow& row = outbox_[next_outbox_];
    row.fields = plugin::sized<ebra_outbox_row>();
    row.fields.sequence = next_outbox_++;
    row.fields.status = status;
    row.fields.at = now;
    row.call_id = call.id;
}

ebra_status MemoryStore::enqueue(ebra_time_ms now, std::span<const ebra_call_spec* const> specs,
                                 const ebra_item_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (std::size_t index = 0; index < specs.size(); ++index) {
        CallRecord* call = nullptr;
        const ebra_status status = enqueue_one(now, *specs[index], call);
        show(*call, [&](const ebra_call* shown) { sink.put(sink.context, index, status, shown); });
    }
    changed_.notify_all();
    return EBRA_OK;
}

ebra_status MemoryStore::enqueue_one(ebra_time_ms now, const ebra_call_spec& spec,
                                     CallRecord*& call) {
    call = find_call(copy(spec.id));
    if (call != nullptr) return EBRA_ALREADY;
    const ProviderId key{copy(spec.tenant), copy(spec.idempotency_key)};
    if (const auto found = by_idempotency_key_.find(key); !key.second.empty() &&
                                                          found != by_idempotency_key_.end() &&
                                                          !is_planted("forget_idempotency")) {
        call = found->second;
        return call->request_digest == plugin::view(spec.request_digest) ? EBRA_ALREADY
                                                                         : EBRA_CONFLICT;
    }
    call = calls_.emplace_back(std::make_unique<CallRecord>()).get();
    call->seq = calls_.size();
    call->priority = spec.priority;
    call->id = copy(spec.id);
    call->tenant = key.first;
    call->campaign = copy(spec.campaign);
    call->provider = copy(spec.provider);
    call->to = copy(spec.to);
    call->exclusive_key = copy(spec.exclusive_key);
    call->script_id = copy(spec.script_id);
    call->metadata_json = copy(spec.metadata_json);
    call->idempotency_key = key.second;
    call->request_digest = copy(spec.request_digest);
    call->not_before = spec.not_before;
    call->not_after = spec.not_after;
    for (std::size_t n = 0; n < spec.cap_key_count; ++n)
        call->cap_keys.push_back(copy(spec.cap_keys[n]));
    call->state.status = EBRA_CALL_PENDING;
    call->state.created_at = call->state.updated_at = now;
    call->state.next_run_at = std::max(now, spec.not_before);
    by_id_[call->id] = call;
    if (!key.second.empty()) by_idempotency_key_[key] = call;
    lines_.join(*call, now);
    record(*call, EBRA_ENTRY_ENQUEUED, 0, now);
    return EBRA_OK;
}

ebra_status MemoryStore::patch(ebra_time_ms now, std::span<const ebra_patch* const> patches,
                               const ebra_item_sink& sink) {
    const std::lock_guard lock(mutex_);
    for (std::size_t index = 0; index < patches.size(); ++index) {
        CallRecord* call = nullptr;
        const ebra_status status = patch_one(now, *patches[index], call);
        if (call == nullptr) {
            sink.put(sink.context, index, status, nullptr);
        } else {
            show(*call,
                 [&](const ebra_call* shown) { sink.put(sink.context, index, status, shown); });
        }
    }
    changed_.notify_all();
    return EBRA_OK;
}

ebra_status MemoryStore::patch_one(ebra_time_ms now, const ebra_patch& patch, CallRecord*& call) {
    call = find_call(copy(patch.id));
    if (call == nullptr) return EBRA_NOT_FOUND;
    if (call->state.status != EBRA_CALL_PENDING) return EBRA_CONFLICT;
    if ((patch.mask & EBRA_PATCH_TO) != 0) {
        lines_.leave(*call);
        call->to = copy(patch.to);
        call->exclusive_key = copy(patch.exclusive_key);
        lines_.join(*call, now);
    }
    if ((patch.mask & EBRA_PATCH_SCRIPT) != 0) call->script_id = copy(patch.script_id);
    if ((patch.mask & EBRA_PATCH_METADATA) != 0) call->metadata_json = copy(patch.metadata_json);
    call->state.updated_at = now;
    record(*call, EBRA_ENTRY_PATCHED, 0, now);
    return EBRA_OK;
}

bool MemoryStore::has_lease(const std::string& node, ebra_time_ms now) const {
    const auto found = nodes_.find(node);
    return found != nodes_.end() && !found->second.is_dead && found->second.lease_until > now;
}

ebra_status MemoryStore::lease_renew(const ebra_lease_request& request, ebra_lease_report& report,
                                     ebra_error* error) {
    const std::lock_guard lock(mutex_);
    const std::string name = copy(request.node);
    const auto found = nodes_.find(name);
    const bool is_over = found != nodes_.end() &&
                         (found->second.is_dead || found->second.lease_until <= request.now);
    if (is_over && !is_planted("raise_the_dead")) {
        lose_placements_of(name, request.now, request.now);
        found->second.is_dead = true;
        return fail(error, EBRA_STALE,
                    "node " + name + " was declared dead; come back under a new name");
    }
    NodeRecord& node = nodes_[name];
    node.is_dead = false;
    node.lease_until = request.now + request.lease_ms;
    node.config_digest = copy(request.config_digest);
    report.lease_until = node.lease_until;
    report.nodes_alive = report.nodes_differing = 0;
    for (const auto& [other_name, other] : nodes_) {
        if (!has_lease(other_name, request.now)) continue;
        ++report.nodes_alive;
        if (other.config_digest != node.config_digest) ++report.nodes_differing;
    }
    return EBRA_OK;
}

ebra_status MemoryStore::lease_end(ebra_time_ms now, const std::string& node) {
    const std::lock_guard lock(mutex_);
    const auto found = nodes_.find(node);
    if (found == nodes_.end()) return EBRA_OK;
    lose_placements_of(node, now, now);
    found->second.is_dead = true;
    return EBRA_OK;
}

ebra_status MemoryStore::limits_set(ebra_time_ms now, std::span<const ebra_limit* const> limits) {
    const std::lock_guard lock(mutex_);
    for (const ebra_limit* given : limits) {
        const auto [found, is_new] = limits_.try_emplace(copy(given->key));
        LimitRecord& limit = found->second;
        if (is_new) limit.refilled_at = now;
        if ((given->mask & EBRA_LIMIT_SET_MAX) != 0) limit.max_in_flight = given->max_in_flight;
        if ((given->mask & EBRA_LIMIT_SET_RATE) != 0) {
            const bool starts = limit.grants_per_1000s < 0;
            limit.grants_per_1000s = given->grants_per_1000s;
            limit.burst = std::max<std::int64_t>(given->burst, 1);
            if (starts) limit.milli_tokens = limit.burst * 1'000, limit.refilled_at = now;
            limit.milli_tokens = std::min(limit.milli_tokens, limit.burst * 1'000);
        }
        if ((given->mask & EBRA_LIMIT_SET_PAUSED) != 0) limit.is_paused = given->paused != 0;
        if ((given->mask & EBRA_LIMIT_SET_BLOCKED) != 0) {
            const bool is_taken = (given->mask & EBRA_LIMIT_UNBLOCK) != 0 ||
                                  given->blocked_until > limit.blocked_until;
            if (is_taken)
                limit.blocked_until = given->blocked_until, limit.note = copy(given->note);
        }
    }
    changed_.notify_all();
    return EBRA_OK;
}

ebra_status MemoryStore::gap_set(std::int64_t min_gap_ms, ebra_error* error) {
    if (min_gap_ms < 0) return fail(error, EBRA_INVALID_ARGUMENT, "the gap must not be negative");
    const std::lock_guard lock(mutex_);
    min_gap_ms_ = min_gap_ms;
    return EBRA_OK;
}

ebra_status MemoryStore::gap_get(std::int64_t& min_gap_ms) {
    const std::lock_guard lock(mutex_);
    min_gap_ms = min_gap_ms_;
    return EBRA_OK;
}

ebra_status MemoryStore::setting(const std::string& key, const std::string& proposed,
                                 const ebra_text_sink& sink) {
    const std::lock_guard lock(mutex_);
    const std::string& value = settings_.try_emplace(key, proposed).first->second;
    sink.put(sink.context, plugin::str(value));
    return EBRA_OK;
}

ebra_status MemoryStore::wait(std::int64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    const std::uint64_t seen = changes_;
    const bool has_news = changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                            [&] { return is_woken_ || changes_ != seen; });
    is_woken_ = false;
    return has_news ? EBRA_OK : EBRA_TIMEOUT;
}

void MemoryStore::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_woken_ = true;
    }
    changed_.notify_all();
}

}  // namespace ebra::memory
