#include "enqueue.hpp"

#include "line.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {

constexpr std::size_t kCapKeysMax = 8;

bool is_sound(const ebra_call_spec& spec) {
    return spec.id.size > 0 && spec.id.size <= EBRA_ID_BYTES_MAX && spec.exclusive_key.size > 0 &&
           spec.cap_key_count <= kCapKeysMax && spec.metadata_json.size <= EBRA_METADATA_BYTES_MAX;
}

CallRecord new_call(Transaction& transaction, const ebra_call_spec& spec, ebra_time_ms now) {
    std::vector<std::string> cap_keys;
    for (std::size_t i = 0; i < spec.cap_key_count; ++i) {
        cap_keys.push_back(plugin::copy(spec.cap_keys[i]));
    }
    CallRecord call;
    call.id = plugin::copy(spec.id);
    call.tenant = plugin::copy(spec.tenant);
    call.campaign = plugin::copy(spec.campaign);
    call.lane = transaction.session().lanes.find_or_make(transaction.db(),
                                                         plugin::copy(spec.provider), cap_keys);
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

bool insert(Transaction& transaction, CallRecord& call) {
    const auto inserted = transaction.db().run(
        Sql::kCallInsert, call.id, call.tenant, call.campaign, call.lane->number, call.priority,
        call.to, call.exclusive_key, call.script_id, call.idempotency_key, call.request_digest,
        call.not_before, call.not_after, call.status, static_cast<int>(call.hold), call.created_at,
        call.due_at, call.metadata_json);
    if (inserted == 0) return false;
    call.seq = transaction.db().last_insert_seq();
    note_stored(call);
    transaction.count_status(call.status, 1);
    transaction.count_hold(Hold::kNone, call.hold);
    return true;
}

/// The call that stands where `call` was to go: the same id, or the same key.
ItemResult known_call(Transaction& transaction, const CallRecord& call) {
    Session& session = transaction.session();
    std::optional<CallRecord> known = find_call(session, call.id);
    if (known) return {EBRA_ALREADY, with_latest(session, *std::move(known))};
    {
        Statement row =
            session.connection.query(Sql::kCallByIdempotencyKey, call.tenant, call.idempotency_key);
        if (!row.step()) return {EBRA_INTERNAL, std::nullopt};
        known = read_call(session, row);
    }
    const bool is_same = known->request_digest == call.request_digest;
    return {is_same ? EBRA_ALREADY : EBRA_CONFLICT, with_latest(session, *std::move(known))};
}

bool is_known(Transaction& transaction, const CallRecord& call) {
    {
        Statement row = transaction.db().query(Sql::kCallById, call.id);
        if (row.step()) return true;
    }
    if (call.idempotency_key.empty()) return false;
    Statement row =
        transaction.db().query(Sql::kCallByIdempotencyKey, call.tenant, call.idempotency_key);
    return row.step();
}

}  // namespace

ItemResult enqueue(Transaction& transaction, const ebra_call_spec& spec, ebra_time_ms now) {
    if (!is_sound(spec)) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    CallRecord call = new_call(transaction, spec, now);
    // Looked for first where joining the line moves another call, which a refused call must not;
    // else the insertion finds out for less.
    const Place place = find_place(transaction, call, now);
    if (place.displaced != 0 && is_known(transaction, call)) return known_call(transaction, call);
    take_place(transaction, call, place);
    if (!insert(transaction, call)) return known_call(transaction, call);
    transaction.announce_work();
    return {EBRA_OK, FullCall{std::move(call), std::nullopt}};
}

}  // namespace ebra::sqlite
