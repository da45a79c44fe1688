#include "store_clock.hpp"

#include "error.hpp"

#include <algorithm>

namespace ebra::postgres {

namespace {
constexpr std::uint64_t kNsPerMs = 1'000'000;
// Further back than this is no drift: the database's clock was set.
constexpr ebra_time_ms kDriftMsMax = 2000;
}  // namespace

ebra_time_ms StoreClock::now() {
    const std::lock_guard lock(mutex_);
    given_ = std::max(given_, estimate());
    return given_;
}

void StoreClock::measured(ebra_time_ms database_ms) {
    const std::lock_guard lock(mutex_);
    if (base_ != 0 && database_ms < estimate() - kDriftMsMax) return;
    base_ = database_ms - elapsed_ms();
}

void StoreClock::raise(ebra_time_ms floor) {
    const std::lock_guard lock(mutex_);
    base_ = std::max(base_, floor - elapsed_ms());
}

void StoreClock::require_not_ahead(ebra_time_ms now) {
    if (now <= this->now() + kAheadMsMax) return;
    throw invalid("`now` is more than 1 s ahead of the store's clock; measure it again");
}

ebra_time_ms StoreClock::estimate() const {
    return base_ + elapsed_ms();
}

std::int64_t StoreClock::elapsed_ms() const {
    return static_cast<std::int64_t>(host_->monotonic_ns(host_) / kNsPerMs);
}

}  // namespace ebra::postgres
