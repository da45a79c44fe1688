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

constexpr const char* kLook =
    "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, pg_current_xact_id()";

constexpr const char* kGateLock = kStatements[static_cast<std::size_t>(Sql::kGateLock)];

std::string begin_text(const Connection& connection, Begin begin) {
    switch (begin) {
        case Begin::kWrite:
            return "BEGIN;" + connection.local_settings() + kLook;
        case Begin::kGate:
            return "BEGIN;" + connection.local_settings() + kGateLock + ";" + kLook;
        case Begin::kPeek:
            return "BEGIN READ ONLY;" + connection.local_settings() +
                   "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, 0";
        case Begin::kRead:
            break;
    }
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" + connection.local_settings() +
           "SET LOCAL enable_seqscan TO on; SET LOCAL enable_hashjoin TO on;"
           "SET LOCAL enable_mergejoin TO on; SET LOCAL plan_cache_mode TO force_custom_plan;"
           "SET LOCAL cpu_tuple_cost TO 0.01; SET LOCAL cpu_index_tuple_cost TO 0.005;"
           "SET LOCAL random_page_cost TO 2;"
           "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, 0";
}

}  // namespace

Database::Database(const Options& options, int size, StoreClock& clock,
                   std::function<void(Connection&)> on_connect)
    : options_(options), clock_(clock), pool_(options, size, std::move(on_connect)) {}

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
    std::string transaction_id;
    try {
        transaction_id = start(*connection, begin);
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
    commit(std::move(connection), transaction_id);
}

std::string Database::start(Connection& connection, Begin begin) {
    const Rows look = connection.execute(begin_text(connection, begin));
    clock_.measured(look.at(0).integer(0));
    return look.at(0).text(1);
}

void Database::commit(std::unique_ptr<Connection> connection, const std::string& transaction_id) {
    const std::string server_start = connection->server_start();
    try {
        connection->execute("COMMIT");
    } catch (const StoreError&) {
        // Whatever went wrong at COMMIT, only the server knows what became of it.
        pool_.give_back(nullptr);
        pool_.forget_idle();
        if (transaction_id == "0" || was_committed(transaction_id, server_start)) return;
        throw;
    }
    pool_.give_back(std::move(connection));
}

/// Asks what became of a transaction. Throws EBRA_IN_DOUBT when nobody can be asked in time.
bool Database::was_committed(const std::string& transaction_id, const std::string& server_start) {
    const auto deadline = SteadyClock::now() + kDoubtMax;
    std::string why = "the database did not come back in time";
    while (SteadyClock::now() < deadline) {
        try {
            std::unique_ptr<Connection> connection = pool_.take();
            // A server that crashed may give the number of a transaction it forgot to another one.
            const bool is_same_server = connection->server_start() == server_start;
            std::string fate;
            try {
                // Its server process may still be at it: ask again after a short while.
                fate = connection
                           ->execute("SELECT coalesce(pg_xact_status('" + transaction_id +
                                     "'::xid8), '') FROM pg_sleep(0.02)")
                           .at(0)
                           .text(0);
            } catch (...) {
                pool_.give_back(nullptr);
                throw;
            }
            pool_.give_back(std::move(connection));
            if (!is_same_server) {
                why = "the server was started anew meanwhile";
                break;
            }
            if (fate == "committed") return true;
            if (fate == "aborted") return false;
            if (fate != "in progress") break;
        } catch (const StoreError& error) {
            why = error.what();
            poll(nullptr, 0, kAskAgainMs);
        }
    }
    throw StoreError(EBRA_IN_DOUBT, "the answer to COMMIT was lost: " + why, 0, kRetryAfterMs);
}

}  // namespace ebra::postgres
