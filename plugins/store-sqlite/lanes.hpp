/// @file
/// Lanes: what each lane number means, read once per connection. A lane is the provider a call is
/// pinned to and the further limits it counts against; all its calls are open or closed together,
/// so a claim skips a closed lane in one step. Owned by a connection's user; one thread at a time.
#pragma once

#include "connection.hpp"
#include "lane_text.hpp"
#include "record.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ebra::sqlite {

using namespace rules;

class Lanes {
 public:
    LanePtr get(Connection& connection, std::int64_t number);
    /// Makes the lane when there is none: needs a write transaction.
    LanePtr find_or_make(Connection& connection, const std::string& provider,
                         const std::vector<std::string>& cap_keys);
    /// After a rollback: a lane made in the transaction is gone.
    void forget();

 private:
    void remember(const std::string& meaning, LanePtr lane);

    std::unordered_map<std::int64_t, LanePtr> by_number_;
    std::unordered_map<std::string, LanePtr> by_meaning_;
};

/// A connection and what was learned over it.
struct Session {
    Connection connection;
    Lanes lanes;
};

}  // namespace ebra::sqlite
