#include "enqueue.hpp"

#include "error.hpp"
#include "lane_text.hpp"
#include "rows.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace ebra::postgres {

namespace {

constexpr std::size_t kCapKeysMax = 8;
// The same for a provider with all further limits.
constexpr std::size_t kLaneBytesMax = 2048;

bool is_name(ebra_str text) {
    return is_storable_name(plugin::view(text));
}

bool is_sound(const ebra_call_spec& spec) {
    const bool has_sizes = spec.id.size > 0 && spec.id.size <= EBRA_ID_BYTES_MAX &&
                           spec.exclusive_key.size > 0 && spec.cap_key_count <= kCapKeysMax &&
                           spec.metadata_json.size <= EBRA_METADATA_BYTES_MAX;
    if (!has_sizes) return false;
    const ebra_str* const caps_end = spec.cap_keys + spec.cap_key_count;
    std::size_t lane_bytes = spec.provider.size;
    for (const ebra_str* key = spec.cap_keys; key != caps_end; ++key) lane_bytes += key->size;
    if (lane_bytes > kLaneBytesMax) return false;
    return is_name(spec.id) && is_name(spec.tenant) && is_name(spec.campaign) &&
           is_name(spec.provider) && is_name(spec.to) && is_name(spec.exclusive_key) &&
           is_name(spec.script_id) && is_name(spec.idempotency_key) &&
           is_name(spec.request_digest) && is_storable(plugin::view(spec.metadata_json)) &&
           std::all_of(spec.cap_keys, caps_end, is_name);
}

std::vector<std::string> cap_keys_of(const ebra_call_spec& spec) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < spec.cap_key_count; ++i) {
        keys.push_back(plugin::copy(spec.cap_keys[i]));
    }
    return keys;
}

LanePtr lane_of(Session& session, const ebra_call_spec& spec) {
    const std::string provider = plugin::copy(spec.provider);
    const std::vector<std::string> keys = cap_keys_of(spec);
    if (LanePtr lane = session.lanes.find(session.db, provider, keys)) return lane;
    throw LaneGone(EBRA_UNAVAILABLE, "the server that has taken over does not know a call's lane",
                   0, kRetryAfterMs);
}

CallRecord new_call(Session& session, const ebra_call_spec& spec, ebra_time_ms now) {
    CallRecord call;
    call.id = plugin::copy(spec.id);
    call.tenant = plugin::copy(spec.tenant);
    call.campaign = plugin::copy(spec.campaign);
    call.lane = lane_of(session, spec);
    call.priority = spec.priority;
    call.to = plugin::copy(spec.to);
    call.exclusive_key = plugin::copy(spec.exclusive_key);
    call.script_id = plugin::copy(spec.script_id);
    call.idempotency_key = plugin::copy(spec.idempotency_key);
    call.request_digest = plugin::copy(spec.request_digest);
    call.not_before = spec.not_before;
    call.not_after = spec.not_after;
    call.created_at = now;
    call.updated_at = now;
    call.due_at = std::max(spec.not_before, now);
    call.metadata_json = plugin::copy(spec.metadata_json);
    return call;
}

using TenantKey = std::pair<std::string, std::string>;

/// The calls of a batch that are to be stored, and those that stand where others were to go.
class Enqueuing {
 public:
    Enqueuing(Session& session, ebra_time_ms now, std::vector<ItemResult>& items)
        : session_(session), now_(now), items_(items) {}

    void add(std::size_t index, const ebra_call_spec& spec) {
        items_[index] = {EBRA_INVALID_ARGUMENT, std::nullopt};
        if (!is_sound(spec)) return;
        CallRecord call = new_call(session_, spec, now_);
        // The second of two in one batch finds the first afterwards, as if it had come later.
        const bool is_first = ids_.insert(call.id).second &&
                              (call.idempotency_key.empty() ||
                               keys_.insert(TenantKey(call.tenant, call.idempotency_key)).second);
        if (is_first) {
            rows_.add(numbered(call));
            by_id_[call.id] = index;
        } else {
            known_.push_back(index);
        }
        calls_.emplace(index, std::move(call));
    }

    void store() {
        if (!rows_.is_empty()) {
            session_.db.query(Sql::kEnqueueCalls, rows_.text(), now_).each([&](const Row& row) {
                const std::size_t index = by_id_.at(row.text(0));
                CallRecord& call = calls_.at(index);
                call.seq = row.integer(1);
                items_[index] = {EBRA_OK, FullCall{call, std::nullopt}};
                by_id_.erase(call.id);
            });
        }
        for (const auto& [id, index] : by_id_) known_.push_back(index);
        if (!known_.empty()) find_known();
    }

 private:
    /// The order in the batch is the order of the calls' age.
    RowLiteral numbered(CallRecord& call) {
        call.seq = ++count_;
        return spec_literal(call);
    }

    void find_known() {
        ArrayLiteral ids, tenants, keys;
        for (const std::size_t index : known_) {
            const CallRecord& call = calls_.at(index);
            ids.add(call.id);
            if (call.idempotency_key.empty()) continue;
            tenants.add(call.tenant);
            keys.add(call.idempotency_key);
        }
        std::unordered_map<std::string, FullCall> by_id;
        std::map<TenantKey, FullCall> by_key;
        for (FullCall& full :
             read_full_calls(session_, session_.db.query(Sql::kCallsByIds, ids.text()))) {
            by_id.insert_or_assign(full.call.id, std::move(full));
        }
        for (FullCall& full : read_full_calls(
                 session_, session_.db.query(Sql::kCallsByKeys, tenants.text(), keys.text()))) {
            by_key.insert_or_assign(TenantKey(full.call.tenant, full.call.idempotency_key),
                                    std::move(full));
        }
        for (const std::size_t index : known_) {
            const CallRecord& call = calls_.at(index);
            const auto same = by_id.find(call.id);
            const auto other = by_key.find(TenantKey(call.tenant, call.idempotency_key));
            if (same != by_id.end()) {
                items_[index] = {EBRA_ALREADY, same->second};
            } else if (other != by_key.end()) {
                const bool is_same = other->second.call.request_digest == call.request_digest;
                items_[index] = {is_same ? EBRA_ALREADY : EBRA_CONFLICT, other->second};
            } else {
                throw TryAgain(EBRA_UNAVAILABLE, "a call was stored and undone at once");
            }
        }
    }

    Session& session_;
    const ebra_time_ms now_;
    std::vector<ItemResult>& items_;
    std::unordered_map<std::size_t, CallRecord> calls_;
    std::unordered_map<std::string, std::size_t> by_id_;
    std::set<std::string> ids_;
    std::set<TenantKey> keys_;
    std::vector<std::size_t> known_;
    ArrayLiteral rows_;
    std::int64_t count_ = 0;
};

void change_texts(CallRecord& call, const ebra_patch& patch) {
    if (patch.mask & EBRA_PATCH_TO) {
        call.to = plugin::copy(patch.to);
        call.exclusive_key = plugin::copy(patch.exclusive_key);
    }
    if (patch.mask & EBRA_PATCH_SCRIPT) call.script_id = plugin::copy(patch.script_id);
    if (patch.mask & EBRA_PATCH_METADATA) call.metadata_json = plugin::copy(patch.metadata_json);
}

bool is_sound(const ebra_patch& patch) {
    const bool names_number = (patch.mask & EBRA_PATCH_TO) != 0;
    const bool is_big = (patch.mask & EBRA_PATCH_METADATA) != 0 &&
                        patch.metadata_json.size > EBRA_METADATA_BYTES_MAX;
    return is_name(patch.id) && !is_big && !(names_number && patch.exclusive_key.size == 0) &&
           is_name(patch.to) && is_name(patch.exclusive_key) && is_name(patch.script_id) &&
           is_storable(plugin::view(patch.metadata_json));
}

std::vector<FullCall> calls_by_ids(Session& session, const ArrayLiteral& ids) {
    return read_full_calls(session, session.db.query(Sql::kCallsByIds, ids.text()));
}

/// Locks the lines of the calls as they are and as they are to be. False: a call has moved between.
std::map<std::string, FullCall> lock_patched(Session& session, const ArrayLiteral& ids,
                                             ArrayLiteral& keys) {
    std::map<std::string, std::string> key_before;
    for (const FullCall& full : calls_by_ids(session, ids)) {
        key_before[full.call.id] = full.call.exclusive_key;
        keys.add(full.call.exclusive_key);
    }
    session.db.query(Sql::kLockLines, keys.text());
    std::map<std::string, FullCall> locked;
    for (FullCall& full : calls_by_ids(session, ids)) {
        if (key_before[full.call.id] != full.call.exclusive_key) {
            throw TryAgain(EBRA_UNAVAILABLE, "a call changed its number meanwhile");
        }
        locked.insert_or_assign(full.call.id, std::move(full));
    }
    return locked;
}

}  // namespace

bool has_met_lanes(Lanes& lanes, const ebra_call_spec* const* specs, std::size_t count) {
    return std::all_of(specs, specs + count, [&](const ebra_call_spec* spec) {
        return !is_sound(*spec) || lanes.was_met(plugin::copy(spec->provider), cap_keys_of(*spec));
    });
}

void make_lanes(Session& session, const ebra_call_spec* const* specs, std::size_t count) {
    std::set<std::pair<std::string, std::vector<std::string>>> made;
    for (std::size_t i = 0; i < count; ++i) {
        if (!is_sound(*specs[i])) continue;
        made.emplace(plugin::copy(specs[i]->provider), cap_keys_of(*specs[i]));
    }
    for (const auto& [provider, keys] : made) session.lanes.make(session.db, provider, keys);
}

void enqueue(Session& session, ebra_time_ms now, const ebra_call_spec* const* specs,
             std::size_t first, std::size_t last, std::vector<ItemResult>& items) {
    Enqueuing enqueuing(session, now, items);
    for (std::size_t i = first; i < last; ++i) enqueuing.add(i, *specs[i]);
    enqueuing.store();
}

void patch(Session& session, ebra_time_ms now, const ebra_patch* const* patches, std::size_t first,
           std::size_t last, std::vector<ItemResult>& items) {
    ArrayLiteral ids, keys, rows, left;
    for (std::size_t i = first; i < last; ++i) {
        items[i] = {EBRA_INVALID_ARGUMENT, std::nullopt};
        if (!is_sound(*patches[i])) continue;
        ids.add(plugin::view(patches[i]->id));
        if (patches[i]->mask & EBRA_PATCH_TO) keys.add(plugin::view(patches[i]->exclusive_key));
    }
    auto locked = lock_patched(session, ids, keys);
    std::set<std::string> changed;
    for (std::size_t i = first; i < last; ++i) {
        if (!is_sound(*patches[i])) continue;
        const auto found = locked.find(plugin::copy(patches[i]->id));
        if (found == locked.end()) {
            items[i].status = EBRA_NOT_FOUND;
            continue;
        }
        CallRecord& call = found->second.call;
        const bool is_open = call.status == EBRA_CALL_PENDING;
        if (is_open) {
            const std::string number = call.exclusive_key;
            change_texts(call, *patches[i]);
            if (call.exclusive_key != number) left.add(number);
            call.updated_at = now;
            changed.insert(call.id);
        }
        items[i] = {is_open ? EBRA_OK : EBRA_CONFLICT, found->second};
    }
    for (const std::string& id : changed) rows.add(spec_literal(locked.at(id).call));
    if (rows.is_empty()) return;
    if (left.is_empty()) return session.write_last(Sql::kPatchCalls, rows.text(), now);
    session.db.query(Sql::kPatchCalls, rows.text(), now);
    session.write_last(Sql::kLinesForget, left.text());
}

}  // namespace ebra::postgres
