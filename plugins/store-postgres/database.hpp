/// @file
/// Database: transactions on pooled connections. BEGIN, the cap lock, the transaction's number and
/// the time go with the body's first statement, so the number is known before COMMIT is sent; a
/// body that runs none is no transaction. A write is tried again when it met another one or lost
/// its connection before COMMIT; a COMMIT whose answer was lost is resolved by asking for the
/// transaction's fate. Thread-safe; every function blocks.
#pragma once

#include "pool.hpp"
#include "store_clock.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace ebra::postgres {

/// How a transaction begins.
enum class Begin {
    kWrite,
    kGate,  ///< Takes the cap lock, in a statement of its own, before it looks at anything.
    kPeek,  ///< One statement that reads along indexes only, whatever the statistics say.
    kGet,   ///< The same, for who reads and not for a claim.
    kRead,  ///< One snapshot for all of it, plans by statistics.
};

class Database {
 public:
    /// All outlive this. `on_connect` looks at each new connection; `waits_for_standby` tells
    /// whether a COMMIT is answered only when a standby has it.
    Database(const Options& options, int size, StoreClock& clock, Watchdog& watchdog,
             const std::atomic<bool>& waits_for_standby,
             std::function<void(Connection&)> on_connect);

    /// Runs `body` in a transaction. `body` may run more than once; what it throws undoes it all.
    /// Throws StoreError when nothing of it happened, or EBRA_IN_DOUBT.
    void run(Begin begin, const std::function<void(Connection&)>& body);

 private:
    /// What a transaction that writes can be asked about by later; empty of one that only reads.
    struct Started {
        std::string id;
        std::string era;
    };

    void try_once(Begin begin, const std::function<void(Connection&)>& body);
    void open(Connection& connection, Begin begin, Started& started);
    Started looked(Connection& connection, Begin begin, const Row& look);
    static void undo(Begin begin, std::unique_ptr<Connection>& connection);
    void commit(std::unique_ptr<Connection> connection, const Started& started, Pool::Use use);
    bool was_committed(const Started& started);

    const Options& options_;
    StoreClock& clock_;
    const std::atomic<bool>& waits_for_standby_;
    Pool pool_;
};

}  // namespace ebra::postgres
