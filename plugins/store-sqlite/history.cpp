#include "history.hpp"

#include "error.hpp"

namespace ebra::sqlite {

namespace {

CallRecord require_call(Session& session, std::string_view id) {
    std::optional<CallRecord> call = find_call(session, id);
    if (!call) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    return *std::move(call);
}

Entry enqueued(const CallRecord& call) {
    Entry entry;
    entry.kind = EBRA_ENTRY_ENQUEUED;
    entry.status = EBRA_CALL_PENDING;
    entry.at = call.created_at;
    return entry;
}

}  // namespace

void add_entry(Transaction& transaction, std::int64_t call_seq, const Entry& entry) {
    transaction.db().run(Sql::kEntryInsert, call_seq, entry.placement, entry.kind, entry.status,
                         entry.outcome, entry.is_applied, entry.at, entry.provider_call_id,
                         entry.detail);
}

bool has_entry(Session& session, std::int64_t call_seq, const Entry& entry) {
    Statement row =
        session.connection.query(Sql::kEntrySame, call_seq, entry.placement, entry.kind,
                                 entry.outcome, entry.provider_call_id, entry.detail, entry.at);
    return row.step();
}

std::vector<Entry> read_entries(Session& session, std::string_view call_id) {
    const CallRecord call = require_call(session, call_id);
    std::vector<Entry> entries = {enqueued(call)};
    Statement row = session.connection.query(Sql::kEntriesOfCall, call.seq);
    while (row.step()) {
        Entry entry;
        entry.placement = row.number<std::uint32_t>(0);
        entry.kind = row.number<std::int32_t>(1);
        entry.status = row.number<std::int32_t>(2);
        entry.outcome = row.number<std::int32_t>(3);
        entry.is_applied = row.integer(4) != 0;
        entry.at = row.integer(5);
        entry.provider_call_id = row.text(6);
        entry.detail = row.text(7);
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::vector<PlacementRecord> read_placements(Session& session, std::string_view call_id) {
    const CallRecord call = require_call(session, call_id);
    std::vector<PlacementRecord> placements;
    Statement row = session.connection.query(Sql::kPlacementsOfCall, call.seq);
    while (row.step()) placements.push_back(read_placement(row));
    return placements;
}

}  // namespace ebra::sqlite
