/// @file
/// PhoneSystem: the outside world of the simulation: providers that dial, ring, talk, hang up and
/// lose answers, in virtual time. It knows which phones really ring, which is what the observer
/// judges the engine by. One thread.
#pragma once

#include "clock.hpp"
#include "faults.hpp"

#include "ebra/abi/ebra.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ebra::simulation {

/// How well a provider can be asked.
enum class QueryKind { kExact, kLagging, kUnable, kAbsent };

/// One dial: a phone that rings from `from` until `until`.
struct Dial {
    std::string reference;
    std::string number;
    std::string provider;
    std::string provider_call_id;
    TimeMs from = 0;
    TimeMs until = 0;
    std::int32_t outcome = EBRA_OUTCOME_COMPLETED;
    bool was_canceled = false;
};

/// What a start request meets once it is sent.
struct StartFate {
    enum class Kind { kPlaced, kRefused, kNotConnected, kLostAnswer, kLostRequest };
    Kind kind = Kind::kPlaced;
    std::int32_t error_class = EBRA_CLASS_NONE;
    std::int64_t retry_after_ms = 0;
    std::int64_t travel_ms = 0;  ///< Until the request reaches the provider.
    std::int64_t answer_ms = 0;  ///< From there until the answer is back.
    std::int64_t live_ms = 0;    ///< How long the phone is in use.
    std::int32_t outcome = EBRA_OUTCOME_COMPLETED;
    bool has_ended_at_once = false;
};

class PhoneSystem {
 public:
    static constexpr std::int64_t kTravelMsMax = 400;
    static constexpr std::int64_t kLiveMsMax = 25'000;
    static constexpr std::int64_t kLagMs = 6'000;

    PhoneSystem(Random& random, Faults& faults, QueryKind query, bool can_cancel)
        : random_(random), faults_(faults), query_(query), can_cancel_(can_cancel) {}

    QueryKind query() const { return query_; }
    bool can_cancel() const { return can_cancel_; }

    /// Nobody can connect to the provider until then.
    void go_down(const std::string& provider, TimeMs until) { down_until_[provider] = until; }

    /// How often the dice are rolled for a start: more often for a call that has rung before,
    /// because trouble upon trouble is what nobody thought of.
    int rolls_for(const std::string& reference) const;

    /// Rolls the dice for a start.
    StartFate roll(const std::string& provider, const std::string& reference, TimeMs now);

    /// The request has arrived: the phone rings. The dial's address is stable.
    Dial& dial(const std::string& provider, const std::string& reference, const std::string& number,
               TimeMs now, const StartFate& fate);

    /// The dial with that reference, or nullptr. With a lag when the provider has one.
    Dial* find(const std::string& reference, TimeMs now);

    const std::vector<std::unique_ptr<Dial>>& dials() const { return dials_; }

 private:
    void roll_refusal(StartFate& fate);
    bool has_rung(const std::string& call_id) const { return rung_calls_.contains(call_id); }

    Random& random_;
    Faults& faults_;
    const QueryKind query_;
    const bool can_cancel_;
    std::map<std::string, TimeMs> down_until_;
    std::vector<std::unique_ptr<Dial>> dials_;
    std::multimap<std::string, Dial*> by_reference_;
    std::set<std::string> rung_calls_;
};

}  // namespace ebra::simulation
