#include "sqlite_store.hpp"

#include "advance.hpp"
#include "check.hpp"
#include "claim.hpp"
#include "enqueue.hpp"
#include "error.hpp"
#include "explain.hpp"
#include "gap.hpp"
#include "history.hpp"
#include "limits.hpp"
#include "nodes.hpp"
#include "outbox.hpp"
#include "patch.hpp"
#include "prune.hpp"
#include "queries.hpp"
#include "reclaim.hpp"
#include "recovery.hpp"
#include "schema.hpp"

#include "ebra/plugin.hpp"

namespace ebra::sqlite {

namespace {

constexpr std::string_view kWhyStopped =
    "the store's file is older than it was (a backup in its place?) and has lost commits; no call "
    "is dialed until you run: ebra recover";

Connection open_and_migrate(const Options& options) {
    Connection connection = open_file(options);
    migrate(connection, options, [](int) {});
    return connection;
}

}  // namespace

SqliteStore::SqliteStore(const ebra_host* host, const Options& options)
    : SqliteStore(host, options, open_and_migrate(options)) {}

SqliteStore::SqliteStore(const ebra_host* host, const Options& options, Connection connection)
    : host_(host),
      file_health_(options.path),
      recovers_(options.recovers),
      witness_(host, options.path),
      time_(host, connection.read_integer("SELECT floor FROM clock")),
      writer_(
          options, std::move(connection), time_, [this] { signal_.raise(); },
          [this] { return signal_.call_in(); }),
      readers_(options),
      signal_(options.path, [this] { return writer_.foreign_version(); }) {
    const ebra_time_ms seen = witness_.seen();
    if (time_.floor_at_start() >= seen) return;
    // A time that was lost is not given a second time either.
    time_.adopt(seen);
    writer_.write({0, 1, true, [this](Transaction& transaction) { watch(transaction); }});
}

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
    writer_.write({now, count, false,
                   [&](Transaction& transaction) {
                       items.clear();
                       items.reserve(count);
                       for (std::size_t i = 0; i < count; ++i) {
                           items.push_back(sqlite::enqueue(transaction, *specs[i], now));
                       }
                   },
                   Work::kBrings});
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
    // What is written to a file that is gone is forgotten with it.
    file_health_.check_place();
    ClaimResult result;
    // A claim is the intent to dial: it must not be forgotten by a power cut, whatever the mode.
    writer_.write({request.now, request.limit, true,
                   [&](Transaction& transaction) {
                       result = sqlite::claim(transaction, request);
                       signal_.taken_up();
                   },
                   Work::kTakes});
    fill(report, result.report);
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
    writer_.write({request.now, 1, true, [&](Transaction& transaction) {
                       watch(transaction);
                       made = renew_lease(transaction, request);
                   }});
    witness_.saw(request.now);
    fill(report, made);
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
    put_limits(limits, sink);
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
    fill(out, made);
}

void SqliteStore::explain(ebra_time_ms now, ebra_str id, const ebra_reason_sink& sink) {
    std::vector<Reason> reasons;
    readers_.read(
        [&](Session& session) { reasons = sqlite::explain(session, plugin::view(id), now); });
    put_reasons(reasons, sink);
}

void SqliteStore::health() {
    file_health_.check_place();
    readers_.read([this](Session& session) { file_health_.check_content(session.connection); });
    raise_floor();
    readers_.read([](Session& session) { require_not_stopped(session); });
}

void SqliteStore::recover(ebra_time_ms now, std::uint32_t flags, ebra_recovery& out) {
    const bool asks_first = (flags & EBRA_RECOVER_NOTHING_LOST) == 0;
    Recovered made;
    writer_.write({now, 1, true, [&](Transaction& transaction) {
                       made = sqlite::recover(transaction, asks_first, now);
                   }});
    witness_.saw(now);
    out.unknown = made.unknown;
    out.doubtful = made.doubtful;
}

void SqliteStore::entries(ebra_str call_id, const ebra_entry_sink& sink) {
    std::vector<Entry> entries;
    readers_.read(
        [&](Session& session) { entries = read_entries(session, plugin::view(call_id)); });
    put_entries(entries, sink);
}

void SqliteStore::placements(ebra_str call_id, const ebra_placement_sink& sink) {
    std::vector<PlacementRecord> placements;
    readers_.read(
        [&](Session& session) { placements = read_placements(session, plugin::view(call_id)); });
    put_placements(placements, sink);
}

void SqliteStore::outbox_read(std::uint64_t after, std::size_t limit,
                              const ebra_outbox_sink& sink) {
    std::vector<OutboxRow> rows;
    readers_.read([&](Session& session) { rows = read_outbox(session, after, limit); });
    put_outbox(rows, sink);
}

void SqliteStore::outbox_ack(const std::uint64_t* sequences, std::size_t count) {
    writer_.write({0, count, false,
                   [&](Transaction& transaction) { acknowledge(transaction, sequences, count); }});
}

void SqliteStore::gap_set(ebra_time_ms now, std::int64_t min_gap_ms) {
    writer_.write(
        {now, 1, false, [&](Transaction& transaction) { set_gap(transaction, min_gap_ms); }});
}

std::int64_t SqliteStore::gap_get() {
    std::int64_t gap_ms = 0;
    readers_.read([&](Session& session) { gap_ms = read_gap(session); });
    return gap_ms;
}

void SqliteStore::prune(const ebra_prune_request& request, ebra_prune_report& report) {
    require_sound(request);
    ebra_prune_report made{};
    if ((request.flags & EBRA_PRUNE_DRY_RUN) != 0) {
        readers_.read([&](Session& session) { made = prune_dry(session, request); });
    } else {
        writer_.write({request.now, request.limit, false, [&](Transaction& transaction) {
                           made = sqlite::prune(transaction, request);
                       }});
    }
    made.struct_size = report.struct_size;
    report = made;
}

void SqliteStore::check(const ebra_text_sink& sink) {
    std::vector<std::string> lines;
    readers_.read([&](Session& session) { lines = sqlite::check(session); });
    put_lines(lines, sink);
}

/// Notices when the file has not come as far as it was known to be.
void SqliteStore::watch(Transaction& transaction) {
    {
        Statement row = transaction.db().query(Sql::kClockRead);
        if (row.step() && row.integer(0) >= witness_.seen()) return;
    }
    meet_loss(transaction);
}

void SqliteStore::meet_loss(Transaction& transaction) {
    if (!recovers_) {
        if (transaction.db().run(Sql::kRecoveryStop, kWhyStopped) == 0) return;
        host_->log(host_, EBRA_LOG_ERROR, plugin::str(kWhyStopped));
        return;
    }
    const Recovered made = sqlite::recover(transaction, true, time_.now());
    const std::string text =
        "the file went back in time (a backup?) and was recovered from: " +
        std::to_string(made.unknown) + " claimed placements are unknown now, " +
        std::to_string(made.doubtful) + " waiting calls are asked about before they are dialed";
    host_->log(host_, EBRA_LOG_WARN, plugin::str(text));
}

void SqliteStore::raise_floor() {
    writer_.write({0, 1, false, [&](Transaction& transaction) {
                       transaction.db().run(Sql::kClockTouch, time_.now());
                   }});
}

}  // namespace ebra::sqlite
