/// @file
/// What the HTTP server counts: atomics that workers and answering threads bump, and a plain copy
/// of them for metrics. Counting never locks and never blocks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>

namespace ebra {

/// A copy of all counters at about one moment. Totals only grow; the two gauges go up and down.
struct HttpStats {
    std::uint64_t requests = 0;               ///< Well-formed requests, 503 by overload included.
    std::uint64_t in_flight = 0;              ///< Gauge: handed to handlers, not yet answered.
    std::uint64_t connections = 0;            ///< Accepted and served.
    std::uint64_t connections_open = 0;       ///< Gauge.
    std::uint64_t connections_refused = 0;    ///< Over connections_max, or no descriptor left.
    std::uint64_t overloaded = 0;             ///< 503 because of in_flight_max.
    std::uint64_t timeouts = 0;               ///< Heads, bodies and answers that took too long.
    std::uint64_t idle_closed = 0;            ///< Kept connections closed after idle_timeout.
    std::uint64_t slow_writes = 0;            ///< Answers that one send() did not take.
    std::uint64_t answers = 0;                ///< Taken whole by the socket.
    std::uint64_t answers_undeliverable = 0;  ///< The client left, or read too slowly.
    std::uint64_t answers_ignored = 0;        ///< A second answer, or one after answer_timeout.
    std::uint64_t answers_missing = 0;        ///< The handler dropped its Responder.
    std::uint64_t answers_malformed = 0;      ///< A header that cannot be sent; 500 instead.
    /// Refused before a handler, by status. What framing and time-outs answer with is there from
    /// the beginning, with 0.
    std::map<int, std::uint64_t> rejected;
};

/// What the server itself answers before a handler sees a request.
inline constexpr int kRefusalStatuses[] = {400, 408, 413, 414, 417, 431, 500, 501, 505};

struct HttpCounters {
    using Counter = std::atomic<std::uint64_t>;
    static constexpr int kRejectedStatusMin = 400;
    static constexpr int kRejectedStatusEnd = 600;

    Counter requests{0};
    Counter in_flight{0};
    Counter connections{0};
    Counter connections_open{0};
    Counter connections_refused{0};
    Counter overloaded{0};
    Counter timeouts{0};
    Counter idle_closed{0};
    Counter slow_writes{0};
    Counter answers{0};
    Counter answers_undeliverable{0};
    Counter answers_ignored{0};
    Counter answers_missing{0};
    Counter answers_malformed{0};
    std::array<Counter, kRejectedStatusEnd - kRejectedStatusMin> rejected{};

    /// Counts one refusal; `status` is 400 to 599.
    void count_rejected(int status);
    HttpStats snapshot() const;
};

}  // namespace ebra
