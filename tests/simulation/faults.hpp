/// @file
/// Faults: everything that goes wrong, or is done by people, in a run: one list, each entry with
/// its odds. A run rolls for each and counts what happened; a test requires that each kind
/// happened, and shrinking a failure switches kinds off. One thread.
#pragma once

#include "random.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ebra::simulation {

/// How often what happened, by name.
using Tally = std::map<std::string, std::uint64_t, std::less<>>;

enum class Fault : std::uint8_t {
    // Nodes.
    kNodeKilled,
    kNodeFrozen,
    kNodeStopped,
    kKilledBeforeCommit,
    kKilledAfterCommit,
    // The store.
    kStoreAway,
    kDoubtUndone,
    kDoubtDone,
    kSlowRequest,
    kSlowAnswer,
    kSlowRead,
    // Starts.
    kRefusedTransient,
    kRefusedPermanent,
    kNoCapacity,
    kAccountBroken,
    kAnswerLost,
    kRequestLost,
    kNotConnected,
    kProviderDown,
    kStartWaits,
    kAnswerSlow,
    kEndedAtOnce,
    // Webhooks.
    kWebhookEarly,
    kWebhookDropped,
    kWebhookLate,
    kWebhookHeld,
    kWebhookRepeated,
    kWebhookContradicts,
    kWebhookEnriches,
    kWebhookProgress,
    // People.
    kPatched,
    kCanceled,
    kMapped,
    kPausedGlobal,
    kPausedProvider,
    kKeyReused,
    kRequestRepeated,
    kPinned,
    kPriority,
    kForLater,
    kExpires,
    kCount
};

inline constexpr std::size_t kFaultKinds = static_cast<std::size_t>(Fault::kCount);

/// "store away" ...
std::string_view name_of(Fault fault);

class Faults {
 public:
    /// `disabled`: a bit per kind that never happens. Each seed has odds of its own: some kinds
    /// never, some far more often, so that what is rare meets what is rare.
    Faults(Random& random, std::uint64_t seed, std::uint64_t disabled, Tally& tally);

    /// Rolls the dice. The dice fall the same way whether or not the kind is disabled.
    bool happens(Fault fault);

    /// From now on nothing goes wrong any more.
    void calm_down() { is_calm_ = true; }
    bool is_calm() const { return is_calm_; }

 private:
    Random& random_;
    const std::uint64_t disabled_;
    std::array<std::uint32_t, kFaultKinds> per_100k_{};
    Tally& tally_;
    bool is_calm_ = false;
};

}  // namespace ebra::simulation
