#include "refusals.hpp"

namespace ebra::postgres {

namespace {

// After this a node is ready again even if nobody wrote meanwhile: who is not ready is not sent any
// writes, and could never show that they pass.
constexpr std::uint64_t kCountsNs = 5'000'000'000;

}  // namespace

void Refusals::note(const StoreError& error) {
    if (error.vendor_code() != kDiskFull && error.vendor_code() != kNoPrivilege) return;
    const std::lock_guard lock(mutex_);
    reason_ = error.what();
    refused_at_ns_ = host_->monotonic_ns(host_);
}

void Refusals::forget() {
    const std::lock_guard lock(mutex_);
    reason_.clear();
}

void Refusals::require_none() {
    const std::lock_guard lock(mutex_);
    if (reason_.empty() || host_->monotonic_ns(host_) - refused_at_ns_ > kCountsNs) return;
    throw StoreError(EBRA_UNAVAILABLE, reason_, 0, kRetryAfterMs);
}

}  // namespace ebra::postgres
