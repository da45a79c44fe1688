#include "connection.hpp"

#include "error.hpp"

#include <charconv>

namespace ebra::postgres {

namespace {

constexpr int kServerVersionMin = 140'000;
// How much longer than the server may take the way to it may.
constexpr std::int64_t kAnswerGraceMs = 2'000;

/// A node that stands still within a transaction keeps its locks, the cap lock among them. The
/// server ends its session after this, sooner than those who wait give up (lock_timeout_ms): only
/// the time between statements counts, so one that works is left alone however long it takes.
constexpr int kIdleInTransactionMs = 3'000;

/// Settings that make plans depend on the indexes we made and not on statistics, which on a new or
/// fast changing table are wrong: every statement of the hot path has one right plan.
constexpr const char* kPlannerSettings[] = {
    "jit TO off",
    // To start a worker takes longer than any statement of ours.
    "max_parallel_workers_per_gather TO 0",
    "enable_seqscan TO off",
    "enable_bitmapscan TO off",
    "enable_hashjoin TO off",
    "enable_mergejoin TO off",
    "join_collapse_limit TO 1",
    "plan_cache_mode TO force_generic_plan",
    // A probe of an index is cheap and many rows are dear, however small a new table looks.
    "cpu_tuple_cost TO 1",
    "cpu_index_tuple_cost TO 0.5",
    "random_page_cost TO 0.1",
};

std::string settings(const Options& options, const std::string& verb) {
    std::string made = verb + "search_path TO " + quoted_schema(options) + ";";
    for (const char* setting : kPlannerSettings) made += verb + setting + ";";
    made += verb + "statement_timeout TO " + std::to_string(options.statement_timeout_ms) + ";";
    made += verb + "lock_timeout TO " + std::to_string(options.lock_timeout_ms) + ";";
    made += verb + "idle_in_transaction_session_timeout TO " +
            std::to_string(kIdleInTransactionMs) + ";";
    return made;
}

void require_primary(Connection& connection) {
    if (!connection.execute("SELECT pg_is_in_recovery()").at(0).boolean(0)) return;
    throw WrongServer(EBRA_UNAVAILABLE,
                      "the database server is a standby; name all hosts in `url`, or wait for a "
                      "primary",
                      0, kRetryAfterMs);
}

}  // namespace

std::string Row::text(int column) const {
    const pqxx::field field = row_[column];
    return std::string(field.c_str(), field.size());
}

std::int64_t Row::integer(int column) const {
    const pqxx::field field = row_[column];
    std::int64_t value = 0;
    const auto parsed = std::from_chars(field.c_str(), field.c_str() + field.size(), value);
    if (field.is_null() || parsed.ec != std::errc()) {
        throw StoreError(EBRA_CORRUPT, std::string("column ") + field.name() + " holds no number");
    }
    return value;
}

bool Row::boolean(int column) const {
    return row_[column].c_str()[0] == 't';
}

bool Row::is_null(int column) const {
    return row_[column].is_null();
}

Row Rows::at(std::size_t index) const {
    return Row(result_.at(static_cast<pqxx::result::size_type>(index)));
}

Connection::Connection(const Options& options, Watchdog* watchdog)
    : is_pooled_(options.is_pooled),
      patience_ms_(options.statement_timeout_ms + kAnswerGraceMs),
      watchdog_(watchdog),
      database_(connection_string(options)) {
    watched_.socket = database_.sock();
    if (watchdog_ != nullptr) watchdog_->watch(watched_);
    try {
        prepare_session(options);
    } catch (...) {
        // What is not made is not destroyed.
        if (watchdog_ != nullptr) watchdog_->let_go(watched_);
        throw;
    }
}

Connection::~Connection() {
    if (watchdog_ != nullptr) watchdog_->let_go(watched_);
}

void Connection::prepare_session(const Options& options) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    // What libpqxx makes by itself after a loss has neither our settings nor our transaction.
    database_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    database_.set_verbosity(pqxx::connection_base::normal);
    if (is_pooled_) {
        local_settings_ = settings(options, "SET LOCAL ");
    } else {
        execute(settings(options, "SET "));
    }
}

Rows Connection::execute(const std::string& sql) {
    const Deadline deadline(watched_, patience_ms_);
    try {
        pqxx::nontransaction work(database_);
        return Rows(work.exec(sql));
    } catch (...) {
        rethrow();
    }
}

void Connection::enter_era(const Options& options) {
    const std::string table = quoted_schema(options) + ".era";
    const Rows rows = execute("INSERT INTO " + table +
                              " VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING;"
                              "SELECT id, pg_postmaster_start_time() FROM " +
                              table);
    set_era(rows.at(0).text(0), rows.at(0).text(1));
}

void Connection::set_era(const std::string& era, const std::string& started_at) {
    era_ = era;
    server_run_ = era + " " + started_at;
}

void Connection::rethrow() {
    rethrow_as_store_error("use the database");
}

std::string Connection::name_of(std::size_t index) {
    return "ebra_" + std::to_string(index);
}

void Connection::prepare(std::size_t index) {
    if (is_prepared_.at(index)) return;
    database_.prepare(name_of(index), kStatements[index]);
    is_prepared_.at(index) = true;
}

std::unique_ptr<Connection> connect(const Options& options, Watchdog* watchdog) {
    try {
        auto connection = std::make_unique<Connection>(options, watchdog);
        if (connection->database().server_version() < kServerVersionMin) {
            throw StoreError(EBRA_UNSUPPORTED, "the database server is older than PostgreSQL 14");
        }
        require_primary(*connection);
        return connection;
    } catch (...) {
        rethrow_as_store_error("connect");
    }
}

}  // namespace ebra::postgres
