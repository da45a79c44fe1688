/// @file
/// Every limit of the HTTP server, with its default and unit. Set once before start(), read by all
/// threads, never changed after. Reaching one is answered with a problem document and counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ebra {

/// What one message may be: the limits that framing alone enforces.
struct FramingLimits {
    std::size_t head_bytes_max = 16 * 1024;    ///< Request line and headers; beyond: 414 or 431.
    std::size_t headers_max = 100;             ///< Header lines; beyond: 431.
    std::size_t body_bytes_max = 1024 * 1024;  ///< Decoded body; beyond: 413.
};

/// Sizes, counts and times of the whole server.
struct HttpLimits {
    using Milliseconds = std::chrono::milliseconds;

    FramingLimits message;

    /// Open sockets; one more is told 503 and closed. Each costs two descriptors.
    std::size_t connections_max = 1024;
    /// Requests handed to handlers and not yet answered; one more is told 503 with Retry-After.
    std::size_t in_flight_max = 10'000;
    /// Bytes a client may send ahead while its request is in flight; beyond: close after the
    /// answer.
    std::size_t pipelined_bytes_max = 64 * 1024;
    /// Messages of one connection handled before the other connections get their turn.
    std::size_t messages_per_turn = 16;
    /// Bytes read and thrown away after a closing answer, so that the client can read that answer.
    std::size_t linger_bytes_max = 16 * 1024 * 1024;
    /// Answers that wait for slow readers, and their bytes; beyond: the connection is closed.
    std::size_t slow_writes_max = 1024;
    std::size_t slow_write_bytes_max = 64 * 1024 * 1024;

    Milliseconds head_timeout{10'000};    ///< From the first byte to the end of the head; 408.
    Milliseconds body_timeout{30'000};    ///< From the end of the head to that of the body; 408.
    Milliseconds idle_timeout{75'000};    ///< Between requests; closed without a word.
    Milliseconds answer_timeout{60'000};  ///< From request to the handler's answer; 504.
    Milliseconds write_timeout{30'000};   ///< From the first short write to the last byte; cut.
    Milliseconds linger_timeout{2'000};   ///< From a closing answer to the client's own close.

    /// What a client that was told 503 should wait.
    std::uint32_t retry_after_seconds = 1;
};

}  // namespace ebra
