/// @file
/// Real time: the machine's clocks, read directly. The ledger is compared over processes, so it
/// stands on CLOCK_MONOTONIC, which all processes of a machine share and nobody can set; the host's
/// clocks may be virtual. Thread-safe; nothing blocks.
#pragma once

#include <cstdint>
#include <string>

namespace ebra::sim {

inline constexpr std::int64_t kNsPerMs = 1'000'000;

/// CLOCK_MONOTONIC.
std::int64_t monotonic_ns();

/// CLOCK_REALTIME; for people, and to name a call.
std::int64_t wall_ms();

/// Eight hex digits that are the same until the machine is started anew: CLOCK_MONOTONIC begins
/// again then, so times of different boots can not be compared.
const std::string& boot_tag();

/// "2026-01-31T12:00:00.000Z"
std::string iso_time(std::int64_t wall_ms);

}  // namespace ebra::sim
