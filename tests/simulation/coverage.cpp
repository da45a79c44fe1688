#include "coverage.hpp"

#include "transitions.hpp"

#include <algorithm>
#include <cstdio>

namespace ebra::simulation {

namespace {

/// Each kind of fault, so often in a thousand seeds.
constexpr std::uint64_t kFaultPerThousand = 200;
/// What is no fault by itself but must come of them.
constexpr std::string_view kConsequences[] = {
    "dial",
    "enqueue refused",
    "enqueue replayed",
    "live call canceled",
    "query: found ended",
    "query: found live",
    "query: not found, exact",
    "query: not found, weak",
    "query: unable",
    "start past send_by",
    "webhook applied",
    "webhook kept until its call is known",
    "webhook recorded only",
    "webhook refused",
};
constexpr std::uint64_t kConsequencePerThousand = 50;

/// What the rules allow and no engine of ours can bring about, but for an accident within an
/// accident. The conformance suite has a case for each.
constexpr std::string_view kBeyondTheEngine[] = {
    // Giving up and what follows from it are one group of steps.
    "transition: undecided: ENDED + ended COMPLETED -> ENDED, the call COMPLETED",
    "transition: undecided: ENDED + ended FAILED -> ENDED, the call FAILED",
    // A decision that was fenced off, and within two seconds the webhook of an earlier placement.
    "transition: undecided: earlier ENDED + ended COMPLETED ->, the call COMPLETED",
    // The look at a call that is being hung up, between the end of its forerunner and the order.
    "transition: IN_PROGRESS, completed before: PLACED + sign of life ->",
};

std::uint64_t for_seeds(std::uint64_t per_thousand, std::uint64_t seeds) {
    return std::max<std::uint64_t>(per_thousand * seeds / 1'000, 1);
}

}  // namespace

void Coverage::add(const Tally& tally) {
    for (const auto& [what, times] : tally) tally_[what] += times;
}

void Coverage::print() const {
    for (const auto& [what, times] : tally_) {
        std::printf("%10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
    }
}

std::uint64_t Coverage::times(std::string_view what) const {
    const auto found = tally_.find(what);
    return found == tally_.end() ? 0 : found->second;
}

bool Coverage::is_met(std::string_view what, std::uint64_t wanted) const {
    if (times(what) >= wanted) return true;
    std::printf("not met often enough: %.*s: %llu times, wanted %llu\n",
                static_cast<int>(what.size()), what.data(),
                static_cast<unsigned long long>(times(what)),
                static_cast<unsigned long long>(wanted));
    return false;
}

bool Coverage::is_enough(std::uint64_t seeds) const {
    bool is_enough = true;
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
        is_enough &= is_met(name_of(static_cast<Fault>(kind)), for_seeds(kFaultPerThousand, seeds));
    }
    for (const std::string_view what : kConsequences) {
        is_enough &= is_met(what, for_seeds(kConsequencePerThousand, seeds));
    }
    for (const std::string& transition : legal_transitions()) {
        const auto* end = std::end(kBeyondTheEngine);
        if (std::find(std::begin(kBeyondTheEngine), end, transition) != end) continue;
        is_enough &= is_met(transition, 1);
    }
    return is_enough;
}

}  // namespace ebra::simulation
