#include "http/server_core.hpp"

namespace ebra {

void HttpCounters::count_rejected(int status) {
    rejected[static_cast<std::size_t>(status - kRejectedStatusMin)].fetch_add(1);
}

HttpStats HttpCounters::snapshot() const {
    HttpStats stats;
    stats.requests = requests;
    stats.in_flight = in_flight;
    stats.connections = connections;
    stats.connections_open = connections_open;
    stats.connections_refused = connections_refused;
    stats.overloaded = overloaded;
    stats.timeouts = timeouts;
    stats.idle_closed = idle_closed;
    stats.slow_writes = slow_writes;
    stats.answers = answers;
    stats.answers_undeliverable = answers_undeliverable;
    stats.answers_ignored = answers_ignored;
    stats.answers_missing = answers_missing;
    stats.answers_malformed = answers_malformed;
    for (const int status : kRefusalStatuses) stats.rejected[status] = 0;
    for (std::size_t i = 0; i < rejected.size(); ++i) {
        const std::uint64_t count = rejected[i];
        if (count > 0) stats.rejected[kRejectedStatusMin + static_cast<int>(i)] = count;
    }
    return stats;
}

HttpCore::HttpCore(const HttpLimits& limits, Router router)
    : limits_(limits),
      router_(std::move(router)),
      slow_writer_(limits.slow_writes_max, limits.slow_write_bytes_max) {}

void HttpCore::enter_phase(Phase phase) {
    phase_.store(phase);
}

bool HttpCore::try_open_connection() {
    if (counters_.connections_open.fetch_add(1) >= limits_.connections_max) {
        counters_.connections_open.fetch_sub(1);
        return false;
    }
    counters_.connections.fetch_add(1);
    return true;
}

void HttpCore::close_connection() {
    counters_.connections_open.fetch_sub(1);
}

bool HttpCore::begin_request() {
    counters_.requests.fetch_add(1);
    return counters_.in_flight.fetch_add(1) < limits_.in_flight_max;
}

void HttpCore::end_request() {
    const bool was_last = counters_.in_flight.fetch_sub(1) == 1;
    // Either this sees the phase that stop() set, or stop() sees the count that this left.
    if (!was_last || phase() == Phase::kServing) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
}

bool HttpCore::wait_until_quiet(SocketTime deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return counters_.in_flight == 0; });
}

void HttpCore::worker_closed() {
    const std::lock_guard lock(mutex_);
    ++workers_closed_;
    changed_.notify_all();
}

bool HttpCore::wait_until_workers_closed(std::size_t workers, SocketTime deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return workers_closed_ >= workers; });
}

}  // namespace ebra
