/// @file
/// Connection: one connection to the database and its statements, prepared as they are first used
/// (or unnamed behind a pooler). It never reconnects: who meets ConnectionLost destroys it. Used by
/// one thread at a time. Every function blocks for a round trip and throws what error.hpp names.
#pragma once

#include "embedded_sql.hpp"
#include "link.hpp"
#include "options.hpp"
#include "pipeline.hpp"
#include "watchdog.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra::postgres {

/// One row of a result; valid as long as its Rows.
class Row {
 public:
    Row(const PGresult* result, int row) : result_(result), row_(row) {}

    std::string text(int column) const;
    std::int64_t integer(int column) const;
    bool boolean(int column) const;
    bool is_null(int column) const;
    template <typename Number>
    Number number(int column) const {
        return static_cast<Number>(integer(column));
    }

 private:
    const PGresult* result_;
    int row_;
};

/// The rows of a result.
class Rows {
 public:
    explicit Rows(Result result) : result_(std::move(result)) {}

    std::size_t size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }
    bool is_empty() const { return size() == 0; }
    Row at(std::size_t index) const;

    template <typename Visitor>
    void each(Visitor&& visit) const {
        for (std::size_t i = 0; i < size(); ++i) visit(at(i));
    }

 private:
    Result result_;
};

/// A parameter as text.
template <typename Value>
std::string to_parameter(const Value& value) {
    if constexpr (std::same_as<Value, bool>) {
        return value ? "t" : "f";
    } else if constexpr (std::integral<Value>) {
        return std::to_string(value);
    } else {
        return std::string(std::string_view(value));
    }
}

/// How a transaction opens.
struct Opening {
    std::vector<std::string> statements;  ///< Each one of its own: BEGIN first.
    std::string look;                     ///< What is asked as well; one row.
    std::function<void(const Row&)> take_look;
};

/// What the cap lock's row says of claims, as the transaction that locked it saw it.
struct Gate {
    std::string stopped;        ///< Why nothing is handed out; empty = calls are.
    std::int64_t doubt_at = 0;  ///< Calls due by then may have been dialed unseen; 0 = none.
};

class Connection {
 public:
    /// A statement of ours with its parameters.
    struct Call {
        template <typename... Arguments>
        explicit Call(Sql named, const Arguments&... arguments)
            : statement(static_cast<std::size_t>(named)), parameters{to_parameter(arguments)...} {}

        std::size_t statement;
        std::vector<std::string> parameters;
    };

    /// `watchdog` outlives this; without one a server that stands still is waited for.
    Connection(const Options& options, Watchdog* watchdog);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Opens a transaction together with its first statement, in one round trip. Behind a pooler at
    /// once: which server it has is to be known before anything is done.
    void open(Opening opening);
    /// True when no statement has come since `open`: then nothing was sent, and nothing is.
    bool forget_opening() { return std::exchange(opening_, std::nullopt).has_value(); }

    /// Runs plain text, one statement or several; gives the rows of the last.
    Rows execute(const std::string& sql);

    /// Runs one of our statements. Behind a pooler only within a transaction.
    template <typename... Arguments>
    Rows query(Sql statement, const Arguments&... arguments) {
        return run(Call(statement, arguments...));
    }
    Rows query(const Call& call) { return run(call); }

    /// The same of two statements that do not depend on each other, in one round trip.
    std::pair<Rows, Rows> query_both(const Call& first, const Call& second);

    /// The last statement of a transaction: it is sent with COMMIT, and its rows are not looked at.
    template <typename... Arguments>
    void query_last(Sql statement, const Arguments&... arguments) {
        const Call call(statement, arguments...);
        if (opening_) {
            run(call);
        } else {
            last_ = call;
        }
    }
    /// Ends the transaction. Unless `was_refused`, only the server knows what became of one that
    /// this throws for.
    void commit(bool waits_for_standby);
    /// True when the last statement has failed: COMMIT was not carried out.
    bool was_refused() const { return was_refused_; }
    void roll_back();
    /// The transaction under way has changed nothing: its end is to be a ROLLBACK, which waits for
    /// no disk.
    void change_nothing() { is_unchanged_ = true; }
    bool take_unchanged() { return std::exchange(is_unchanged_, false); }

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

    int socket() const { return link_.sock(); }
    Link& link() { return link_; }

 private:
    static std::string name_of(std::size_t index);

    void prepare_session(const Options& options);
    Rows run(const Call& call);
    std::vector<Rows> run_opening(const std::vector<const Call*>& calls);
    void send_open_ends();
    void open_alone();
    void prepare(std::size_t index);
    const std::string& prepared(const std::string& text);
    void prepare_as(const std::string& name, const char* text);
    std::vector<Result> send(const std::vector<std::string>& before,
                             const std::vector<const Call*>& calls,
                             const std::vector<std::string>& after);
    Rows taken(Result result) const;

    const bool is_pooled_;
    const std::int64_t patience_ms_;
    const std::int64_t pipeline_patience_ms_;
    Watchdog* const watchdog_;
    Link link_;
    Watched watched_;
    std::string local_settings_;
    std::string era_;
    std::string server_run_;
    Gate gate_;
    std::optional<Opening> opening_;
    std::optional<Call> last_;
    bool was_refused_ = false;
    bool is_unchanged_ = false;
    std::array<bool, static_cast<std::size_t>(Sql::kCount)> is_prepared_{};
    std::map<std::string, std::string> prepared_;  ///< Names of what opens transactions.
};

/// Opens a connection to a primary. Throws StoreError (UNAVAILABLE) with what to do.
std::unique_ptr<Connection> connect(const Options& options, Watchdog* watchdog = nullptr);

}  // namespace ebra::postgres
