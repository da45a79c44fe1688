// postgres-inserts: what PostgreSQL alone can do here, as the yardstick beside Ebra: a loop of one
// prepared statement that inserts BATCH call-like rows into a table with a primary key and one
// partial index, each a commit, on one connection. Prints one JSON line: rows per second, and
// milliseconds of a commit, mean and median; with a pause before each, as on an idle machine.
//
//   postgres-inserts CONNECTION BATCH SECONDS [PAUSE_MS]
#include "commit_rate.hpp"

#include <cstdlib>
#include <iostream>
#include <libpq-fe.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS inserts (id text PRIMARY KEY, to_number text NOT NULL, script_id "
    "text NOT NULL, metadata_json text NOT NULL, status integer NOT NULL, due_at bigint NOT NULL);"
    "CREATE INDEX IF NOT EXISTS inserts_due ON inserts (due_at) WHERE status = 1";
constexpr const char* kInsert =
    "INSERT INTO inserts SELECT '0192f0c1-7d3e-7b21-9a55-' || (100000000000 + n), '+1415' || n, "
    "'welcome', '{\"customer\":42,\"language\":\"en\",\"note\":\"bench\"}', 1, n "
    "FROM generate_series($1::bigint, $2::bigint) AS n";

class Inserts {
 public:
    explicit Inserts(const char* connection) : connection_(PQconnectdb(connection), &PQfinish) {
        require(PQstatus(connection_.get()) == CONNECTION_OK);
        take(PQexec(connection_.get(), "SET client_min_messages = warning"));
        take(PQexec(connection_.get(), "DROP TABLE IF EXISTS inserts"));
        take(PQexec(connection_.get(), kTable));
        take(PQprepare(connection_.get(), "insert", kInsert, 2, nullptr));
    }

    void commit(int batch) {
        const std::string first = std::to_string(made_ + 1);
        made_ += batch;
        const std::string last = std::to_string(made_);
        const char* values[] = {first.c_str(), last.c_str()};
        take(PQexecPrepared(connection_.get(), "insert", 2, values, nullptr, nullptr, 0));
    }

 private:
    void take(PGresult* result) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> owned(result, &PQclear);
        require(PQresultStatus(result) == PGRES_COMMAND_OK);
    }
    void require(bool is_sound) {
        if (!is_sound) throw std::runtime_error(PQerrorMessage(connection_.get()));
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::int64_t made_ = 0;
};

}  // namespace

int main(int count, char** words) {
    if (count != 4 && count != 5) {
        std::cerr << "usage: postgres-inserts CONNECTION BATCH SECONDS [PAUSE_MS]\n";
        return 2;
    }
    try {
        const int pause_ms = count == 5 ? std::atoi(words[4]) : 0;
        Inserts inserts(words[1]);
        std::cout << ebra::load::commit_rate(inserts, std::atoi(words[2]), std::atof(words[3]),
                                             pause_ms)
                         .dump()
                  << "\n";
    } catch (const std::exception& error) {
        std::cerr << "postgres-inserts: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
