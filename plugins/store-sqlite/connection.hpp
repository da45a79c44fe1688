/// @file
/// Connection: one SQLite connection with its prepared statements, each prepared once and kept.
/// Owned by the writer or by the pool of readers; used by one thread at a time. Failures are thrown
/// as StoreError. It never retries and never decides what a failure means for a transaction.
#pragma once

#include "embedded_sql.hpp"

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ebra::sqlite {

class Connection;

/// A statement under way. Gives its rows one by one; ends with this object, which the connection
/// must outlive. Text is valid until the next step().
class Statement {
 public:
    Statement(Connection& connection, sqlite3_stmt* handle)
        : connection_(&connection), handle_(handle) {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// True when there is a (next) row.
    bool step();

    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
    /// An integer column that is known to hold a number of type `Number`.
    template <typename Number>
    Number number(int column) const {
        return static_cast<Number>(integer(column));
    }
    std::string_view text(int column) const;

 private:
    Connection* connection_;
    sqlite3_stmt* handle_;
};

class Connection {
 public:
    /// Opens an existing file, or creates it when `may_create`. Throws when it is no database.
    Connection(const std::string& path, bool may_create, int busy_timeout_ms);

    /// Starts a statement with its parameters bound in order. Text is not copied: it must outlive
    /// the Statement.
    template <typename... Values>
    Statement query(Sql sql, Values&&... values) {
        static_assert((!std::is_same_v<std::remove_cv_t<Values>, std::string> && ...),
                      "a temporary string would be gone before the statement has run");
        sqlite3_stmt* handle = prepared(sql);
        int position = 0;
        (bind(handle, ++position, values), ...);
        return Statement(*this, handle);
    }

    /// Runs a statement to its end and returns how many rows it changed.
    template <typename... Values>
    std::int64_t run(Sql sql, const Values&... values) {
        Statement statement = query(sql, values...);
        while (statement.step()) {
        }
        return sqlite3_changes64(database_.get());
    }

    /// Runs text that has no parameters: pragmas, transaction control, migrations.
    void execute(const char* sql);
    /// The first column of the first row of such a text; 0 when there is none.
    std::int64_t read_integer(const char* sql);

    std::int64_t last_insert_seq() const { return sqlite3_last_insert_rowid(database_.get()); }
    /// Rows changed since it was opened.
    std::int64_t total_changes() const { return sqlite3_total_changes64(database_.get()); }
    bool is_in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
    int extended_code() const { return sqlite3_extended_errcode(database_.get()); }
    const std::string& path() const { return path_; }

    /// Reads the first `size` bytes of the file as it is on disk, past all caches; false when it
    /// cannot be read or is shorter.
    bool read_file(char* into, int size);

    /// Throws what the connection last answered.
    [[noreturn]] void raise(int code, const std::string& what);

 private:
    struct CloseDatabase {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    struct FinalizeStatement {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };

    sqlite3_stmt* prepared(Sql sql);

    template <typename Value>
    void bind(sqlite3_stmt* handle, int position, const Value& value) {
        if constexpr (std::is_integral_v<Value>) {
            sqlite3_bind_int64(handle, position, static_cast<std::int64_t>(value));
        } else {
            bind_text(handle, position, std::string_view(value));
        }
    }
    void bind_text(sqlite3_stmt* handle, int position, std::string_view text);

    std::string path_;
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::vector<std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements_;
};

}  // namespace ebra::sqlite
