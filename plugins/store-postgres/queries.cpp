#include "queries.hpp"

#include "batch.hpp"
#include "error.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace ebra::postgres {

namespace {

constexpr std::uint64_t kPageMax = 1000;
constexpr std::uint64_t kOffsetMax = std::uint64_t{1} << 62;
constexpr std::size_t kOutboxReadMax = 1000;
constexpr std::uint64_t kSequenceMax = std::numeric_limits<std::int64_t>::max();

CallRecord require_call(Session& session, std::string_view id) {
    std::optional<FullCall> found = find_call(session, id);
    if (!found) throw StoreError(EBRA_NOT_FOUND, "there is no call with this id");
    return std::move(found->call);
}

Entry enqueued(const CallRecord& call) {
    Entry entry;
    entry.kind = EBRA_ENTRY_ENQUEUED;
    entry.status = EBRA_CALL_PENDING;
    entry.at = call.created_at;
    return entry;
}

std::map<std::int32_t, std::int64_t> open_by_state(Session& session) {
    std::map<std::int32_t, std::int64_t> open;
    session.db.query(Sql::kOpenByState).each([&](const Row& row) {
        open[row.number<std::int32_t>(0)] = row.integer(1);
    });
    return open;
}

}  // namespace

std::optional<FullCall> find_call(Session& session, std::string_view id) {
    if (!is_storable(id)) return std::nullopt;
    ArrayLiteral asked;
    asked.add(id);
    auto calls = read_full_calls(session, session.db.query(Sql::kCallsByIds, asked.text()));
    if (calls.empty()) return std::nullopt;
    return std::move(calls.front());
}

std::vector<FullCall> get_calls(Session& session, const ebra_str* ids, std::size_t count) {
    ArrayLiteral asked;
    for (std::size_t i = 0; i < count; ++i) {
        if (is_storable(plugin::view(ids[i]))) asked.add(plugin::view(ids[i]));
    }
    return read_full_calls(session, session.db.query(Sql::kCallsByIds, asked.text()));
}

std::vector<FullCall> find_calls(Session& session, const ebra_find_request& request) {
    const std::string provider = plugin::copy(request.provider);
    const std::string value = plugin::copy(request.value);
    if (!is_storable(provider) || !is_storable(value)) return {};
    ArrayLiteral tenants, keys;
    tenants.add(provider);
    keys.add(value);
    switch (request.by) {
        case EBRA_FIND_PROVIDER_CALL_ID:
            return read_full_calls(session,
                                   session.db.query(Sql::kCallsByProviderCallId, value, provider));
        case EBRA_FIND_IDEMPOTENCY_KEY:
            return read_full_calls(
                session, session.db.query(Sql::kCallsByKeys, tenants.text(), keys.text()));
        case EBRA_FIND_CLAIM:
            return read_full_calls(
                session,
                session.db.query(Sql::kCallsByClaim, static_cast<std::int64_t>(request.claim)));
        default:
            throw invalid("find knows no look-up with this number");
    }
}

std::vector<FullCall> list_calls(Session& session, const ebra_list_request& request) {
    if (request.limit < 1 || request.limit > kPageMax) {
        throw invalid("a page holds 1 to 1000 calls");
    }
    const auto offset = static_cast<std::int64_t>(std::min(request.offset, kOffsetMax));
    const auto limit = static_cast<std::int64_t>(request.limit);
    Connection& db = session.db;
    switch (request.status) {
        case 0:
            return read_full_calls(session, db.query(Sql::kCallsPage, limit, offset));
        case EBRA_CALL_PENDING:
            return read_full_calls(session, db.query(Sql::kCallsPageWaiting, limit, offset));
        case EBRA_CALL_IN_PROGRESS:
            return read_full_calls(session, db.query(Sql::kCallsPageInProgress, limit, offset));
        default:
            return read_full_calls(session,
                                   db.query(Sql::kCallsPageOver, limit, offset, request.status));
    }
}

ebra_counts count_calls(Session& session) {
    const Rows tallies = session.db.query(Sql::kTalliesRead);
    const Row row = tallies.at(0);
    auto open = open_by_state(session);
    const Rows rest = session.db.query(Sql::kCountsRest);
    ebra_counts counts{};
    counts.pending = row.integer(0);
    counts.in_progress = row.integer(1);
    counts.completed = row.integer(2);
    counts.failed = row.integer(3);
    counts.canceled = row.integer(4);
    counts.expired = row.integer(5);
    counts.parked = row.integer(6);
    counts.kept = row.integer(7);
    counts.owed = row.integer(8);
    counts.contradictions = row.integer(9);
    counts.claimed = open[EBRA_PLACEMENT_CLAIMED];
    counts.placed = open[EBRA_PLACEMENT_PLACED];
    counts.unknown = open[EBRA_PLACEMENT_UNKNOWN];
    counts.undecided = rest.at(0).integer(0);
    counts.oldest_due_at = rest.at(0).integer(1);
    return counts;
}

std::vector<Entry> read_entries(Session& session, std::string_view call_id) {
    const CallRecord call = require_call(session, call_id);
    std::vector<Entry> entries = {enqueued(call)};
    ArrayLiteral asked;
    asked.add(call.seq);
    session.db.query(Sql::kEntriesOfCalls, asked.text()).each([&](const Row& row) {
        entries.push_back(read_entry(row));
    });
    return entries;
}

std::vector<PlacementRecord> read_placements(Session& session, std::string_view call_id) {
    const CallRecord call = require_call(session, call_id);
    std::vector<PlacementRecord> placements;
    session.db.query(Sql::kPlacementsOfCall, call.seq).each([&](const Row& row) {
        placements.push_back(read_placement(row, 0));
    });
    return placements;
}

std::vector<OutboxRow> read_outbox(Session& session, std::uint64_t after, std::size_t limit) {
    if (limit < 1 || limit > kOutboxReadMax) {
        throw invalid("1 to 1000 outbox rows are read at once");
    }
    std::vector<OutboxRow> rows;
    session.db
        .query(Sql::kOutboxRead, static_cast<std::int64_t>(std::min(after, kSequenceMax)),
               static_cast<std::int64_t>(limit))
        .each([&](const Row& row) {
            rows.push_back({row.number<std::uint64_t>(0), row.number<std::int32_t>(1),
                            row.integer(2), row.text(3)});
        });
    return rows;
}

void acknowledge(Session& session, const std::uint64_t* sequences, std::size_t count) {
    ArrayLiteral asked;
    for (std::size_t i = 0; i < count; ++i) {
        asked.add(static_cast<std::int64_t>(std::min(sequences[i], kSequenceMax)));
    }
    const Rows done = session.db.query(Sql::kOutboxAcknowledge, asked.text());
    ArrayLiteral deltas;
    for (std::size_t tally = 0; tally < kTallyCount; ++tally) {
        const bool is_owed = tally == static_cast<std::size_t>(Tally::kOwed);
        deltas.add(is_owed ? -done.at(0).integer(0) : std::int64_t{0});
    }
    session.db.query(Sql::kTally, deltas.text());
}

}  // namespace ebra::postgres
