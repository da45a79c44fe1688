#include "queries.hpp"

#include "error.hpp"
#include "limits.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {

constexpr std::uint64_t kPageMax = 1000;
constexpr std::uint64_t kOffsetMax = std::uint64_t{1} << 62;

std::vector<FullCall> read_all(Session& session, Statement row) {
    std::vector<FullCall> calls;
    while (row.step()) calls.push_back(with_latest(session, read_call(session, row)));
    return calls;
}

ebra_time_ms oldest_due_at(Session& session) {
    Statement row = session.connection.query(Sql::kOldestReady);
    return row.step() ? row.integer(0) : 0;
}

std::int64_t undecided(Session& session) {
    Statement row = session.connection.query(Sql::kUndecidedCount);
    return row.step() ? row.integer(0) : 0;
}

std::int64_t in_state(const OpenCounts& open, std::int32_t state) {
    const auto found = open.by_state.find(state);
    return found == open.by_state.end() ? 0 : found->second;
}

}  // namespace

std::vector<FullCall> get_calls(Session& session, const ebra_str* ids, std::size_t count) {
    std::vector<FullCall> calls;
    for (std::size_t i = 0; i < count; ++i) {
        auto call = find_call(session, plugin::view(ids[i]));
        if (call) calls.push_back(with_latest(session, *std::move(call)));
    }
    return calls;
}

std::vector<FullCall> find_calls(Session& session, const ebra_find_request& request) {
    Connection& db = session.connection;
    const std::string_view provider = plugin::view(request.provider);
    const std::string_view value = plugin::view(request.value);
    switch (request.by) {
        case EBRA_FIND_PROVIDER_CALL_ID:
            return read_all(session, db.query(Sql::kCallsByProviderCallId, value, provider));
        case EBRA_FIND_IDEMPOTENCY_KEY:
            return read_all(session, db.query(Sql::kCallByIdempotencyKey, provider, value));
        case EBRA_FIND_CLAIM:
            return read_all(session, db.query(Sql::kCallsByClaim, request.claim));
        default:
            throw invalid("find knows no look-up with this number");
    }
}

std::vector<FullCall> list_calls(Session& session, const ebra_list_request& request) {
    if (request.limit < 1 || request.limit > kPageMax) {
        throw invalid("a page holds 1 to 1000 calls");
    }
    const std::uint64_t offset = std::min(request.offset, kOffsetMax);
    Connection& db = session.connection;
    if (request.status == 0) {
        return read_all(session, db.query(Sql::kCallsPage, request.limit, offset));
    }
    return read_all(session,
                    db.query(Sql::kCallsPageByStatus, request.limit, offset, request.status));
}

ebra_counts count_calls(Session& session) {
    const Tallies tallies = read_tallies(session.connection);
    const OpenCounts open = count_open(session);
    const auto of_status = [&](std::size_t status) { return tallies.at(status - 1); };
    const auto of_tally = [&](Tally tally) { return tallies.at(static_cast<std::size_t>(tally)); };
    ebra_counts counts{};
    counts.pending = of_status(EBRA_CALL_PENDING);
    counts.in_progress = of_status(EBRA_CALL_IN_PROGRESS);
    counts.completed = of_status(EBRA_CALL_COMPLETED);
    counts.failed = of_status(EBRA_CALL_FAILED);
    counts.canceled = of_status(EBRA_CALL_CANCELED);
    counts.expired = of_status(EBRA_CALL_EXPIRED);
    counts.claimed = in_state(open, EBRA_PLACEMENT_CLAIMED);
    counts.placed = in_state(open, EBRA_PLACEMENT_PLACED);
    counts.unknown = in_state(open, EBRA_PLACEMENT_UNKNOWN);
    counts.undecided = undecided(session);
    counts.parked = of_tally(Tally::kParked);
    counts.kept = of_tally(Tally::kKept);
    counts.owed = of_tally(Tally::kOwed);
    counts.contradictions = of_tally(Tally::kContradictions);
    counts.oldest_due_at = oldest_due_at(session);
    return counts;
}

}  // namespace ebra::sqlite
