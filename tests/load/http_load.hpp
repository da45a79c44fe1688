/// @file
/// run_load(): many kept connections that send requests as fast as they are answered, or at a given
/// rate, from one thread, so that the generator costs little beside what it measures. It measures
/// each answer from the first byte sent to the last byte read; at a given rate from the moment at
/// which the request was due, so that a server that falls behind does not slow its own test down.
/// It never retries.
#pragma once

#include "message_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::load {

/// What to send. `request_of(n)` makes the n-th request whole, head and body, n from 0.
struct LoadPlan {
    std::uint16_t port = 0;  ///< On 127.0.0.1.
    std::size_t connections = 1;
    std::size_t requests = 0;
    int expected_status = 201;
    double per_second = 0;  ///< 0 = as fast as they are answered.
    std::function<std::string(std::size_t n)> request_of;
    std::function<void(std::string_view body)> answered = {};  ///< With each answer's body.
};

struct LoadResult {
    std::size_t answered = 0;    ///< With the expected status.
    std::size_t unexpected = 0;  ///< With another one.
    std::size_t broken = 0;      ///< Connections that ended before their answer.
    double seconds = 0;          ///< From the first request to the last answer.
    std::vector<std::uint64_t> latencies_ns;
    std::string last_body;         ///< Of the last answer.
    std::string first_unexpected;  ///< Head and body.

    double per_second() const { return seconds > 0 ? static_cast<double>(answered) / seconds : 0; }
    /// The latency that `share` (0 to 1) of the answers did not exceed, in milliseconds.
    double percentile_ms(double share) const;
};

/// Runs the plan to its end. Blocks. Throws std::runtime_error when no connection can be made or no
/// answer comes for half a minute.
LoadResult run_load(const LoadPlan& plan);

/// One request, one answer: its body. Throws when the status is another.
std::string ask(std::uint16_t port, std::string request, int expected_status);

}  // namespace ebra::load
