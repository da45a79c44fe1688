#include "patch.hpp"

#include "history.hpp"
#include "line.hpp"

#include "ebra/plugin.hpp"

namespace ebra::sqlite {

namespace {

void change_texts(CallRecord& call, const ebra_patch& patch) {
    if (patch.mask & EBRA_PATCH_TO) {
        call.to = plugin::copy(patch.to);
        call.exclusive_key = plugin::copy(patch.exclusive_key);
    }
    if (patch.mask & EBRA_PATCH_SCRIPT) call.script_id = plugin::copy(patch.script_id);
    if (patch.mask & EBRA_PATCH_METADATA) call.metadata_json = plugin::copy(patch.metadata_json);
}

void write_texts(Transaction& transaction, CallRecord& call, ebra_time_ms now) {
    call.updated_at = now;
    transaction.db().run(Sql::kCallPatch, call.seq, call.to, call.exclusive_key, call.script_id,
                         call.metadata_json, static_cast<int>(call.hold), call.updated_at);
    transaction.count_hold(call.stored_hold, call.hold);
    call.stored_hold = call.hold;
}

/// Leaves the old number's line, which gets its next head, and joins the new one's.
void change_line(Transaction& transaction, CallRecord& call, const CallRecord& before,
                 ebra_time_ms now) {
    join_line(transaction, call, now);
    write_texts(transaction, call, now);
    if (before.hold != Hold::kReady) return;
    pass_head_on(transaction, before.exclusive_key, before.lane->number);
}

Entry patched(const CallRecord& call, ebra_time_ms now) {
    Entry entry;
    entry.kind = EBRA_ENTRY_PATCHED;
    entry.status = call.status;
    entry.at = now;
    return entry;
}

}  // namespace

ItemResult patch(Transaction& transaction, const ebra_patch& patch, ebra_time_ms now) {
    Session& session = transaction.session();
    std::optional<CallRecord> found = find_call(session, plugin::view(patch.id));
    if (!found) return {EBRA_NOT_FOUND, std::nullopt};
    if (found->status != EBRA_CALL_PENDING) {
        return {EBRA_CONFLICT, with_latest(session, *std::move(found))};
    }
    const CallRecord before = *found;
    CallRecord& call = *found;
    change_texts(call, patch);
    if (call.exclusive_key.empty()) return {EBRA_INVALID_ARGUMENT, std::nullopt};
    if (call.exclusive_key != before.exclusive_key) {
        change_line(transaction, call, before, now);
    } else {
        write_texts(transaction, call, now);
    }
    add_entry(transaction, call.seq, patched(call, now));
    transaction.announce_work();
    return {EBRA_OK, with_latest(session, *std::move(found))};
}

}  // namespace ebra::sqlite
