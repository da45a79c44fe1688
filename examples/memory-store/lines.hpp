/// @file
/// Lines: who waits for what. At most one call of a number is READY (its head) or in flight; the
/// others are PARKED, and calls whose time has not come are SCHEDULED. So a claim never walks past
/// calls that cannot run. Not thread-safe: the store's mutex guards it.
#pragma once

#include "records.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>

namespace ebra::memory {

class Lines {
 public:
    /// Order of service: priority, then due time, then age.
    using Turn = std::tuple<std::int64_t, ebra_time_ms, std::uint64_t>;
    using Line = std::map<Turn, CallRecord*>;

    static Turn turn_of(const CallRecord& call) {
        return {-static_cast<std::int64_t>(call.priority), call.state.next_run_at, call.seq};
    }

    /// A PENDING call joins: scheduled, ready or parked, as its time and its number say.
    void join(CallRecord& call, ebra_time_ms now);
    /// A PENDING call leaves (claimed calls keep their number: see start()).
    void leave(CallRecord& call);
    /// The head of a number is claimed: it keeps the number.
    void start(CallRecord& call);
    /// The call no longer needs its number: the next one parked for it becomes ready.
    void free_number(CallRecord& call);
    /// Calls whose time has come become ready or parked; at most `limit`.
    void promote(ebra_time_ms now, std::size_t limit);

    /// The ready calls pinned to `provider`, or with "" those that any may take.
    const Line& ready(const std::string& provider) const;
    /// When the next scheduled call becomes due; 0 = none is scheduled.
    ebra_time_ms next_due_at() const;
    std::size_t parked() const { return parked_count_; }
    /// The call that has `key`, or nullptr.
    CallRecord* holder(const std::string& key) const;
    /// A planted fault: the one parked last is not seen by whoever frees the number.
    void plant_lost_wakeups() { loses_wakeups_ = true; }

    /// The lanes that have ready calls, and every number with parked ones, for the store's
    /// self-check.
    const std::map<std::string, Line>& parked_lines() const { return parked_; }

 private:
    void become_ready(CallRecord& call);
    void park(CallRecord& call);

    std::map<std::string, Line> ready_;
    std::map<std::string, Line> parked_;
    std::set<std::tuple<ebra_time_ms, std::uint64_t, CallRecord*>> scheduled_;
    std::map<std::string, CallRecord*> holders_;
    std::size_t parked_count_ = 0;
    bool loses_wakeups_ = false;
};

}  // namespace ebra::memory
