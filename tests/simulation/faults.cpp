#include "faults.hpp"

namespace ebra::simulation {

namespace {

struct FaultSpec {
    Fault fault;
    std::string_view name;
    std::uint32_t per_100k;  ///< Odds of one roll, before the seed has its say.
};

// Those of nodes and people are rolled on their own schedule, the others at each occasion.
constexpr std::array<FaultSpec, kFaultKinds> kSpecs = {{
    {Fault::kNodeKilled, "node killed", 40'000},
    {Fault::kNodeFrozen, "node frozen", 50'000},
    {Fault::kNodeStopped, "node stopped in order", 30'000},
    {Fault::kKilledBeforeCommit, "killed before commit", 100},
    {Fault::kKilledAfterCommit, "killed after commit", 200},
    {Fault::kStoreAway, "store away", 1'000},
    {Fault::kDoubtUndone, "commit in doubt, undone", 500},
    {Fault::kDoubtDone, "commit in doubt, done", 500},
    {Fault::kSlowRequest, "request to the store slow", 800},
    {Fault::kSlowAnswer, "answer of the store slow", 1'200},
    {Fault::kSlowRead, "read slow", 2'000},
    {Fault::kRefusedTransient, "start refused, transient", 5'000},
    {Fault::kRefusedPermanent, "start refused, permanent", 1'000},
    {Fault::kNoCapacity, "start refused, no capacity", 3'000},
    {Fault::kAccountBroken, "start refused, account broken", 500},
    {Fault::kAnswerLost, "answer lost", 12'000},
    {Fault::kRequestLost, "request lost", 2'000},
    {Fault::kNotConnected, "not connected", 2'000},
    {Fault::kProviderDown, "provider down for a while", 10'000},
    {Fault::kStartWaits, "start waits in the provider's queue", 3'000},
    {Fault::kAnswerSlow, "answer after the time-out", 5'000},
    {Fault::kEndedAtOnce, "start ended at once", 1'000},
    {Fault::kWebhookEarly, "webhook before the start's answer", 10'000},
    {Fault::kWebhookDropped, "webhook dropped", 4'000},
    {Fault::kWebhookLate, "webhook late", 5'000},
    {Fault::kWebhookHeld, "webhook held until its call is dialed again", 40'000},
    {Fault::kWebhookRepeated, "webhook repeated", 10'000},
    {Fault::kWebhookContradicts, "webhook contradicts", 2'000},
    {Fault::kWebhookEnriches, "webhook enriches", 10'000},
    {Fault::kWebhookProgress, "webhook says it rings", 60'000},
    {Fault::kPatched, "call patched", 10'000},
    {Fault::kCanceled, "call canceled", 5'000},
    {Fault::kMapped, "call mapped by hand", 3'000},
    {Fault::kPausedGlobal, "everything paused", 15'000},
    {Fault::kPausedProvider, "provider paused", 30'000},
    {Fault::kKeyReused, "key reused for another request", 3'000},
    {Fault::kRequestRepeated, "request repeated", 10'000},
    {Fault::kPinned, "call pinned to a provider", 15'000},
    {Fault::kPriority, "call with priority", 15'000},
    {Fault::kForLater, "call for later", 5'000},
    {Fault::kExpires, "call that expires", 5'000},
}};

const FaultSpec& spec_of(Fault fault) {
    return kSpecs[static_cast<std::size_t>(fault)];
}

constexpr bool is_in_order() {
    for (std::size_t at = 0; at < kSpecs.size(); ++at) {
        if (static_cast<std::size_t>(kSpecs[at].fault) != at) return false;
    }
    return true;
}
static_assert(is_in_order(), "the list must be in the order of the enumeration");

}  // namespace

std::string_view name_of(Fault fault) {
    return spec_of(fault).name;
}

Faults::Faults(Random& random, std::uint64_t seed, std::uint64_t disabled, Tally& tally)
    : random_(random), disabled_(disabled), tally_(tally) {
    constexpr std::array<std::uint32_t, 5> kFactors = {0, 1, 1, 4, 8};
    SeededRandom odds(~seed);
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
        per_100k_[kind] = kSpecs[kind].per_100k * kFactors[odds.below(kFactors.size())];
    }
}

bool Faults::happens(Fault fault) {
    const FaultSpec& spec = spec_of(fault);
    const bool falls = random_.below(100'000) < per_100k_[static_cast<std::size_t>(fault)];
    const bool is_disabled = (disabled_ >> static_cast<unsigned>(fault) & 1u) != 0;
    if (!falls || is_disabled || is_calm_) return false;
    ++tally_[std::string(spec.name)];
    return true;
}

}  // namespace ebra::simulation
