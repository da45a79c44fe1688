/// @file
/// FakeHost: a host table for one plugin instance that keeps what it is told. Its clocks are the
/// machine's, the monotonic one can be set ahead. Thread-safe. Must outlive the instance.
#pragma once

#include "ebra/abi/ebra.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ebra::sim::test {

/// How long a test waits for what must come; only a failing test waits so long.
inline constexpr std::chrono::seconds kPatience{20};

/// An operation's end, as it was told.
struct Completion {
    std::int32_t answer = 0;
    std::int32_t error_class = 0;
    std::int64_t retry_after_ms = 0;
    std::string id;
    std::string message;
    bool has_event = false;
    std::int32_t kind = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    std::int64_t duration_ms = 0;
    std::chrono::steady_clock::time_point at;
    int times = 0;
};

class FakeHost {
 public:
    FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    const ebra_host* table() const { return &table_; }

    /// The end of `op` if it came already.
    std::optional<Completion> completed(ebra_op op) const;

    /// Waits for the end of `op`; nothing when it does not come within `patience`.
    std::optional<Completion> wait(ebra_op op,
                                   std::chrono::milliseconds patience = kPatience) const;

    /// Waits until so many operations have ended.
    bool wait_for(std::size_t count, std::chrono::milliseconds patience = kPatience) const;

    std::size_t completions() const;
    std::string log() const;

    std::atomic<std::uint64_t> ahead_ns{0};      ///< Added to the monotonic clock.
    std::atomic<std::int64_t> fixed_wall_ms{0};  ///< Not 0: the wall clock stands there.

 private:
    static FakeHost& of(const ebra_host* host) { return *static_cast<FakeHost*>(host->impl); }
    void take(ebra_op op, const ebra_op_result& result);

    ebra_host table_{};
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::map<ebra_op, Completion> completed_;  // Guarded by mutex_.
    std::string log_;                          // Guarded by mutex_.
};

}  // namespace ebra::sim::test
