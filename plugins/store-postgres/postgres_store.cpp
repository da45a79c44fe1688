#include "postgres_store.hpp"

#include "advance.hpp"
#include "claim.hpp"
#include "enqueue.hpp"
#include "error.hpp"
#include "explain.hpp"
#include "limits.hpp"
#include "nodes.hpp"
#include "prune.hpp"
#include "queries.hpp"
#include "schema.hpp"

#include "ebra/plugin.hpp"

namespace ebra::postgres {

namespace {

constexpr int kLeaseConnections = 2;

/// Connects, and sees to it that the schema is there, before anything else is made.
const Options& prepared(const Options& options, StoreClock& clock) {
    const std::unique_ptr<Connection> connection = connect(options);
    if (schema_version(*connection, options) < schema_steps()) {
        if (!options.migrates) {
            throw StoreError(EBRA_UNAVAILABLE,
                             "the schema \"" + options.schema +
                                 "\" is not there or is old, and `migrate` is \"check\"; run "
                                 "`ebra migrate`",
                             0, kRetryAfterMs);
        }
        migrate(*connection, options, [](int) {});
    }
    const Rows look = connection->execute(
        "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, floor FROM " +
        quoted_schema(options) + ".clock");
    clock.measured(look.at(0).integer(0));
    clock.raise(look.at(0).integer(1));
    return options;
}

void savepoint_range(Session& session, std::size_t first, std::size_t last,
                     const std::function<void(Session&, std::size_t, std::size_t)>& carry_out,
                     std::vector<ItemResult>& items) {
    session.db.execute("SAVEPOINT part");
    try {
        carry_out(session, first, last);
        session.db.execute("RELEASE SAVEPOINT part");
        return;
    } catch (const BadRow&) {
        session.db.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
    }
    if (last - first == 1) {
        items[first] = {EBRA_INVALID_ARGUMENT, std::nullopt};
        return;
    }
    const std::size_t middle = first + (last - first) / 2;
    savepoint_range(session, first, middle, carry_out, items);
    savepoint_range(session, middle, last, carry_out, items);
}

}  // namespace

PostgresStore::PostgresStore(const ebra_host* host, const Options& options)
    : host_(host),
      options_(options),
      clock_(host),
      refusals_(host),
      timeline_(host, prepared(options_, clock_), clock_),
      database_(options_, options_.pool_size, clock_, watchdog_, timeline_.is_synchronous(),
                [this](Connection& connection) { timeline_.look(connection); }),
      leases_(options_, kLeaseConnections, clock_, watchdog_, timeline_.is_synchronous(),
              [this](Connection& connection) { timeline_.look(connection); }),
      listener_(options_, watchdog_) {}

void PostgresStore::write(const Body& body) {
    database_.run(Begin::kWrite, [&](Connection& connection) {
        Session session{connection, lanes_};
        body(session);
    });
}

void PostgresStore::read(const Body& body) {
    database_.run(Begin::kRead, [&](Connection& connection) {
        Session session{connection, lanes_};
        body(session);
    });
}

/// One bad row never stops the others: after a batch has failed for one, it is done again in
/// halves, within one transaction.
void PostgresStore::write_items(std::vector<ItemResult>& items, const Range& carry_out) {
    if (items.empty()) return;
    try {
        try {
            write([&](Session& session) {
                session.is_whole = true;
                carry_out(session, 0, items.size());
            });
        } catch (const BadRow&) {
            write([&](Session& session) {
                savepoint_range(session, 0, items.size(), carry_out, items);
            });
        }
    } catch (const StoreError& error) {
        refusals_.note(error);
        throw;
    }
    refusals_.forget();
}

void PostgresStore::enqueue(ebra_time_ms now, const ebra_call_spec* const* specs, std::size_t count,
                            const ebra_item_sink& sink) {
    clock_.require_not_ahead(now);
    std::vector<ItemResult> items(count);
    const auto make = [&] { write([&](Session& session) { make_lanes(session, specs, count); }); };
    const auto store = [&] {
        write_items(items, [&](Session& session, std::size_t first, std::size_t last) {
            postgres::enqueue(session, now, specs, first, last, items);
        });
    };
    if (!has_met_lanes(lanes_, specs, count)) make();
    try {
        store();
    } catch (const LaneGone&) {
        make();
        store();
    }
    ++stored_;
    if (!is_full_) listener_.announce();
    put_items(items, sink);
}

void PostgresStore::patch(ebra_time_ms now, const ebra_patch* const* patches, std::size_t count,
                          const ebra_item_sink& sink) {
    clock_.require_not_ahead(now);
    std::vector<ItemResult> items(count);
    write_items(items, [&](Session& session, std::size_t first, std::size_t last) {
        postgres::patch(session, now, patches, first, last, items);
    });
    listener_.announce();
    put_items(items, sink);
}

void PostgresStore::claim(const ebra_claim_request& request, const ebra_call_sink& sink,
                          ebra_claim_report& report) {
    require_sound(request);
    clock_.require_not_ahead(request.now);
    ClaimResult result;
    const bool has_news = listener_.take_up();
    try {
        result = claim(request);
    } catch (...) {
        if (has_news) listener_.tell_others();
        throw;
    }
    if (has_news && !result.leaves_nothing) listener_.tell_others();
    fill(report, result.report);
    put_calls(result.calls, sink);
}

ClaimResult PostgresStore::claim(const ebra_claim_request& request) {
    ClaimResult result;
    bool is_done = false;
    // Where calls were just stored, or left, the look would be for nothing.
    const std::uint64_t stored = stored_;
    if (stored == claimed_ && !is_full_) {
        database_.run(Begin::kPeek, [&](Connection& connection) {
            Session session{connection, lanes_};
            is_done = is_idle(session, request, looks_, result);
        });
    }
    if (is_done) return result;
    database_.run(Begin::kGate, [&](Connection& connection) {
        Session session{connection, lanes_};
        // Here claims of this process go one by one. Before it looks: what is stored from now on
        // may be missed, and is to be told of.
        is_full_ = false;
        result = postgres::claim(session, request, looks_);
        is_full_ = result.is_full;
    });
    if (result.calls.empty() || result.leaves_nothing) claimed_ = stored;
    return result;
}

void PostgresStore::advance(ebra_time_ms now, const ebra_advance* const* steps, std::size_t count,
                            const ebra_item_sink& sink) {
    clock_.require_not_ahead(now);
    std::vector<StepRecord> records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(step_from_abi(*steps[i]));
        // Not even to be asked about: a step of nothing is told INVALID_ARGUMENT.
        if (!is_storable(records.back())) records.back() = StepRecord();
    }
    std::vector<ItemResult> items(count);
    bool has_work = false;
    write_items(items, [&](Session& session, std::size_t first, std::size_t last) {
        Batch batch(session, now);
        batch.load(records, first, last);
        for (std::size_t i = first; i < last; ++i) {
            items[i] = postgres::advance(batch, records[i]);
        }
        batch.write();
        has_work |= batch.has_work();
    });
    if (has_work) listener_.announce();
    put_items(items, sink);
}

void PostgresStore::reclaim(const ebra_reclaim_request& request, const ebra_call_sink& sink) {
    clock_.require_not_ahead(request.now);
    std::vector<FullCall> calls;
    write([&](Session& session) { calls = postgres::reclaim(session, request); });
    put_calls(calls, sink);
}

void PostgresStore::lease_renew(const ebra_lease_request& request, ebra_lease_report& report) {
    clock_.require_not_ahead(request.now);
    ebra_lease_report made{};
    leases_.run(Begin::kWrite, [&](Connection& connection) {
        timeline_.watch(connection);
        Session session{connection, lanes_};
        made = renew_lease(session, request);
        connection.query(Sql::kClockRaise, request.now);
    });
    timeline_.left(request.now);
    fill(report, made);
}

void PostgresStore::lease_end(ebra_time_ms now, ebra_str node) {
    clock_.require_not_ahead(now);
    leases_.run(Begin::kWrite, [&](Connection& connection) {
        Session session{connection, lanes_};
        end_lease(session, plugin::view(node), now);
    });
}

void PostgresStore::limits_set(ebra_time_ms now, const ebra_limit* const* limits,
                               std::size_t count) {
    clock_.require_not_ahead(now);
    database_.run(Begin::kGate, [&](Connection& connection) {
        Session session{connection, lanes_};
        set_limits(session, limits, count, now);
    });
    listener_.announce();
}

void PostgresStore::limits_get(const ebra_limit_sink& sink) {
    std::vector<LimitState> limits;
    read([&](Session& session) { limits = all_limits(session); });
    put_limits(limits, sink);
}

void PostgresStore::setting(ebra_str key, ebra_str proposed, const ebra_text_sink& sink) {
    const std::string name = plugin::copy(key);
    if (!is_storable(name)) throw invalid("a setting's key must be UTF-8 without NUL");
    const std::string first = to_hex(plugin::view(proposed));
    std::string value;
    write([&](Session& session) {
        session.db.query(Sql::kSettingInsert, name, first);
        value = from_hex(session.db.query(Sql::kSettingRead, name).at(0).text(0));
    });
    sink.put(sink.context, plugin::str(value));
}

void PostgresStore::get(const ebra_str* ids, std::size_t count, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    database_.run(Begin::kGet, [&](Connection& connection) {
        Session session{connection, lanes_};
        calls = get_calls(session, ids, count);
    });
    put_calls(calls, sink);
}

void PostgresStore::find(const ebra_find_request& request, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    const auto look = [&](Connection& connection) {
        Session session{connection, lanes_};
        calls = find_calls(session, request);
    };
    // A claim in doubt may still be committing. It has the cap lock until it is through: under that
    // lock it is seen, or never happened.
    database_.run(request.by == EBRA_FIND_CLAIM ? Begin::kGate : Begin::kGet, look);
    put_calls(calls, sink);
}

void PostgresStore::list(const ebra_list_request& request, const ebra_call_sink& sink) {
    std::vector<FullCall> calls;
    read([&](Session& session) { calls = list_calls(session, request); });
    put_calls(calls, sink);
}

void PostgresStore::counts(ebra_counts& out) {
    ebra_counts made{};
    read([&](Session& session) { made = count_calls(session); });
    fill(out, made);
}

void PostgresStore::explain(ebra_time_ms now, ebra_str id, const ebra_reason_sink& sink) {
    std::vector<Reason> reasons;
    read([&](Session& session) { reasons = postgres::explain(session, plugin::view(id), now); });
    put_reasons(reasons, sink);
}

void PostgresStore::health() {
    std::string stopped;
    const ebra_time_ms now = clock_.now();
    leases_.run(Begin::kWrite, [&](Connection& connection) {
        timeline_.watch(connection);
        connection.query(Sql::kClockRaise, now);
        stopped = connection.query(Sql::kGateStopped).at(0).text(0);
    });
    timeline_.left(now);
    require_not_stopped(stopped);
    refusals_.require_none();
}

void PostgresStore::recover(ebra_time_ms now, std::uint32_t flags, ebra_recovery& out) {
    clock_.require_not_ahead(now);
    const bool asks_first = (flags & EBRA_RECOVER_NOTHING_LOST) == 0;
    Recovery made;
    database_.run(Begin::kGate, [&](Connection& connection) {
        made = timeline_.recover(connection, asks_first, now);
    });
    listener_.announce();
    out.unknown = made.unknown;
    out.doubtful = made.doubtful;
}

void PostgresStore::entries(ebra_str call_id, const ebra_entry_sink& sink) {
    std::vector<Entry> entries;
    read([&](Session& session) { entries = read_entries(session, plugin::view(call_id)); });
    put_entries(entries, sink);
}

void PostgresStore::placements(ebra_str call_id, const ebra_placement_sink& sink) {
    std::vector<PlacementRecord> placements;
    read([&](Session& session) { placements = read_placements(session, plugin::view(call_id)); });
    put_placements(placements, sink);
}

void PostgresStore::outbox_read(std::uint64_t after, std::size_t limit,
                                const ebra_outbox_sink& sink) {
    std::vector<OutboxRow> rows;
    read([&](Session& session) { rows = read_outbox(session, after, limit); });
    put_outbox(rows, sink);
}

void PostgresStore::outbox_ack(const std::uint64_t* sequences, std::size_t count) {
    if (count == 0) return;
    write([&](Session& session) { acknowledge(session, sequences, count); });
}

void PostgresStore::gap_set(ebra_time_ms now, std::int64_t min_gap_ms) {
    clock_.require_not_ahead(now);
    if (min_gap_ms < 0) throw invalid("the gap between calls to a number must not be negative");
    write([&](Session& session) { session.db.query(Sql::kGapSave, min_gap_ms); });
}

std::int64_t PostgresStore::gap_get() {
    std::int64_t gap_ms = 0;
    read([&](Session& session) { gap_ms = session.db.query(Sql::kGapRead).at(0).integer(0); });
    return gap_ms;
}

void PostgresStore::prune(const ebra_prune_request& request, ebra_prune_report& report) {
    require_sound(request);
    clock_.require_not_ahead(request.now);
    ebra_prune_report made{};
    write([&](Session& session) { made = postgres::prune(session, request); });
    made.struct_size = report.struct_size;
    report = made;
}

void PostgresStore::check(const ebra_text_sink& sink) {
    std::vector<std::string> lines;
    read([&](Session& session) { lines = postgres::check(session); });
    put_lines(lines, sink);
}

}  // namespace ebra::postgres
