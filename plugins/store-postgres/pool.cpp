#include "pool.hpp"

#include "error.hpp"

#include <algorithm>
#include <chrono>

namespace ebra::postgres {

namespace {

/// Two cost a fifth of the calls a second with 16 claimers in 4 processes (ARCHITECTURE.md).
constexpr int kClaimsMax = 1;

}  // namespace

Pool::Pool(const Options& options, int size, Watchdog& watchdog,
           std::function<void(Connection&)> on_connect)
    : options_(options), size_(size), watchdog_(watchdog), on_connect_(std::move(on_connect)) {}

std::unique_ptr<Connection> Pool::take(Use use) {
    std::unique_lock lock(mutex_);
    const bool is_claim = use == Use::kClaims;
    const auto has_room = [&] { return in_use_ < size_ && !(is_claim && claiming_ == kClaimsMax); };
    const auto patience = std::chrono::milliseconds(options_.acquire_timeout_ms);
    if (!returned_.wait_for(lock, patience, has_room)) {
        throw StoreError(EBRA_UNAVAILABLE,
                         is_claim
                             ? "other claims hold the connection for claims; look for what is slow"
                             : "all connections to the database are in use; raise pool_size, "
                               "or look for what is slow",
                         0, kRetryAfterMs);
    }
    ++in_use_;
    claiming_ += is_claim;
    if (!idle_.empty()) {
        const auto same = std::find_if(idle_.rbegin(), idle_.rend(),
                                       [use](const Idle& idle) { return idle.last_use == use; });
        const auto taken = same == idle_.rend() ? idle_.end() - 1 : same.base() - 1;
        auto connection = std::move(taken->connection);
        idle_.erase(taken);
        return connection;
    }
    lock.unlock();
    try {
        auto connection = connect(options_, &watchdog_);
        on_connect_(*connection);
        return connection;
    } catch (...) {
        give_back(nullptr, use);
        throw;
    }
}

void Pool::give_back(std::unique_ptr<Connection> connection, Use use) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    claiming_ -= use == Use::kClaims;
    if (connection) idle_.push_back({std::move(connection), use});
    // Not everyone who waits may have it.
    returned_.notify_all();
}

void Pool::forget_idle() {
    std::vector<Idle> forgotten;
    const std::lock_guard lock(mutex_);
    forgotten.swap(idle_);
}

}  // namespace ebra::postgres
