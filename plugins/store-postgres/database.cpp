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

/// A time-out while COMMIT waits for the standby ends the wait, not the commit: it is answered as
/// if all were well, and is lost when the standby takes over. Without one the wait is ended here,
/// as a COMMIT whose answer was lost.
constexpr const char* kCommitOnStandby = "SET LOCAL statement_timeout TO 0; COMMIT";

/// What a claim asks as well.
constexpr const char* kAndGate = ", stopped, doubt_at FROM gate";

constexpr const char* kGateLock = kStatements[static_cast<std::size_t>(Sql::kGateLock)];

std::string begin_text(const Connection& connection, Begin begin) {
    const std::string look = std::string(kClock) + (connection.is_pooled() ? kServer : "");
    switch (begin) {
        case Begin::kWrite:
            return "BEGIN;" + connection.local_settings() + look + kNumber;
        case Begin::kGate:
            return "BEGIN;" + connection.local_settings() + kGateLock + ";" + look + kNumber +
                   kAndGate;
        case Begin::kPeek:
            return "BEGIN READ ONLY;" + connection.local_settings() + look;
        case Begin::kRead:
            break;
    }
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" + connection.local_settings() +
           "SET LOCAL enable_seqscan TO on; SET LOCAL enable_hashjoin TO on;"
           "SET LOCAL enable_mergejoin TO on; SET LOCAL plan_cache_mode TO force_custom_plan;"
           "SET LOCAL cpu_tuple_cost TO 0.01; SET LOCAL cpu_index_tuple_cost TO 0.005;"
           "SET LOCAL random_page_cost TO 2;" +
           look;
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
    std::unique_ptr<Connection> connection = pool_.take();
    Started started;
    try {
        started = start(*connection, begin);
        body(*connection);
    } catch (const ConnectionLost&) {
        pool_.give_back(nullptr);
        throw;
    } catch (const WrongServer&) {
        pool_.give_back(nullptr);
        throw;
    } catch (...) {
        try {
            connection->execute("ROLLBACK");
        } catch (const StoreError&) {
            // The server undoes what its client does not commit.
            connection.reset();
        }
        pool_.give_back(std::move(connection));
        throw;
    }
    commit(std::move(connection), started);
}

Database::Started Database::start(Connection& connection, Begin begin) {
    const Rows look = connection.execute(begin_text(connection, begin));
    const Row row = look.at(0);
    int column = 0;
    clock_.measured(row.integer(column++));
    if (connection.is_pooled()) {
        connection.set_era(row.text(column), row.text(column + 1));
        column += 2;
    }
    if (begin == Begin::kPeek || begin == Begin::kRead) return {};
    Started started{row.text(column++), connection.era()};
    if (begin == Begin::kGate) {
        connection.set_gate({row.text(column), row.integer(column + 1)});
    }
    return started;
}

void Database::commit(std::unique_ptr<Connection> connection, const Started& started) {
    try {
        connection->execute(waits_for_standby_ ? kCommitOnStandby : "COMMIT");
    } catch (const StoreError&) {
        // Whatever went wrong at COMMIT, only the server knows what became of it.
        pool_.give_back(nullptr);
        pool_.forget_idle();
        if (started.id.empty() || was_committed(started)) return;
        throw;
    }
    pool_.give_back(std::move(connection));
}

/// Asks what became of a transaction. Throws EBRA_IN_DOUBT when nobody can be asked in time, and
/// when the server has crashed since: it may have given the number to another transaction.
bool Database::was_committed(const Started& started) {
    // Its server process may still be at it: asked again after a short while.
    const std::string question = "SELECT CASE WHEN (SELECT id::text FROM " +
                                 quoted_schema(options_) + ".era) = '" + started.era +
                                 "' THEN coalesce(pg_xact_status('" + started.id +
                                 "'::xid8), '') ELSE 'forgotten' END FROM pg_sleep(0.02)";
    const auto deadline = SteadyClock::now() + kDoubtMax;
    std::string why = "the database did not come back in time";
    while (SteadyClock::now() < deadline) {
        try {
            std::unique_ptr<Connection> connection = pool_.take();
            std::string fate;
            try {
                fate = connection->execute(question).at(0).text(0);
            } catch (...) {
                pool_.give_back(nullptr);
                throw;
            }
            pool_.give_back(std::move(connection));
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
