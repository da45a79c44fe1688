/// @file
/// Limits: their rows, and the book a claim keeps while it hands out slots. In flight is counted
/// from rows when the book is opened, inside the writing transaction that is the cap lock.
#pragma once

#include "limit_rules.hpp"
#include "rows.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::sqlite {

/// Open placements, counted from rows.
struct OpenCounts {
    std::int64_t total = 0;
    std::map<std::string, std::int64_t, std::less<>> by_provider;
    std::map<std::int32_t, std::int64_t> by_state;
};

OpenCounts count_open(Session& session);

class LimitBook {
 public:
    explicit LimitBook(Session& session);

    /// The limit with that key; one without a row limits nothing.
    LimitState& state(const std::string& key);
    LimitState& global() { return state(EBRA_LIMIT_GLOBAL); }
    LimitState& provider(const std::string& name) {
        return state(EBRA_LIMIT_PROVIDER_PREFIX + name);
    }
    std::int64_t open_total() const { return open_.total; }

    /// Counts one more placement against a limit and takes its token.
    void take(const std::string& key, ebra_time_ms now);
    void opened() { ++open_.total; }

    /// Writes the buckets that were taken from.
    void save(Transaction& transaction);

 private:
    std::int64_t count_in_flight(const std::string& key);

    Session& session_;
    OpenCounts open_;
    std::map<std::string, LimitState> states_;
    std::map<std::string, bool> is_taken_from_;
};

/// Sets what each limit's mask names. Throws StoreError when a value cannot be.
void set_limit(Transaction& transaction, const ebra_limit& limit, ebra_time_ms now);

/// Every limit, with what is in flight under it.
std::vector<LimitState> all_limits(Session& session);

}  // namespace ebra::sqlite
