/// @file
/// Connection: one connection to the database and its statements, prepared as they are first used
/// (or unnamed behind a pooler). It never reconnects: who meets ConnectionLost destroys it. Used by
/// one thread at a time. Every function blocks for a round trip and throws what error.hpp names.
#pragma once

#include "embedded_sql.hpp"
#include "options.hpp"
#include "watchdog.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::postgres {

/// One row of a result; valid as long as its Rows.
class Row {
 public:
    explicit Row(pqxx::row row) : row_(std::move(row)) {}

    std::string text(int column) const;
    std::int64_t integer(int column) const;
    bool boolean(int column) const;
    bool is_null(int column) const;
    template <typename Number>
    Number number(int column) const {
        return static_cast<Number>(integer(column));
    }

 private:
    pqxx::row row_;
};

/// The rows of a result.
class Rows {
 public:
    explicit Rows(pqxx::result result) : result_(std::move(result)) {}

    std::size_t size() const { return result_.size(); }
    bool is_empty() const { return result_.empty(); }
    Row at(std::size_t index) const;

    template <typename Visitor>
    void each(Visitor&& visit) const {
        for (std::size_t i = 0; i < size(); ++i) visit(at(i));
    }

 private:
    pqxx::result result_;
};

/// What the cap lock's row says of claims, as the transaction that locked it saw it.
struct Gate {
    std::string stopped;        ///< Why nothing is handed out; empty = calls are.
    std::int64_t doubt_at = 0;  ///< Calls due by then may have been dialed unseen; 0 = none.
};

class Connection {
 public:
    /// `watchdog` outlives this; without one a server that stands still is waited for.
    Connection(const Options& options, Watchdog* watchdog);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs plain text, one statement or several; gives the rows of the last.
    Rows execute(const std::string& sql);

    /// Runs one of our statements. Behind a pooler only within a transaction.
    template <typename... Arguments>
    Rows query(Sql statement, const Arguments&... arguments) {
        const Deadline deadline(watched_, patience_ms_);
        try {
            const std::size_t index = static_cast<std::size_t>(statement);
            pqxx::nontransaction work(database_);
            if (is_pooled_) return Rows(work.exec_params(kStatements[index], arguments...));
            prepare(index);
            return Rows(work.exec_prepared(name_of(index), arguments...));
        } catch (...) {
            rethrow();
        }
    }

    /// What BEGIN has to be followed by on this connection.
    const std::string& local_settings() const { return local_settings_; }

    /// Begins an era when a crash has ended the last one, and remembers it. For once, before the
    /// first transaction.
    void enter_era(const Options& options);
    /// The server's era as it was entered: a session does not outlive it.
    const std::string& era() const { return era_; }
    /// The server's era and start: what was read on a connection with another one may be gone. No
    /// two servers have the same, nor has one before and after a restart.
    const std::string& server_run() const { return server_run_; }
    /// Behind a pooler each transaction may have another server.
    void set_era(const std::string& era, const std::string& started_at);
    /// True when a pooler stands between, whose session may have had another server before.
    bool is_pooled() const { return is_pooled_; }

    /// Of the transaction under way, when it holds the cap lock.
    const Gate& gate() const { return gate_; }
    void set_gate(Gate gate) { gate_ = std::move(gate); }

    int socket() const { return database_.sock(); }
    pqxx::connection& database() { return database_; }

 private:
    [[noreturn]] static void rethrow();
    static std::string name_of(std::size_t index);

    void prepare_session(const Options& options);
    void prepare(std::size_t index);

    const bool is_pooled_;
    const std::int64_t patience_ms_;
    Watchdog* const watchdog_;
    pqxx::connection database_;
    Watched watched_;
    std::string local_settings_;
    std::string era_;
    std::string server_run_;
    Gate gate_;
    std::array<bool, static_cast<std::size_t>(Sql::kCount)> is_prepared_{};
};

/// Opens a connection to a primary. Throws StoreError (UNAVAILABLE) with what to do.
std::unique_ptr<Connection> connect(const Options& options, Watchdog* watchdog = nullptr);

}  // namespace ebra::postgres
