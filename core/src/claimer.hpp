/// @file
/// Claimer: asks the store for due calls when there are hands to dial them, and gives them to the
/// dialer. One per node, step() from one thread. It never claims more than can be started now, and
/// never dials a claim of which it does not know that it was committed.
#pragma once

#include "dialer.hpp"
#include "node_lease.hpp"
#include "node_settings.hpp"
#include "providers.hpp"
#include "store_trouble.hpp"
#include "taps.hpp"

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

#include <cstdint>

namespace ebra {

class Claimer {
 public:
    Claimer(Store& store, const StoreClock& store_clock, NodeLease& lease, Providers& providers,
            Taps& taps, Dialer& dialer, Random& random, const NodeSettings& settings,
            StoreTrouble& trouble, Metrics& metrics);

    /// Claims and dials one batch. Returns how long to wait before the next step unless something
    /// happens, in milliseconds; 0 = at once. Blocks on the store.
    std::int64_t step();

    /// What was claimed before this and not dialed is released; nothing is claimed any more. From
    /// any thread.
    void stop() { is_stopping_ = true; }

 private:
    Status look_at_limits(std::int64_t each_ms);
    std::int64_t dial(Claimed claimed, TimeMs asked_at);
    std::int64_t failed(const Error& error);
    bool settle_doubt();
    void dial_blindly(const ClaimRequest& request);
    MonotonicNs send_by(TimeMs asked_at, TimeMs lease_until) const;

    Store& store_;
    const StoreClock& store_clock_;
    NodeLease& lease_;
    Providers& providers_;
    Taps& taps_;
    Dialer& dialer_;
    Random& random_;
    const NodeSettings& settings_;
    StoreTrouble& trouble_;
    Metrics& metrics_;
    std::atomic<bool> is_stopping_{false};

    std::uint64_t doubtful_token_ = 0;  // A claim whose commit is in doubt; 0 = none.
    TimeMs looked_at_ = 0;              // When the limits were read; 0 = never.
};

}  // namespace ebra
