#include "store_time.hpp"

#include <algorithm>

namespace ebra::sqlite {

namespace {
constexpr std::uint64_t kNsPerMs = 1'000'000;
}  // namespace

StoreTime::StoreTime(const ebra_host* host, ebra_time_ms floor)
    : host_(host),
      floor_at_start_(floor),
      started_ns_(host->monotonic_ns(host)),
      base_(std::max(floor, host->now_ms(host))) {}

ebra_time_ms StoreTime::now() const {
    return base_.load() + elapsed_ms();
}

void StoreTime::adopt(ebra_time_ms floor) {
    const ebra_time_ms wanted = floor - elapsed_ms();
    ebra_time_ms seen = base_.load();
    while (seen < wanted && !base_.compare_exchange_weak(seen, wanted)) {
    }
}

std::int64_t StoreTime::elapsed_ms() const {
    return static_cast<std::int64_t>((host_->monotonic_ns(host_) - started_ns_) / kNsPerMs);
}

}  // namespace ebra::sqlite
