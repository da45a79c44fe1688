#include "kept.hpp"

namespace ebra::sqlite {

namespace {

bool is_kept(Transaction& transaction, const StepRecord& step) {
    Statement row = transaction.db().query(Sql::kKeptSame, step.provider_call_id, step.provider,
                                           step.step, step.outcome, step.occurred_at, step.reason);
    return row.step();
}

void forget_old(Transaction& transaction, ebra_time_ms now) {
    const auto forgotten = transaction.db().run(Sql::kKeptExpire, now - kKeptMs);
    transaction.count(Tally::kKept, -forgotten);
}

StepRecord read_step(const Statement& row) {
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

}  // namespace

ebra_status keep(Transaction& transaction, const StepRecord& step, ebra_time_ms now) {
    if (is_kept(transaction, step)) return EBRA_ALREADY;
    forget_old(transaction, now);
    if (transaction.value(Tally::kKept) >= kKeptMax) return EBRA_UNAVAILABLE;
    transaction.db().run(Sql::kKeptInsert, now, step.provider, step.provider_call_id, step.step,
                         step.flags, step.outcome, step.disposition, step.error_class,
                         step.occurred_at, step.due_at, step.duration_ms, step.cost_micros,
                         step.cost_currency, step.recording_url, step.transcript_url,
                         step.provider_state, step.reason);
    transaction.count(Tally::kKept, 1);
    transaction.note_kept();
    return EBRA_KEPT;
}

std::vector<StepRecord> take_kept(Transaction& transaction, const std::string& provider,
                                  const std::string& provider_call_id) {
    if (!transaction.may_have_kept()) return {};
    std::vector<StepRecord> steps;
    std::vector<std::int64_t> rows;
    {
        Statement row = transaction.db().query(Sql::kKeptTake, provider_call_id, provider);
        while (row.step()) {
            rows.push_back(row.integer(0));
            steps.push_back(read_step(row));
        }
    }
    for (const std::int64_t row : rows) transaction.db().run(Sql::kKeptDelete, row);
    transaction.count(Tally::kKept, -static_cast<std::int64_t>(rows.size()));
    return steps;
}

}  // namespace ebra::sqlite
