/// @file
/// PhoneSystem: the outside world of the simulation: providers that dial, ring, talk, hang up, lose
/// answers and send webhooks, in virtual time. It knows which phones really ring, which is what the
/// observer judges the engine by. One thread.
#pragma once

#include "call.hpp"
#include "clock.hpp"
#include "random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ebra::simulation {

/// What the phone system does wrong, in percent of starts, and how it answers questions.
struct Weather {
    enum class Query { kExact, kLagging, kUnable, kAbsent };

    std::uint32_t refuse_transient = 5;
    std::uint32_t refuse_permanent = 1;
    std::uint32_t no_capacity = 2;
    std::uint32_t lose_answer = 5;   ///< Dialed, never answered.
    std::uint32_t lose_request = 2;  ///< Not dialed, never answered.
    std::uint32_t fail_call = 15;    ///< Ends FAILED instead of COMPLETED.
    std::uint32_t drop_webhook = 4;
    std::uint32_t repeat_webhook = 10;
    std::uint32_t delay_webhook = 5;
    Query query = Query::kExact;
};

/// One dial: a phone that rings from `from` until `until`.
struct Dial {
    std::string reference;
    std::string number;
    std::string provider;
    std::string provider_call_id;
    TimeMs from = 0;
    TimeMs until = 0;
    Outcome outcome = Outcome::kCompleted;
};

/// What a start request meets.
struct StartFate {
    enum class Kind { kPlaced, kRefused, kLostAnswer, kLostRequest };
    Kind kind = Kind::kPlaced;
    ErrorClass error_class = ErrorClass::kNone;
    std::int64_t travel_ms = 0;  ///< Until the request reaches the provider.
    std::int64_t answer_ms = 0;  ///< From there until the answer is back.
    std::int64_t live_ms = 0;    ///< How long the phone is in use.
    Outcome outcome = Outcome::kCompleted;
};

class PhoneSystem {
 public:
    static constexpr std::int64_t kTravelMsMax = 400;
    static constexpr std::int64_t kLiveMsMax = 25'000;
    static constexpr std::int64_t kLagMs = 3'000;

    PhoneSystem(Random& random, Weather weather) : random_(random), weather_(weather) {}

    const Weather& weather() const { return weather_; }

    /// From now on nothing goes wrong any more.
    void calm_down();

    /// Rolls the dice for a start.
    StartFate roll();

    /// The request has arrived: the phone rings. Returns the dial; its address is stable.
    const Dial& dial(const std::string& provider, const std::string& reference,
                     const std::string& number, TimeMs now, const StartFate& fate);

    /// The dial with that reference, or nullptr. With a lag when the weather says so.
    const Dial* find(const std::string& reference, TimeMs now) const;

    const std::vector<std::unique_ptr<Dial>>& dials() const { return dials_; }

 private:
    bool happens(std::uint32_t percent) { return random_.below(100) < percent; }

    Random& random_;
    Weather weather_;
    std::vector<std::unique_ptr<Dial>> dials_;
    std::multimap<std::string, const Dial*> by_reference_;
};

}  // namespace ebra::simulation
