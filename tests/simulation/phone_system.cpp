#include "phone_system.hpp"

namespace ebra::simulation {

namespace {

constexpr std::uint32_t kFailedPercent = 15;
constexpr int kRollsForAnother = 12;
constexpr std::uint32_t kAnotherFailedPercent = 50;
constexpr std::int64_t kLiveMsMin = 200;
/// A start that is answered after this long was answered after the engine's time-out.
constexpr std::int64_t kSlowAnswerMs = 2'000;

}  // namespace

int PhoneSystem::rolls_for(const std::string& reference) const {
    return has_rung(reference.substr(0, reference.rfind('.'))) ? kRollsForAnother : 1;
}

StartFate PhoneSystem::roll(const std::string& provider, const std::string& reference, TimeMs now) {
    const auto below = [this](std::int64_t bound) {
        return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)));
    };
    StartFate fate;
    fate.travel_ms = below(kTravelMsMax);
    fate.answer_ms = below(600);
    fate.live_ms = kLiveMsMin + below(kLiveMsMax - kLiveMsMin);
    const int rolls = rolls_for(reference);
    const std::uint32_t failed_percent = rolls > 1 ? kAnotherFailedPercent : kFailedPercent;
    if (random_.below(100) < failed_percent) fate.outcome = EBRA_OUTCOME_FAILED;
    fate.has_ended_at_once = faults_.happens(Fault::kEndedAtOnce);
    // Over before the answer to its start is back.
    if (faults_.happens(Fault::kWebhookEarly)) fate.live_ms = 1 + below(100);
    for (int left = rolls; left > 0; --left) {
        if (fate.kind == StartFate::Kind::kPlaced) roll_refusal(fate);
        if (faults_.happens(Fault::kAnswerSlow)) fate.answer_ms = kSlowAnswerMs + below(5'000);
    }
    if (down_until_[provider] > now) fate.kind = StartFate::Kind::kNotConnected;
    return fate;
}

void PhoneSystem::roll_refusal(StartFate& fate) {
    const auto refuse = [&fate](std::int32_t error_class) {
        fate.kind = StartFate::Kind::kRefused;
        fate.error_class = error_class;
    };
    const std::int64_t retry_after_ms = random_.below(2) == 0 ? 0 : 3'000;
    const bool is_billing = random_.below(2) == 0;
    if (faults_.happens(Fault::kRefusedTransient)) {
        refuse(EBRA_CLASS_TRANSIENT);
    } else if (faults_.happens(Fault::kRefusedPermanent)) {
        refuse(EBRA_CLASS_PERMANENT);
    } else if (faults_.happens(Fault::kNoCapacity)) {
        refuse(EBRA_CLASS_CAPACITY);
        fate.retry_after_ms = retry_after_ms;
    } else if (faults_.happens(Fault::kAccountBroken)) {
        refuse(is_billing ? EBRA_CLASS_BILLING : EBRA_CLASS_CONFIGURATION);
    } else if (faults_.happens(Fault::kAnswerLost)) {
        fate.kind = StartFate::Kind::kLostAnswer;
    } else if (faults_.happens(Fault::kRequestLost)) {
        fate.kind = StartFate::Kind::kLostRequest;
    } else if (faults_.happens(Fault::kNotConnected)) {
        fate.kind = StartFate::Kind::kNotConnected;
    }
}

Dial& PhoneSystem::dial(const std::string& provider, const std::string& reference,
                        const std::string& number, TimeMs now, const StartFate& fate) {
    auto made = std::make_unique<Dial>();
    made->reference = reference;
    made->number = number;
    made->provider = provider;
    made->provider_call_id = "p-" + std::to_string(dials_.size() + 1);
    made->from = now;
    made->until = now + fate.live_ms;
    made->outcome = fate.outcome;
    rung_calls_.insert(reference.substr(0, reference.rfind('.')));
    by_reference_.emplace(reference, made.get());
    dials_.push_back(std::move(made));
    return *dials_.back();
}

Dial* PhoneSystem::find(const std::string& reference, TimeMs now) {
    const auto found = by_reference_.find(reference);
    if (found == by_reference_.end()) return nullptr;
    const bool is_hidden = query_ == QueryKind::kLagging && now < found->second->from + kLagMs;
    return is_hidden ? nullptr : found->second;
}

}  // namespace ebra::simulation
