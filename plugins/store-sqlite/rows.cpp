#include "rows.hpp"

namespace ebra::sqlite {

namespace {

std::string text(const Statement& row, int column) {
    return std::string(row.text(column));
}

/// True when no index of calls that wait has to know: the longer statement opens all of them.
bool stays_out_of_line(const CallRecord& call) {
    return call.hold == call.stored_hold && call.due_at == call.stored_due_at &&
           call.undecided == call.stored_undecided && call.undecided_at == call.stored_undecided_at;
}

void write_call(Transaction& transaction, const CallRecord& call) {
    if (stays_out_of_line(call)) {
        transaction.db().run(Sql::kCallSaveInPlace, call.seq, call.status, call.attempts,
                             call.placements, call.fixed_outcome, call.updated_at, call.started_at,
                             call.ended_at, call.last_error);
        return;
    }
    transaction.db().run(Sql::kCallSave, call.seq, call.status, static_cast<int>(call.hold),
                         call.attempts, call.placements, call.undecided, call.fixed_outcome,
                         call.updated_at, call.started_at, call.ended_at, call.due_at,
                         call.undecided_at, call.last_error);
}

}  // namespace

CallRecord read_call(Session& session, const Statement& row) {
    CallRecord call;
    call.seq = row.integer(0);
    call.id = text(row, 1);
    call.tenant = text(row, 2);
    call.campaign = text(row, 3);
    call.lane = session.lanes.get(session.connection, row.integer(4));
    call.priority = row.number<std::int32_t>(5);
    call.to = text(row, 6);
    call.exclusive_key = text(row, 7);
    call.script_id = text(row, 8);
    call.idempotency_key = text(row, 9);
    call.request_digest = text(row, 10);
    call.not_before = row.integer(11);
    call.not_after = row.integer(12);
    call.status = row.number<std::int32_t>(13);
    call.hold = row.number<Hold>(14);
    call.attempts = row.number<std::uint32_t>(15);
    call.placements = row.number<std::uint32_t>(16);
    call.undecided = row.integer(17) != 0;
    call.fixed_outcome = row.number<std::int32_t>(18);
    call.created_at = row.integer(19);
    call.updated_at = row.integer(20);
    call.started_at = row.integer(21);
    call.ended_at = row.integer(22);
    call.due_at = row.integer(23);
    call.undecided_at = row.integer(24);
    call.last_error = text(row, 25);
    call.metadata_json = text(row, 26);
    note_stored(call);
    return call;
}

void note_stored(CallRecord& call) {
    call.stored_status = call.status;
    call.stored_hold = call.hold;
    call.stored_due_at = call.due_at;
    call.stored_undecided = call.undecided;
    call.stored_undecided_at = call.undecided_at;
}

PlacementRecord read_placement(const Statement& row) {
    PlacementRecord placement;
    placement.call_seq = row.integer(0);
    placement.number = row.number<std::uint32_t>(1);
    placement.exclusive_key = text(row, 2);
    placement.state = row.number<std::int32_t>(3);
    placement.outcome = row.number<std::int32_t>(4);
    placement.disposition = row.number<std::int32_t>(5);
    placement.error_class = row.number<std::int32_t>(6);
    placement.counted = row.integer(7) != 0;
    placement.decision = row.number<std::int32_t>(8);
    placement.decisions_taken = row.number<std::uint32_t>(9);
    placement.asked = row.number<std::uint32_t>(10);
    placement.contradictions = row.number<std::uint32_t>(11);
    placement.claim = row.number<std::uint64_t>(12);
    placement.provider = text(row, 13);
    placement.provider_call_id = text(row, 14);
    placement.provider_state = text(row, 15);
    placement.node = text(row, 16);
    placement.reason = text(row, 17);
    placement.claimed_at = row.integer(18);
    placement.accepted_at = row.integer(19);
    placement.ended_at = row.integer(20);
    placement.evidence_at = row.integer(21);
    placement.ask_at = row.integer(22);
    placement.duration_ms = row.integer(23);
    placement.cost_micros = row.integer(24);
    placement.cost_currency = text(row, 25);
    placement.recording_url = text(row, 26);
    placement.transcript_url = text(row, 27);
    placement.stored_provider_call_id = placement.provider_call_id;
    return placement;
}

std::optional<CallRecord> find_call(Session& session, std::string_view id) {
    Statement row = session.connection.query(Sql::kCallById, id);
    if (!row.step()) return std::nullopt;
    return read_call(session, row);
}

std::optional<CallRecord> find_call(Session& session, std::int64_t seq) {
    Statement row = session.connection.query(Sql::kCallBySeq, seq);
    if (!row.step()) return std::nullopt;
    return read_call(session, row);
}

std::optional<PlacementRecord> find_placement(Session& session, std::int64_t call_seq,
                                              std::uint32_t number) {
    Statement row = session.connection.query(Sql::kPlacementByNumber, call_seq, number);
    if (!row.step()) return std::nullopt;
    return read_placement(row);
}

FullCall with_latest(Session& session, CallRecord call) {
    FullCall full{std::move(call), std::nullopt};
    full.placement = find_placement(session, full.call.seq, full.call.placements);
    return full;
}

std::int64_t call_on_number(Session& session, std::string_view key) {
    Statement row = session.connection.query(Sql::kNumberBusy, key);
    return row.step() ? row.integer(0) : 0;
}

void save_call(Transaction& transaction, CallRecord& call, ebra_time_ms now) {
    call.updated_at = now;
    write_call(transaction, call);
    transaction.count_hold(call.stored_hold, call.hold);
    const std::int32_t before = call.stored_status;
    note_stored(call);
    if (call.status == before) return;
    transaction.count_status(before, -1);
    transaction.count_status(call.status, 1);
    if (!call.is_terminal()) return;
    transaction.db().run(Sql::kOutboxInsert, call.seq, call.status, now);
    transaction.count(Tally::kOwed, 1);
}

void save_placement(Transaction& transaction, PlacementRecord& placement) {
    transaction.db().run(Sql::kPlacementSave, placement.call_seq, placement.number, placement.state,
                         placement.outcome, placement.disposition, placement.error_class,
                         placement.counted, placement.decision, placement.decisions_taken,
                         placement.asked, placement.contradictions, placement.provider_call_id,
                         placement.provider_state, placement.reason, placement.accepted_at,
                         placement.ended_at, placement.evidence_at, placement.ask_at,
                         placement.duration_ms, placement.cost_micros, placement.cost_currency,
                         placement.recording_url, placement.transcript_url);
    placement.stored_provider_call_id = placement.provider_call_id;
}

}  // namespace ebra::sqlite
