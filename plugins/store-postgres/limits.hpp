/// @file
/// Limits: their rows, and the book a claim keeps while it hands out slots. In flight is counted
/// from rows under the cap lock.
#pragma once

#include "limit_rules.hpp"
#include "rows.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ebra::postgres {

using LimitStates = std::map<std::string, LimitState>;

/// Asks for limits with what is in flight under them; one without a row limits nothing.
Connection::Call ask_limits(const std::set<std::string>& keys);
LimitStates limits_of(const Rows& rows);
/// Both.
LimitStates read_limits(Session& session, const std::set<std::string>& keys);
/// Every limit that has a row.
std::vector<LimitState> all_limits(Session& session);
/// Sets what each limit's mask names, under the cap lock.
void set_limits(Session& session, const ebra_limit* const* limits, std::size_t count,
                ebra_time_ms now);

class LimitBook {
 public:
    explicit LimitBook(LimitStates states) : states_(std::move(states)) {}

    const LimitState& state(const std::string& key) const { return states_.at(key); }
    const LimitState& global() const { return state(EBRA_LIMIT_GLOBAL); }
    const LimitState& provider(const std::string& name) const {
        return state(EBRA_LIMIT_PROVIDER_PREFIX + name);
    }

    /// Counts one more placement against a limit and takes its token.
    void take(const std::string& key, ebra_time_ms now);
    /// The buckets that were taken from, as a parameter of type limits[].
    std::string buckets() const;

 private:
    LimitStates states_;
    std::set<std::string> taken_from_;
};

}  // namespace ebra::postgres
