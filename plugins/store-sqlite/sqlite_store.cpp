#include "sqlite_store.hpp"

#include "advance.hpp"
#include "check.hpp"
#include "claim.hpp"
#include "enqueue.hpp"
#include "error.hpp"
#include "explain.hpp"
#include "history.hpp"
#include "limits.hpp"
#include "nodes.hpp"
#include "outbox.hpp"
#include "patch.hpp"
#include "queries.hpp"
#include "reclaim.hpp"
#include "schema.hpp"

#include "ebra/plugin.hpp"

namespace ebra::sqlite {

namespace {

Connection open_and_migrate(const Options& options) {
    Connection connection = open_file(options);
    migrate(connection, options, [](int) {});
    return connection;
}

ebra_limit to_abi(const LimitState& state) {
    auto limit = plugin::sized<ebra_limit>();
    limit.key = plugin::str(state.limit.key);
    limit.max_in_flight = state.limit.max_in_flight;
    limit.grants_per_1000s = state.limit.grants_per_1000s;
    limit.burst = state.limit.burst;
    limit.in_flight = state.in_flight;
    limit.paused = state.limit.paused ? 1 : 0;
    limit.blocked_until = state.limit.blocked_until;
    limit.note = plugin::str(state.limit.note);
    return limit;
}

ebra_entry to_abi(const Entry& record) {
    auto entry = plugin::sized<ebra_entry>();
    entry.kind = record.kind;
    entry.placement = record.placement;
    entry.status = record.status;
    entry.outcome = record.outcome;
    entry.applied = record.is_applied ? 1 : 0;
    entry.at = record.at;
    entry.provider_call_id = plugin::str(record.provider_call_id);
    entry.detail = plugin::str(record.detail);
    return entry;
}

}  // namespace

SqliteStore::SqliteStore(const ebra_host* host, const Options& options)
    : SqliteStore(host, options, open_and_migrate(options)) {}

SqliteStore::SqliteStore(const ebra_host* host, const Options& options, Connection connection)
    : host_(host),
      file_health_(options.path),
      time_(host, connection.read_integer("SELECT floor FROM clock")),
      writer_(options, std::move(connection), time_, [this] { signal_.raise(); }),
      readers_(options),
      signal_(options.path, [this] { return writer_.foreign_version(); }) {}

SqliteStore::~SqliteStore() {
    try {
        raise_floor();
    } catch (const std::exception& error) {
        const std::string text = std::string("the clock was not saved at the end: ") + error.what();
        host_->log(host_, EBRA_LOG_WARN, plugin::str(text));
    }
}

void SqliteStore::enqueue(ebra_time_ms now, const ebra_call_spec* const* specs, std::size_t count,
                          const ebra_item_sink& sink) {
    std::vector<ItemResult> items;
    writer_.write({now, count, false, [&](Transaction& transaction) {
                       items.clear();
                       items.reserve(count);
                       for (std::size_t i = 0; i < count; ++i) {
                           items.push_back(sqlite::enqueue(transaction, *specs[i], now));
                       }
                   }});
    put_items(items, sink);
}

void SqliteStore::patch(ebra_time_ms now, const ebra_patch* const* patches, std::size_t count,
                        const ebra_item_sink& sink) {
    std::vector<ItemResult> items;
    writer_.write({now, count, false, [&](Transaction& transaction) {
                       items.clear();
                       items.reserve(count);
                       for (std::size_t i = 0; i < count; ++i) {
                           items.push_back(sqlite::patch(transaction, *patches[i], now));
                       }
                   }});
    put_items(items, sink);
}

void SqliteStore::claim(const ebra_claim_request& request, const ebra_call_sink& sink,
                        ebra_claim_report& report) {
    ClaimResult result;
    // A claim is the intent to dial: it must not be forgotten by a power cut, whatever the mode.
    writer_.write({request.now, request.limit, true, [&](Transaction& transaction) {
                       result = sqlite::claim(transaction, request);
                   }});
    result.report.struct_size = report.struct_size;
    report = result.report;
    put_calls(result.calls, sink);
}

void SqliteStore::advance(ebra_time_ms now, const ebra_advance* const* steps, std::size_t count,
                          const ebra_item_sink& sink) {
    std::vector<StepRecord> records;
    for (std::size_t i = 0; i < count; ++i) records.push_back(step_from_abi(*steps[i]));
    std::vector<ItemResult> items;
    writer_.write({now, count, false, [&](Transaction& transaction) {
                       items.clear();
                       items.reserve(count);
                       for (const StepRecord& step : records) {
                           items.push_back(sqlite::advance(transaction, step, now));
                       }
                   }});
    put_items(items, sink);
}

void SqliteStore::reclaim(const ebra_reclaim_request& request, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    writer_.write({request.now, request.limit, false, [&](Transaction& transaction) {
                       calls = sqlite::reclaim(transaction, request);
                   }});
    put_calls(calls, sink);
}

void SqliteStore::lease_renew(const ebra_lease_request& request, ebra_lease_report& report) {
    ebra_lease_report made{};
    writer_.write({request.now, 1, false,
                   [&](Transaction& transaction) { made = renew_lease(transaction, request); }});
    made.struct_size = report.struct_size;
    report = made;
}

void SqliteStore::lease_end(ebra_time_ms now, ebra_str node) {
    writer_.write({now, 1, false, [&](Transaction& transaction) {
                       end_lease(transaction, plugin::view(node), now);
                   }});
}

void SqliteStore::limits_set(ebra_time_ms now, const ebra_limit* const* limits, std::size_t count) {
    writer_.write({now, count, false, [&](Transaction& transaction) {
                       for (std::size_t i = 0; i < count; ++i) {
                           set_limit(transaction, *limits[i], now);
                       }
                       transaction.announce_work();
                   }});
}

void SqliteStore::limits_get(const ebra_limit_sink& sink) {
    std::vector<LimitState> limits;
    readers_.read([&](Session& session) { limits = all_limits(session); });
    for (const LimitState& state : limits) {
        const ebra_limit limit = to_abi(state);
        sink.put(sink.context, &limit);
    }
}

void SqliteStore::setting(ebra_str key, ebra_str proposed, const ebra_text_sink& sink) {
    std::string value;
    writer_.write({0, 1, false, [&](Transaction& transaction) {
                       const std::string_view name = plugin::view(key);
                       transaction.db().run(Sql::kSettingInsert, name, plugin::view(proposed));
                       Statement row = transaction.db().query(Sql::kSettingRead, name);
                       if (row.step()) value = row.text(0);
                   }});
    sink.put(sink.context, plugin::str(value));
}

void SqliteStore::get(const ebra_str* ids, std::size_t count, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    readers_.read([&](Session& session) { calls = get_calls(session, ids, count); });
    put_calls(calls, sink);
}

void SqliteStore::find(const ebra_find_request& request, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    readers_.read([&](Session& session) { calls = find_calls(session, request); });
    put_calls(calls, sink);
}

void SqliteStore::list(const ebra_list_request& request, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    readers_.read([&](Session& session) { calls = list_calls(session, request); });
    put_calls(calls, sink);
}

void SqliteStore::counts(ebra_counts& out) {
    ebra_counts made{};
    readers_.read([&](Session& session) { made = count_calls(session); });
    made.struct_size = out.struct_size;
    out = made;
}

void SqliteStore::explain(ebra_time_ms now, ebra_str id, const ebra_reason_sink& sink) {
    std::vector<Reason> reasons;
    readers_.read(
        [&](Session& session) { reasons = sqlite::explain(session, plugin::view(id), now); });
    for (const Reason& reason : reasons) {
        auto put = plugin::sized<ebra_reason>();
        put.why = reason.why;
        put.subject = plugin::str(reason.subject);
        put.until = reason.until;
        sink.put(sink.context, &put);
    }
}

void SqliteStore::health() {
    file_health_.check_place();
    readers_.read([this](Session& session) { file_health_.check_content(session.connection); });
    raise_floor();
}

void SqliteStore::entries(ebra_str call_id, const ebra_entry_sink& sink) {
    std::vector<Entry> entries;
    readers_.read(
        [&](Session& session) { entries = read_entries(session, plugin::view(call_id)); });
    for (const Entry& record : entries) {
        const ebra_entry entry = to_abi(record);
        sink.put(sink.context, &entry);
    }
}

void SqliteStore::placements(ebra_str call_id, const ebra_placement_sink& sink) {
    std::vector<PlacementRecord> placements;
    readers_.read(
        [&](Session& session) { placements = read_placements(session, plugin::view(call_id)); });
    for (const PlacementRecord& record : placements) {
        const ebra_placement placement = to_abi(record);
        sink.put(sink.context, &placement);
    }
}

void SqliteStore::outbox_read(std::uint64_t after, std::size_t limit,
                              const ebra_outbox_sink& sink) {
    std::vector<OutboxRow> rows;
    readers_.read([&](Session& session) { rows = read_outbox(session, after, limit); });
    for (const OutboxRow& record : rows) {
        auto row = plugin::sized<ebra_outbox_row>();
        row.status = record.status;
        row.sequence = record.sequence;
        row.call_id = plugin::str(record.call_id);
        row.at = record.at;
        sink.put(sink.context, &row);
    }
}

void SqliteStore::outbox_ack(const std::uint64_t* sequences, std::size_t count) {
    writer_.write({0, count, false,
                   [&](Transaction& transaction) { acknowledge(transaction, sequences, count); }});
}

void SqliteStore::check(const ebra_text_sink& sink) {
    std::vector<std::string> lines;
    readers_.read([&](Session& session) { lines = sqlite::check(session); });
    for (const std::string& line : lines) sink.put(sink.context, plugin::str(line));
}

void SqliteStore::raise_floor() {
    writer_.write({0, 1, false, [&](Transaction& transaction) {
                       transaction.db().run(Sql::kClockTouch, time_.now());
                   }});
}

}  // namespace ebra::sqlite
