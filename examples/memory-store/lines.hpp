/// @file
/// Lines: who waits for what. Calls of one number that are open or closed together (same pinned
/// provider, same further limits: a lane) wait in one line. While the number is free, the first of
/// each of its lines is READY and the others are PARKED; while it is in a call, or rests after one,
/// all are PARKED.
/// Calls whose time has not come are SCHEDULED. So a claim never walks past calls that cannot run,
/// and one that cannot go holds up none that can. Not thread-safe: the store's mutex guards it.
#pragma once

#include "records.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ebra::memory {

class Lines {
 public:
    /// Order of service: priority, then due time, then age.
    using Turn = std::tuple<std::int64_t, ebra_time_ms, std::uint64_t>;
    using Line = std::map<Turn, CallRecord*>;
    /// Pinned provider ("" = any) and further limits.
    using Lane = std::pair<std::string, std::vector<std::string>>;
    /// One number: who has it, and who waits for it.
    struct Number {
        CallRecord* in_call = nullptr;
        ebra_time_ms rests_until = 0;  ///< 0 = it does not rest.
        std::map<Lane, Line> waiting;
    };

    static Turn turn_of(const CallRecord& call) {
        return {-static_cast<std::int64_t>(call.priority), call.state.next_run_at, call.seq};
    }
    static Lane lane_of(const CallRecord& call) { return {call.provider, call.cap_keys}; }

    /// A PENDING call joins: scheduled, ready or parked, as its time and its number say.
    void join(CallRecord& call, ebra_time_ms now);
    /// A PENDING call leaves (claimed calls keep their number: see start()).
    void leave(CallRecord& call);
    /// A READY call is claimed: it has the number.
    void start(CallRecord& call);
    /// The call no longer needs its number: the first ones waiting for it become ready.
    void free_number(CallRecord& call);
    /// The number rests: nobody is ready for it before that time.
    void rest(const std::string& number, ebra_time_ms until);
    /// Numbers whose rest is over: the first ones waiting for them become ready; at most `limit`.
    void end_rests(ebra_time_ms now, std::size_t limit);
    /// Calls whose time has come become ready or parked; at most `limit`.
    void promote(ebra_time_ms now, std::size_t limit);

    /// The ready calls of each lane.
    const std::map<Lane, Line>& ready() const { return ready_; }
    /// When the next scheduled call becomes due or the next rest is over; 0 = nothing waits for
    /// time.
    ebra_time_ms next_due_at() const;
    std::size_t parked() const { return parked_count_; }
    /// Whoever has the number of a PENDING call, or goes before it; nullptr when nobody does.
    CallRecord* before(const CallRecord& call) const;
    /// Until when the number of a call rests; 0 = it does not.
    ebra_time_ms rests_until(const CallRecord& call) const;
    /// A planted fault: the one parked last is not seen by whoever frees the number.
    void plant_lost_wakeups() { loses_wakeups_ = true; }
    /// By number, for the store's self-check.
    const std::map<std::string, Number>& numbers() const { return numbers_; }

 private:
    void become_ready(CallRecord& call);
    void park(CallRecord& call);
    void unpark(CallRecord& call);
    void forget_when_unused(const std::string& key);
    static bool is_free(const Number& number) {
        return number.in_call == nullptr && number.rests_until == 0;
    }

    std::map<Lane, Line> ready_;
    std::map<std::string, Number> numbers_;
    std::set<std::tuple<ebra_time_ms, std::uint64_t, CallRecord*>> scheduled_;
    std::set<std::pair<ebra_time_ms, std::string>> resting_;
    std::size_t parked_count_ = 0;
    bool loses_wakeups_ = false;
};

}  // namespace ebra::memory
