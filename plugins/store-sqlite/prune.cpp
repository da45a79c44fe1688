#include "prune.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace ebra::sqlite {

namespace {

constexpr std::uint32_t kPruneMax = 1000;
constexpr std::uint64_t kSeqMax = std::numeric_limits<std::int64_t>::max();

struct FinishedCall {
    std::int64_t seq = 0;
    std::int32_t status = 0;
    bool is_acknowledged = false;
};

/// The next calls of the pass: those that go, where the next step goes on, and whether what comes
/// later is too young.
struct Look {
    std::vector<FinishedCall> gone;
    std::uint64_t after = 0;
    bool is_over = false;
};

Look look(Session& session, const ebra_prune_request& request) {
    Look made;
    made.after = std::min(request.after, kSeqMax);
    const bool drops_owed = (request.flags & EBRA_PRUNE_OWED) != 0;
    std::uint32_t seen = 0;
    Statement row = session.connection.query(Sql::kPruneLook, made.after, request.limit);
    while (row.step()) {
        ++seen;
        const FinishedCall call{row.integer(0), row.number<std::int32_t>(1), row.integer(4) != 0};
        made.after = static_cast<std::uint64_t>(call.seq);
        // What came later cannot have ended earlier.
        if (row.integer(3) >= request.before) made.is_over = true;
        const bool is_terminal = call.status >= EBRA_CALL_COMPLETED;
        const bool goes =
            is_terminal && row.integer(2) < request.before && (call.is_acknowledged || drops_owed);
        if (goes) made.gone.push_back(call);
    }
    made.is_over |= seen < request.limit;
    return made;
}

/// What belongs to a call; returns its contradictions.
std::int64_t count(Session& session, std::int64_t seq, ebra_prune_report& report) {
    Statement row = session.connection.query(Sql::kPruneCount, seq);
    if (!row.step()) return 0;
    report.calls += 1;
    report.placements += row.integer(0);
    report.entries += row.integer(1);
    return row.integer(2);
}

void remove(Transaction& transaction, const FinishedCall& call, ebra_prune_report& report) {
    transaction.count(Tally::kContradictions, -count(transaction.session(), call.seq, report));
    Connection& db = transaction.db();
    db.run(Sql::kPruneMappings, call.seq);
    db.run(Sql::kPrunePlacements, call.seq);
    db.run(Sql::kPruneEntries, call.seq);
    db.run(Sql::kPruneEvent, call.seq);
    db.run(Sql::kPruneCall, call.seq);
    transaction.count_status(call.status, -1);
    if (!call.is_acknowledged) transaction.count(Tally::kOwed, -1);
}

}  // namespace

void require_sound(const ebra_prune_request& request) {
    if (request.limit < 1 || request.limit > kPruneMax) {
        throw invalid("a step of pruning looks at 1 to 1000 calls");
    }
    if (request.before > request.now) throw invalid("what has not ended yet cannot be pruned");
}

ebra_prune_report prune(Transaction& transaction, const ebra_prune_request& request) {
    auto report = plugin::sized<ebra_prune_report>();
    const Look found = look(transaction.session(), request);
    for (const FinishedCall& call : found.gone) remove(transaction, call, report);
    Connection& db = transaction.db();
    const std::int64_t keys = db.run(Sql::kPruneEvidence, request.before, request.limit);
    const std::int64_t kept = db.run(Sql::kKeptExpire, request.before);
    transaction.count(Tally::kKept, -kept);
    report.evidence = keys + kept;
    report.nodes = db.run(Sql::kPruneNodes, request.before);
    report.after = found.after;
    report.is_over = found.is_over && keys < std::int64_t{request.limit} ? 1 : 0;
    return report;
}

ebra_prune_report prune_dry(Session& session, const ebra_prune_request& request) {
    auto report = plugin::sized<ebra_prune_report>();
    const Look found = look(session, request);
    for (const FinishedCall& call : found.gone) (void)count(session, call.seq, report);
    report.after = found.after;
    report.is_over = found.is_over ? 1 : 0;
    // The rest is counted once, as nothing of it goes between the steps.
    if (!found.is_over) return report;
    Statement row = session.connection.query(Sql::kPruneRestCount, request.before);
    if (!row.step()) return report;
    report.evidence = row.integer(0);
    report.nodes = row.integer(1);
    return report;
}

}  // namespace ebra::sqlite
