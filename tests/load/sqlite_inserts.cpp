// sqlite-inserts: what SQLite alone can do here, as the yardstick beside Ebra: a loop that inserts
// call-like rows into one table with a primary key and one partial index, WAL, durability FULL,
// BATCH rows per commit, one thread. Prints one JSON line: rows per second, and milliseconds of a
// commit, mean and median. With a pause before each commit it says what one costs on an idle
// machine: more, because processor and disk have to wake up.
//
//   sqlite-inserts FILE BATCH SECONDS [PAUSE_MS]
#include "commit_rate.hpp"

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

class Inserts {
 public:
    explicit Inserts(const char* path) {
        check(sqlite3_open(path, &database_));
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run("CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, to_number TEXT NOT NULL, "
            "script_id TEXT NOT NULL, metadata_json TEXT NOT NULL, status INTEGER NOT NULL, "
            "due_at INTEGER NOT NULL) WITHOUT ROWID");
        run("CREATE INDEX IF NOT EXISTS calls_due ON calls (due_at) WHERE status = 1");
        check(sqlite3_prepare_v2(database_,
                                 "INSERT INTO calls VALUES (?1, ?2, 'welcome', "
                                 "'{\"customer\":42,\"language\":\"en\",\"note\":\"bench\"}', 1, "
                                 "?3)",
                                 -1, &insert_, nullptr));
    }
    ~Inserts() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    Inserts(const Inserts&) = delete;
    Inserts& operator=(const Inserts&) = delete;

    void commit(int batch) {
        run("BEGIN IMMEDIATE");
        for (int row = 0; row < batch; ++row) insert();
        run("COMMIT");
    }

 private:
    void insert() {
        ++made_;
        const std::string id = "0192f0c1-7d3e-7b21-9a55-" + std::to_string(100'000'000'000 + made_);
        const std::string number = "+1415" + std::to_string(1'000'000 + made_ % 9'000'000);
        sqlite3_bind_text(insert_, 1, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
        sqlite3_bind_text(insert_, 2, number.data(), static_cast<int>(number.size()),
                          SQLITE_TRANSIENT);
        sqlite3_bind_int64(insert_, 3, made_);
        if (sqlite3_step(insert_) != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(database_));
        sqlite3_reset(insert_);
    }
    void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::int64_t made_ = 0;
};

}  // namespace

int main(int count, char** words) {
    if (count != 4 && count != 5) {
        std::cerr << "usage: sqlite-inserts FILE BATCH SECONDS [PAUSE_MS]\n";
        return 2;
    }
    Inserts inserts(words[1]);
    const int pause_ms = count == 5 ? std::atoi(words[4]) : 0;
    std::cout << ebra::load::commit_rate(inserts, std::atoi(words[2]), std::atof(words[3]),
                                         pause_ms)
                     .dump()
              << "\n";
    return 0;
}
