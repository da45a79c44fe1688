/// @file
/// Pruner: removes calls that ended longer ago than they are kept, in small steps with pauses, so
/// that calls on their way hardly notice. One per node, step() from one thread; several nodes do it
/// side by side without harm.
#pragma once

#include "node_settings.hpp"
#include "store_clock.hpp"

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

#include <cstdint>

namespace ebra {

class Pruner {
 public:
    /// Never more than this share of time is spent removing: pauses last as long as the steps did,
    /// times this.
    static constexpr std::int64_t kPausesPerStep = 3;

    Pruner(Store& store, const StoreClock& store_clock, const Clock& clock,
           const NodeSettings& settings, Metrics& metrics);

    /// One step of a pass. Returns how long to wait before the next, in milliseconds. Does nothing
    /// when calls are kept for ever. Blocks on the store.
    std::int64_t step();

 private:
    Store& store_;
    const StoreClock& store_clock_;
    const Clock& clock_;
    const NodeSettings& settings_;
    Metrics& metrics_;

    std::uint64_t after_ = 0;  // Where the pass goes on.
    std::int64_t pruned_in_pass_ = 0;
};

}  // namespace ebra
