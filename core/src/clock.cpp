#include "clock.hpp"

#include <ctime>

namespace ebra {

namespace {

std::uint64_t read_ns(clockid_t id) {
    timespec reading{};
    clock_gettime(id, &reading);
    return static_cast<std::uint64_t>(reading.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(reading.tv_nsec);
}

}  // namespace

MonotonicNs SystemClock::monotonic_ns() const {
    return read_ns(CLOCK_BOOTTIME);
}

TimeMs SystemClock::wall_ms() const {
    return static_cast<TimeMs>(read_ns(CLOCK_REALTIME) / kNsPerMs);
}

}  // namespace ebra
