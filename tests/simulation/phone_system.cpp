#include "phone_system.hpp"

namespace ebra::simulation {

void PhoneSystem::calm_down() {
    const Weather::Query query = weather_.query;
    weather_ = Weather{0, 0, 0, 0, 0, 0, 0, 0, 0, query};
}

StartFate PhoneSystem::roll() {
    StartFate fate;
    fate.travel_ms = static_cast<std::int64_t>(random_.below(kTravelMsMax));
    fate.answer_ms = static_cast<std::int64_t>(random_.below(600));
    fate.live_ms = 200 + static_cast<std::int64_t>(random_.below(kLiveMsMax - 200));
    // Some calls are over before the answer to their start is back: their webhook comes early.
    if (happens(10)) fate.live_ms = 1 + static_cast<std::int64_t>(random_.below(100));
    fate.outcome = happens(weather_.fail_call) ? Outcome::kFailed : Outcome::kCompleted;
    if (happens(weather_.refuse_transient)) {
        fate.kind = StartFate::Kind::kRefused;
        fate.error_class = ErrorClass::kTransient;
    } else if (happens(weather_.refuse_permanent)) {
        fate.kind = StartFate::Kind::kRefused;
        fate.error_class = ErrorClass::kPermanent;
    } else if (happens(weather_.no_capacity)) {
        fate.kind = StartFate::Kind::kRefused;
        fate.error_class = ErrorClass::kCapacity;
    } else if (happens(weather_.lose_answer)) {
        fate.kind = StartFate::Kind::kLostAnswer;
    } else if (happens(weather_.lose_request)) {
        fate.kind = StartFate::Kind::kLostRequest;
    }
    return fate;
}

const Dial& PhoneSystem::dial(const std::string& provider, const std::string& reference,
                              const std::string& number, TimeMs now, const StartFate& fate) {
    auto made = std::make_unique<Dial>();
    made->reference = reference;
    made->number = number;
    made->provider = provider;
    made->provider_call_id = "p-" + std::to_string(dials_.size() + 1);
    made->from = now;
    made->until = now + fate.live_ms;
    made->outcome = fate.outcome;
    by_reference_.emplace(reference, made.get());
    dials_.push_back(std::move(made));
    return *dials_.back();
}

const Dial* PhoneSystem::find(const std::string& reference, TimeMs now) const {
    const auto found = by_reference_.find(reference);
    if (found == by_reference_.end()) return nullptr;
    const bool is_lagging = weather_.query == Weather::Query::kLagging;
    if (is_lagging && now < found->second->from + kLagMs) return nullptr;
    return found->second;
}

}  // namespace ebra::simulation
