#include "rows.hpp"

#include "error.hpp"

#include <array>

namespace ebra::postgres {

namespace {

// In the order of EBRA_CALL_*, which start at 1.
constexpr std::array kStatusNames = {"PENDING", "IN_PROGRESS", "COMPLETED",
                                     "FAILED",  "CANCELED",    "EXPIRED"};

std::int32_t status_of(const std::string& name) {
    for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
        if (name == kStatusNames[i]) return static_cast<std::int32_t>(i) + 1;
    }
    throw StoreError(EBRA_CORRUPT, "a call has the unknown status " + name);
}

const char* name_of(std::int32_t status) {
    return kStatusNames.at(static_cast<std::size_t>(status) - 1);
}

}  // namespace

CallRecord read_call(Session& session, const Row& row) {
    CallRecord call;
    call.seq = row.integer(0);
    call.created_at = row.integer(1);
    call.not_before = row.integer(2);
    call.not_after = row.integer(3);
    call.lane = session.lanes.get(session.db, row.integer(4));
    call.priority = row.number<std::int32_t>(5);
    call.status = status_of(row.text(6));
    call.attempts = row.number<std::uint32_t>(7);
    call.placements = row.number<std::uint32_t>(8);
    call.fixed_outcome = row.number<std::int32_t>(9);
    call.undecided = row.boolean(10);
    call.updated_at = row.integer(11);
    call.started_at = row.integer(12);
    call.ended_at = row.integer(13);
    call.due_at = row.integer(14);
    call.undecided_at = row.integer(15);
    call.last_error = row.text(16);
    call.id = row.text(17);
    call.tenant = row.text(18);
    call.campaign = row.text(19);
    call.to = row.text(20);
    call.exclusive_key = row.text(21);
    call.script_id = row.text(22);
    call.idempotency_key = row.text(23);
    call.request_digest = row.text(24);
    call.metadata_json = row.text(25);
    call.stored_status = call.status;
    return call;
}

PlacementRecord read_placement(const Row& row, int first) {
    PlacementRecord placement;
    placement.call_seq = row.integer(first);
    placement.claim = row.number<std::uint64_t>(first + 1);
    placement.claimed_at = row.integer(first + 2);
    placement.duration_ms = row.integer(first + 4);
    placement.cost_micros = row.integer(first + 5);
    placement.number = row.number<std::uint32_t>(first + 6);
    placement.contradictions = row.number<std::uint32_t>(first + 7);
    placement.decisions_taken = row.number<std::uint32_t>(first + 8);
    placement.asked = row.number<std::uint32_t>(first + 9);
    placement.decision = row.number<std::int32_t>(first + 10);
    placement.error_class = row.number<std::int32_t>(first + 11);
    placement.disposition = row.number<std::int32_t>(first + 12);
    placement.counted = row.boolean(first + 13);
    placement.state = row.number<std::int32_t>(first + 14);
    placement.outcome = row.number<std::int32_t>(first + 15);
    placement.ended_at = row.integer(first + 16);
    placement.evidence_at = row.integer(first + 17);
    placement.ask_at = row.integer(first + 18);
    placement.accepted_at = row.integer(first + 19);
    placement.provider_call_id = row.text(first + 21);
    placement.provider_state = row.text(first + 22);
    placement.reason = row.text(first + 23);
    placement.cost_currency = row.text(first + 24);
    placement.recording_url = row.text(first + 25);
    placement.transcript_url = row.text(first + 26);
    placement.provider = row.text(first + 27);
    placement.node = row.text(first + 28);
    placement.exclusive_key = row.text(first + 29);
    return placement;
}

FullCall read_full_call(Session& session, const Row& row) {
    FullCall full{read_call(session, row), std::nullopt};
    if (!row.is_null(kCallColumns)) full.placement = read_placement(row, kCallColumns);
    return full;
}

std::vector<FullCall> read_full_calls(Session& session, const Rows& rows) {
    std::vector<FullCall> calls;
    calls.reserve(rows.size());
    rows.each([&](const Row& row) { calls.push_back(read_full_call(session, row)); });
    return calls;
}

StepRecord read_kept_step(const Row& row) {
    StepRecord step;
    step.told_at = row.integer(1);
    step.provider = row.text(2);
    step.provider_call_id = row.text(3);
    step.step = row.number<std::int32_t>(4);
    step.flags = row.number<std::uint32_t>(5);
    step.outcome = row.number<std::int32_t>(6);
    step.disposition = row.number<std::int32_t>(7);
    step.error_class = row.number<std::int32_t>(8);
    step.occurred_at = row.integer(9);
    step.due_at = row.integer(10);
    step.duration_ms = row.integer(11);
    step.cost_micros = row.integer(12);
    step.cost_currency = row.text(13);
    step.recording_url = row.text(14);
    step.transcript_url = row.text(15);
    step.provider_state = row.text(16);
    step.reason = row.text(17);
    return step;
}

Entry read_entry(const Row& row) {
    Entry entry;
    entry.placement = row.number<std::uint32_t>(1);
    entry.kind = row.number<std::int32_t>(2);
    entry.status = row.number<std::int32_t>(3);
    entry.outcome = row.number<std::int32_t>(4);
    entry.is_applied = row.boolean(5);
    entry.at = row.integer(6);
    entry.provider_call_id = row.text(7);
    entry.detail = row.text(8);
    return entry;
}

RowLiteral spec_literal(const CallRecord& call) {
    RowLiteral row;
    row.add(call.seq).skip().add(call.not_before).add(call.not_after).add(call.lane->number);
    row.add(call.priority).add(name_of(call.status)).skip(7).add(call.due_at).skip(2);
    row.add(call.id).add(call.tenant).add(call.campaign).add(call.to).add(call.exclusive_key);
    row.add(call.script_id).add(call.idempotency_key).add(call.request_digest);
    row.add(call.metadata_json);
    return row;
}

RowLiteral state_literal(const CallRecord& call) {
    RowLiteral row;
    row.add(call.seq).skip(5).add(name_of(call.status)).add(call.attempts).add(call.placements);
    row.add(call.fixed_outcome).add(call.undecided).add(call.updated_at).add(call.started_at);
    row.add(call.ended_at).add(call.due_at).add(call.undecided_at).add(call.last_error).skip(9);
    return row;
}

RowLiteral to_literal(const PlacementRecord& placement, bool tells_acceptance) {
    RowLiteral row;
    row.add(placement.call_seq).add(static_cast<std::int64_t>(placement.claim));
    row.add(placement.claimed_at).add(0).add(placement.duration_ms).add(placement.cost_micros);
    row.add(placement.number).add(placement.contradictions).add(placement.decisions_taken);
    row.add(placement.asked).add(placement.decision).add(placement.error_class);
    row.add(placement.disposition).add(placement.counted).add(placement.state);
    row.add(placement.outcome).add(placement.ended_at).add(placement.evidence_at);
    row.add(placement.ask_at).add(placement.accepted_at).add(tells_acceptance ? 1 : 0);
    row.add(placement.provider_call_id).add(placement.provider_state).add(placement.reason);
    row.add(placement.cost_currency).add(placement.recording_url).add(placement.transcript_url);
    row.add(placement.provider).add(placement.node).add(placement.exclusive_key);
    return row;
}

RowLiteral to_literal(std::int64_t call_seq, const Entry& entry) {
    RowLiteral row;
    row.skip().add(call_seq).add(entry.at).add(entry.placement).add(entry.kind).add(entry.status);
    row.add(entry.outcome).add(entry.is_applied).add(entry.provider_call_id).add(entry.detail);
    return row;
}

RowLiteral kept_literal(const StepRecord& step, ebra_time_ms now) {
    RowLiteral row;
    row.skip().add(now).add(step.provider).add(step.provider_call_id).add(step.step);
    row.add(step.flags).add(step.outcome).add(step.disposition).add(step.error_class);
    row.add(step.occurred_at).add(step.due_at).add(step.duration_ms).add(step.cost_micros);
    row.add(step.cost_currency).add(step.recording_url).add(step.transcript_url);
    row.add(step.provider_state).add(step.reason);
    return row;
}

RowLiteral to_literal(const LimitRecord& limit) {
    RowLiteral row;
    row.add(limit.key).add(limit.max_in_flight).add(limit.grants_per_1000s).add(limit.burst);
    row.add(limit.paused).add(limit.blocked_until).add(limit.note).add(limit.level_micro);
    row.add(limit.refilled_at);
    return row;
}

RowLiteral waiting_literal(const CallRecord& call) {
    RowLiteral row;
    row.add(call.seq).add(call.due_at).add(call.not_after).add(call.lane->number);
    row.add(call.priority).add(static_cast<int>(Hold::kParked)).add(call.exclusive_key);
    return row;
}

}  // namespace ebra::postgres
