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

/// A time-out while COMMIT waits for the standby ends the wait, not the commit: it is answered as
/// if all were well, and is lost when the standby takes over. Without one the wait is ended here,
/// as a COMMIT whose answer was lost.
constexpr const char* kNoTimeOut = "SET LOCAL statement_timeout TO 0";
constexpr const char* kCommit = "COMMIT";

std::string settings(const Options& options, const std::string& verb) {
    std::string made = verb + "search_path TO " + quoted_schema(options) + ";";
    for (const char* setting : kPlannerSettings) made += verb + setting + ";";
    made += verb + "statement_timeout TO " + std::to_string(options.statement_timeout_ms) + ";";
    made += verb + "lock_timeout TO " + std::to_string(options.lock_timeout_ms) + ";";
    made += verb + "idle_in_transaction_session_timeout TO " +
            std::to_string(kIdleInTransactionMs) + ";";
    return made;
}

/// Null: no error, or not one of the server's.
const char* state_of(const Result& result) {
    return PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
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
    return std::string(PQgetvalue(result_, row_, column),
                       static_cast<std::size_t>(PQgetlength(result_, row_, column)));
}

std::int64_t Row::integer(int column) const {
    const char* text = PQgetvalue(result_, row_, column);
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text, text + PQgetlength(result_, row_, column), value);
    if (is_null(column) || parsed.ec != std::errc()) {
        throw StoreError(EBRA_CORRUPT,
                         std::string("column ") + PQfname(result_, column) + " holds no number");
    }
    return value;
}

bool Row::boolean(int column) const {
    return PQgetvalue(result_, row_, column)[0] == 't';
}

bool Row::is_null(int column) const {
    return PQgetisnull(result_, row_, column) == 1;
}

Row Rows::at(std::size_t index) const {
    if (index >= size()) throw StoreError(EBRA_CORRUPT, "the database gave fewer rows than asked");
    return Row(result_.get(), static_cast<int>(index));
}

Connection::Connection(const Options& options, Watchdog* watchdog)
    : is_pooled_(options.is_pooled),
      patience_ms_(options.statement_timeout_ms + kAnswerGraceMs),
      pipeline_patience_ms_(patience_ms_ + options.lock_timeout_ms),
      watchdog_(watchdog),
      link_(connection_string(options)) {
    watched_.socket = link_.sock();
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
    link_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    link_.set_verbosity(pqxx::connection_base::normal);
    if (is_pooled_) {
        local_settings_ = settings(options, "SET LOCAL ");
    } else {
        execute(settings(options, "SET "));
    }
}

void Connection::open(Opening opening) {
    opening_ = std::move(opening);
    if (is_pooled_) open_alone();
}

Rows Connection::execute(const std::string& sql) {
    send_open_ends();
    const Deadline deadline(watched_, patience_ms_);
    return taken({PQexec(link_.handle(), sql.c_str()), &PQclear});
}

Rows Connection::run(const Call& call) {
    if (opening_) return run_opening({&call}).front();
    send_open_ends();
    if (!is_pooled_) prepare(call.statement);
    const Deadline deadline(watched_, patience_ms_);
    const std::vector<const char*> pointers = pointers_to(call.parameters);
    const int count = static_cast<int>(pointers.size());
    if (is_pooled_) {
        return taken({PQexecParams(link_.handle(), kStatements[call.statement], count, nullptr,
                                   pointers.data(), nullptr, nullptr, 0),
                      &PQclear});
    }
    return taken({PQexecPrepared(link_.handle(), name_of(call.statement).c_str(), count,
                                 pointers.data(), nullptr, nullptr, 0),
                  &PQclear});
}

/// Each statement is one of its own to the server: what it sees is what was committed when those
/// before it were done, the wait for the cap lock among them.
std::vector<Rows> Connection::run_opening(const std::vector<const Call*>& calls) {
    const Opening opening = std::move(*std::exchange(opening_, std::nullopt));
    const std::vector<Result> results = send(opening.statements, calls, {opening.look});
    const std::size_t at = opening.statements.size();
    for (std::size_t i = 0; i < at; ++i) taken(results[i]);
    std::vector<Rows> rows;
    for (std::size_t i = 0; i < calls.size(); ++i) rows.push_back(taken(results[at + i]));
    opening.take_look(taken(results.back()).at(0));
    return rows;
}

std::pair<Rows, Rows> Connection::query_both(const Call& first, const Call& second) {
    if (!opening_ || is_pooled_) {
        Rows rows = run(first);
        return {std::move(rows), run(second)};
    }
    std::vector<Rows> rows = run_opening({&first, &second});
    return {std::move(rows.front()), std::move(rows.back())};
}

/// What was to go with another statement goes before what cannot take it along.
void Connection::send_open_ends() {
    open_alone();
    if (last_) run(*std::exchange(last_, std::nullopt));
}

void Connection::open_alone() {
    if (!opening_) return;
    const Opening opening = std::move(*std::exchange(opening_, std::nullopt));
    std::string text;
    for (const std::string& statement : opening.statements) text += statement + ";";
    opening.take_look(execute(text + opening.look).at(0));
}

void Connection::commit(bool waits_for_standby) {
    was_refused_ = false;
    if (!last_ || is_pooled_) {
        execute((waits_for_standby ? std::string(kNoTimeOut) + ";" : std::string()) + kCommit);
        return;
    }
    const Call last = std::move(*std::exchange(last_, std::nullopt));
    std::vector<std::string> after = {kCommit};
    if (waits_for_standby) after.insert(after.begin(), kNoTimeOut);
    const std::vector<Result> results = send({}, {&last}, after);
    was_refused_ = state_of(results.front()) != nullptr;
    for (const Result& result : results) taken(result);
}

void Connection::roll_back() {
    last_.reset();
    execute("ROLLBACK");
}

std::vector<Result> Connection::send(const std::vector<std::string>& before,
                                     const std::vector<const Call*>& calls,
                                     const std::vector<std::string>& after) {
    std::vector<std::string> first, rest;
    for (const std::string& text : before) first.push_back(prepared(text));
    for (const std::string& text : after) rest.push_back(prepared(text));
    for (const Call* call : calls) prepare(call->statement);
    const Deadline deadline(watched_, pipeline_patience_ms_);
    Pipeline pipeline(link_.handle());
    for (const std::string& name : first) pipeline.add(name);
    for (const Call* call : calls) pipeline.add(name_of(call->statement), call->parameters);
    for (const std::string& name : rest) pipeline.add(name);
    return pipeline.results();
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

std::string Connection::name_of(std::size_t index) {
    return "ebra_" + std::to_string(index);
}

void Connection::prepare(std::size_t index) {
    if (is_prepared_.at(index)) return;
    prepare_as(name_of(index), kStatements[index]);
    is_prepared_.at(index) = true;
}

/// The name of a statement that is not among ours; there are a handful.
const std::string& Connection::prepared(const std::string& text) {
    const auto known = prepared_.find(text);
    if (known != prepared_.end()) return known->second;
    const std::string name = "ebra_open_" + std::to_string(prepared_.size());
    prepare_as(name, text.c_str());
    return prepared_.emplace(text, name).first->second;
}

void Connection::prepare_as(const std::string& name, const char* text) {
    const Deadline deadline(watched_, patience_ms_);
    taken({PQprepare(link_.handle(), name.c_str(), text, 0, nullptr), &PQclear});
}

Rows Connection::taken(Result result) const {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return Rows(std::move(result));
    const char* const state = state_of(result);
    if (state == nullptr) throw_lost("use the database", PQerrorMessage(link_.handle()));
    throw_for_state(state, "use the database", PQresultErrorMessage(result.get()));
}

std::unique_ptr<Connection> connect(const Options& options, Watchdog* watchdog) {
    try {
        auto connection = std::make_unique<Connection>(options, watchdog);
        if (connection->link().server_version() < kServerVersionMin) {
            throw StoreError(EBRA_UNSUPPORTED, "the database server is older than PostgreSQL 14");
        }
        require_primary(*connection);
        return connection;
    } catch (...) {
        rethrow_as_store_error("connect");
    }
}

}  // namespace ebra::postgres
