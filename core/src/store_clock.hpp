/// @file
/// StoreClock: this node's estimate of the store's clock, the only one that decides anything.
/// One per node, thread-safe, does not block but for sync(). The estimate is low, never ahead: the
/// time in the store's answer plus what has elapsed here since it arrived.
#pragma once

#include "clock.hpp"

#include "plugin/store.hpp"

#include <mutex>

namespace ebra {

class StoreClock {
 public:
    explicit StoreClock(const Clock& clock) : clock_(clock) {}

    /// The estimate is low by at most as long as the answer took; one that took longer than this
    /// says too little. A claim made by a clock that is seconds low would outlive its lease unseen.
    static constexpr std::int64_t kAnswerMsMax = 1'000;

    /// Asks the store and takes its answer as the new base. May block. Fails when the store does;
    /// kTimeout, and nothing is taken, when the answer took longer than kAnswerMsMax.
    Status sync(Store& store);

    /// The estimate. Never goes back. Only after a sync() that succeeded.
    TimeMs now() const;

    /// The instant of this machine's monotonic clock at which the store's clock will read `time`.
    MonotonicNs monotonic_at(TimeMs time) const;

 private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    TimeMs base_ms_ = 0;            // Guarded by mutex_.
    MonotonicNs base_ns_ = 0;       // Guarded by mutex_.
    mutable TimeMs latest_ms_ = 0;  // Guarded by mutex_.
};

}  // namespace ebra
