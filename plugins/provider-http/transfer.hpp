/// @file
/// One HTTP request and what became of it. Values; the loop owns them while they are under way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ebra::provider_http {

/// Headers in order, names as they came, duplicates kept.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    std::uint64_t send_by_ns = 0;            ///< Past it nothing is sent; 0 = no limit.
    std::int64_t answer_within_ms = 30'000;  ///< From hand-over to the last byte of the answer.
    bool may_be_sent_twice = false;          ///< Only for requests that change nothing.
};

/// How far a request got. The one distinction that matters: a start that was not sent may be tried
/// again, one that was sent and not answered may not.
enum class Fate {
    kNotSent,   ///< Not one byte of the request left.
    kLost,      ///< Perhaps sent; no complete answer came.
    kAnswered,  ///< A complete answer came.
};

struct HttpAnswer {
    Fate fate = Fate::kNotSent;
    int status = 0;
    Headers headers;
    std::string body;
    std::string trouble;  ///< What went wrong, for people; empty when answered.
    int vendor_code = 0;  ///< libcurl's, 0 when answered.
};

/// Called exactly once, on the loop's thread. Must not block and must not throw.
using OnAnswer = std::function<void(HttpAnswer&&)>;

}  // namespace ebra::provider_http
