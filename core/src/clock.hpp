/// @file
/// Clock: the only way this program reads time. One implementation asks the system, another is set
/// by hand, which is what lets a test run days of work in a second. Thread-safe.
///
/// Neither reading is the time of record: that is the store's clock (see store_clock.hpp).
#pragma once

#include <atomic>
#include <cstdint>

namespace ebra {

/// Nanoseconds of the monotonic clock, from an arbitrary start.
using MonotonicNs = std::uint64_t;
/// Milliseconds since 1970 in UTC.
using TimeMs = std::int64_t;

inline constexpr std::uint64_t kNsPerMs = 1'000'000;

class Clock {
 public:
    virtual ~Clock() = default;

    /// Never goes back, goes on while the machine sleeps. Does not block.
    virtual MonotonicNs monotonic_ns() const = 0;

    /// The wall clock. May jump; for people and for logs only. Does not block.
    virtual TimeMs wall_ms() const = 0;
};

/// The system's clocks.
class SystemClock final : public Clock {
 public:
    MonotonicNs monotonic_ns() const override;
    TimeMs wall_ms() const override;
};

/// A clock that stands still until told to advance.
class ManualClock final : public Clock {
 public:
    explicit ManualClock(TimeMs wall_ms) : wall_ms_(wall_ms) {}

    MonotonicNs monotonic_ns() const override { return monotonic_ns_.load(); }
    TimeMs wall_ms() const override { return wall_ms_.load(); }

    /// Moves both clocks on by `ms`.
    void advance_ms(std::int64_t ms) {
        monotonic_ns_ += static_cast<std::uint64_t>(ms) * kNsPerMs;
        wall_ms_ += ms;
    }

    /// Sets the wall clock alone, as an operator or a time server would.
    void step_wall_ms(std::int64_t ms) { wall_ms_ += ms; }

 private:
    std::atomic<MonotonicNs> monotonic_ns_{1'000'000'000};
    std::atomic<TimeMs> wall_ms_;
};

}  // namespace ebra
