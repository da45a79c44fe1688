/// @file
/// Random: the only source of chance in this program, so that a seed replays a run. Thread-safe.
/// Also makes ids: call ids are UUIDs of version 7 (RFC 9562), which sort by the time of making.
#pragma once

#include "clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace ebra {

class Random {
 public:
    virtual ~Random() = default;

    /// 64 random bits. Does not block.
    virtual std::uint64_t next() = 0;

    /// A number in [0, bound); `bound` > 0. The bias is below 2^-32 for bounds below 2^32.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    /// A token that is never 0: for claims.
    std::uint64_t token();
};

/// The system's random numbers, fetched some at a time: a call needs several, and each fetch is a
/// system call. Not to be used on both sides of a fork().
class SystemRandom final : public Random {
 public:
    std::uint64_t next() override;

 private:
    std::mutex mutex_;
    // Guarded by mutex_. getrandom(2) gives up to 256 bytes without ever being interrupted.
    std::array<std::uint64_t, 32> fetched_{};
    std::size_t left_ = 0;
};

/// The same numbers for the same seed.
class SeededRandom final : public Random {
 public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t next() override;

 private:
    std::mutex mutex_;
    std::mt19937_64 engine_;  // Guarded by mutex_.
};

/// A UUID of version 7 for the instant `now`, e.g. "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11".
std::string make_uuid_v7(TimeMs now, Random& random);

/// True when `text` has the form of a UUID in lower case.
bool is_uuid(std::string_view text);

}  // namespace ebra
