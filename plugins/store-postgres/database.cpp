#include "database.hpp"

#include "error.hpp"

#include <chrono>
#include <poll.h>

namespace ebra::postgres {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kCollisionsMax = 10;  // Meetings with other transactions before a caller is told.
constexpr int kLossesMax = 2;       // Connections lost before COMMIT.
constexpr auto kDoubtMax = std::chrono::seconds(8);
constexpr int kAskAgainMs = 50;  // While the database is away.

constexpr const char* kClock = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// What a transaction that writes can be asked about by.
constexpr const char* kNumber = ", pg_current_xact_id()";

/// Behind a pooler each transaction may have another server.
constexpr const char* kServer = ", (SELECT id FROM era), pg_postmaster_start_time()";

/// What a claim asks as well.
constexpr const char* kAndGate = ", stopped, doubt_at FROM gate";

/// Plans by statistics, for reads of any size.
constexpr const char* kPlansForReads =
    "SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true), "
    "set_config('enable_mergejoin', 'on', true), "
    "set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('cpu_tuple_cost', '0.01', true), set_config('cpu_index_tuple_cost', '0.005', "
    "true), "
    "set_config('random_page_cost', '2', true)";

const char* text_of(Sql statement) {
    return kStatements[static_cast<std::size_t>(statement)];
}

/// A look of one statement is a transaction by itself; not behind a pooler, where settings go
/// first.
bool is_alone(Begin begin, const Connection& connection) {
    return (begin == Begin::kPeek || begin == Begin::kGet) && !connection.is_pooled();
}

Pool::Use use_of(Begin begin) {
    switch (begin) {
        case Begin::kGate:
        case Begin::kPeek:
            return Pool::Use::kClaims;
        case Begin::kGet:
        case Begin::kRead:
            return Pool::Use::kReads;
        case Begin::kWrite:
            break;
    }
    return Pool::Use::kWrites;
}

Opening opening_of(Begin begin, const Connection& connection) {
    Opening opening;
    const auto start = [&](const char* statement) {
        opening.statements.push_back(statement + connection.local_settings());
    };
    opening.look = std::string(kClock) + (connection.is_pooled() ? kServer : "");
    switch (begin) {
        case Begin::kWrite:
            start("BEGIN;");
            opening.look += kNumber;
            break;
        case Begin::kGate:
            start("BEGIN;");
            opening.statements.push_back(text_of(Sql::kGateLock));
            opening.look += std::string(kNumber) + kAndGate;
            break;
        case Begin::kPeek:
        case Begin::kGet:
            if (!is_alone(begin, connection)) start("BEGIN READ ONLY;");
            break;
        case Begin::kRead:
            start("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;");
            opening.statements.push_back(kPlansForReads);
            break;
    }
    return opening;
}

}  // namespace

Database::Database(const Options& options, int size, StoreClock& clock, Watchdog& watchdog,
                   const std::atomic<bool>& waits_for_standby,
                   std::function<void(Connection&)> on_connect)
    : options_(options),
      clock_(clock),
      waits_for_standby_(waits_for_standby),
      pool_(options, size, watchdog,
            [&options, look = std::move(on_connect)](Connection& connection) {
                look(connection);
                connection.enter_era(options);
            }) {}

void Database::run(Begin begin, const std::function<void(Connection&)>& body) {
    int collisions = 0;
    int losses = 0;
    for (;;) {
        try {
            try_once(begin, body);
            return;
        } catch (const TryAgain&) {
            if (++collisions > kCollisionsMax) throw;
        } catch (const ConnectionLost&) {
            pool_.forget_idle();
            if (++losses > kLossesMax) throw;
        } catch (const WrongServer&) {
            pool_.forget_idle();
            if (++losses > kLossesMax) throw;
        }
    }
}

void Database::try_once(Begin begin, const std::function<void(Connection&)>& body) {
    const Pool::Use use = use_of(begin);
    std::unique_ptr<Connection> connection = pool_.take(use);
    connection->take_unchanged();
    Started started;
    try {
        open(*connection, begin, started);
        body(*connection);
    } catch (const ConnectionLost&) {
        pool_.give_back(nullptr, use);
        throw;
    } catch (const WrongServer&) {
        pool_.give_back(nullptr, use);
        throw;
    } catch (...) {
        undo(begin, connection);
        pool_.give_back(std::move(connection), use);
        throw;
    }
    if (connection->forget_opening() || is_alone(begin, *connection)) {
        pool_.give_back(std::move(connection), use);
        return;
    }
    if (connection->take_unchanged()) {
        undo(begin, connection);
        pool_.give_back(std::move(connection), use);
        return;
    }
    commit(std::move(connection), started, use);
}

/// What the first statement is sent with. `started` outlives the transaction.
void Database::open(Connection& connection, Begin begin, Started& started) {
    Opening opening = opening_of(begin, connection);
    opening.take_look = [this, &connection, begin, &started](const Row& look) {
        started = looked(connection, begin, look);
    };
    connection.open(std::move(opening));
}

Database::Started Database::looked(Connection& connection, Begin begin, const Row& look) {
    int column = 0;
    clock_.measured(look.integer(column++));
    if (connection.is_pooled()) {
        connection.set_era(look.text(column), look.text(column + 1));
        column += 2;
    }
    if (begin != Begin::kWrite && begin != Begin::kGate) return {};
    Started started{look.text(column++), connection.era()};
    if (begin == Begin::kGate) {
        connection.set_gate({look.text(column), look.integer(column + 1)});
    }
    return started;
}

/// Leaves a connection that can be used again, or none.
void Database::undo(Begin begin, std::unique_ptr<Connection>& connection) {
    if (connection->forget_opening() || is_alone(begin, *connection)) return;
    try {
        connection->roll_back();
    } catch (const StoreError&) {
        // The server undoes what its client does not commit.
        connection.reset();
    }
}

void Database::commit(std::unique_ptr<Connection> connection, const Started& started,
                      Pool::Use use) {
    try {
        connection->commit(waits_for_standby_);
    } catch (const StoreError&) {
        if (connection->was_refused()) {
            undo(Begin::kWrite, connection);
            pool_.give_back(std::move(connection), use);
            throw;
        }
        // Whatever went wrong at COMMIT, only the server knows what became of it; what it has not
        // been told to commit, it undoes when the session is gone.
        connection.reset();
        pool_.give_back(nullptr, use);
        pool_.forget_idle();
        if (started.id.empty() || was_committed(started)) return;
        throw;
    }
    pool_.give_back(std::move(connection), use);
}

/// Asks what became of a transaction. Throws EBRA_IN_DOUBT when nobody can be asked in time, and
/// when the server has crashed since: it may have given the number to another transaction.
bool Database::was_committed(const Started& started) {
    // Its server process may still be at it: asked again after a short while.
    const std::string question = "SELECT CASE WHEN (SELECT id::text FROM " +
                                 quoted_schema(options_) + ".era) = '" + started.era +
                                 "' THEN coalesce(pg_xact_status('" + started.id +
                                 "'::xid8), '') ELSE 'forgotten' END FROM pg_sleep(0.02)";
    constexpr auto kUse = Pool::Use::kWrites;
    const auto deadline = SteadyClock::now() + kDoubtMax;
    std::string why = "the database did not come back in time";
    while (SteadyClock::now() < deadline) {
        try {
            std::unique_ptr<Connection> connection = pool_.take(kUse);
            std::string fate;
            try {
                fate = connection->execute(question).at(0).text(0);
            } catch (...) {
                pool_.give_back(nullptr, kUse);
                throw;
            }
            pool_.give_back(std::move(connection), kUse);
            if (fate == "committed") return true;
            if (fate == "aborted") return false;
            why = fate == "in progress" ? "the server is still at it"
                                        : "the server has crashed meanwhile";
            if (fate != "in progress") break;
        } catch (const StoreError& error) {
            why = error.what();
            poll(nullptr, 0, kAskAgainMs);
        }
    }
    throw StoreError(EBRA_IN_DOUBT, "the answer to COMMIT was lost: " + why, 0, kRetryAfterMs);
}

}  // namespace ebra::postgres
