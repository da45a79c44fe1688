/// @file
/// Lanes: what each lane number means, read once per process and run of the server. A lane's
/// meaning never changes, and a lane is committed before any call names it; but a server that was
/// promoted, or whose backup was restored, may not have it, and give its number to another.
/// Thread-safe.
#pragma once

#include "connection.hpp"
#include "record.hpp"

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace ebra::postgres {

using namespace rules;

class Lanes {
 public:
    /// The lane with that number, read when it is not known.
    LanePtr get(Connection& connection, std::int64_t number);
    /// The lane with that meaning, looked for when it is not known; null when there is none.
    LanePtr find(Connection& connection, const std::string& provider,
                 const std::vector<std::string>& cap_keys);
    /// True when the lane was there when it was last met: most likely it still is.
    bool was_met(const std::string& provider, const std::vector<std::string>& cap_keys);
    /// Makes or finds the lane. In a transaction of its own: others see it before they meet it.
    void make(Connection& connection, const std::string& provider,
              const std::vector<std::string>& cap_keys);

 private:
    void require_same_run(const Connection& connection);
    void remember(const Connection& connection, LanePtr lane);

    std::mutex mutex_;
    std::string server_run_;  ///< Where all below was read; guarded by mutex_.
    std::unordered_map<std::int64_t, LanePtr> by_number_;  ///< Guarded by mutex_.
    std::unordered_map<std::string, LanePtr> by_meaning_;  ///< Guarded by mutex_.
};

/// A connection within a transaction, and what is known beside it.
struct Session {
    Connection& db;
    Lanes& lanes;
    bool is_whole = false;  ///< Nothing follows in the transaction but COMMIT.

    /// Runs what is written last, together with COMMIT when it can.
    template <typename... Arguments>
    void write_last(Sql statement, const Arguments&... arguments) {
        if (is_whole && !db.is_pooled()) {
            db.query_last(statement, arguments...);
        } else {
            db.query(statement, arguments...);
        }
    }
};

}  // namespace ebra::postgres
