/// @file
/// HttpCore: what all workers and connections of one HttpServer share. Owned jointly by the server,
/// its connections and so by every open Responder: an answer may come after the server is gone. Any
/// thread. It knows no sockets of its own.
#pragma once

#include "http/counters.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"
#include "http/slow_writer.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace ebra {

/// Socket timeouts follow the kernel's monotonic time, not the engine's clock.
using SocketClock = std::chrono::steady_clock;
using SocketTime = SocketClock::time_point;

class HttpCore {
 public:
    enum class Phase { kServing, kDraining, kClosed };

    HttpCore(const HttpLimits& limits, Router router);

    const HttpLimits& limits() const { return limits_; }
    const Router& router() const { return router_; }
    /// Before the server serves.
    void use(Router router) { router_ = std::move(router); }
    HttpCounters& counters() { return counters_; }
    SlowWriter& slow_writer() { return slow_writer_; }

    Phase phase() const { return phase_.load(); }
    void enter_phase(Phase phase);

    /// Counts a connection in; false (and nothing counted) when connections_max are open.
    bool try_open_connection();
    void close_connection();

    /// Counts a request in; false when in_flight_max are, though the request counts all the same:
    /// it is then to be answered 503. Each begin_request() is matched by one end_request().
    bool begin_request();
    void end_request();

    /// Blocks until no request is in flight; false when `deadline` came first.
    bool wait_until_quiet(SocketTime deadline);

    /// A worker has closed all its connections, as it must after Phase::kClosed.
    void worker_closed();
    /// Blocks until `workers` have said so; false when `deadline` came first.
    bool wait_until_workers_closed(std::size_t workers, SocketTime deadline);

 private:
    const HttpLimits limits_;
    Router router_;  // Constant once the server serves.
    HttpCounters counters_;
    SlowWriter slow_writer_;
    std::atomic<Phase> phase_{Phase::kServing};

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t workers_closed_ = 0;  // Guarded by mutex_.
};

}  // namespace ebra
