/// @file
/// RequestIds: a name for each request, so that a client's report and a log meet. Owned by the
/// router's hook, thread-safe, never blocks.
#pragma once

#include "http/request.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace ebra {

class RequestIds {
 public:
    static constexpr std::size_t kBytesMax = 128;

    RequestIds();

    /// The client's own X-Request-Id when it is sane (sent once, 1 to kBytesMax letters, digits and
    /// "-_.:/+="), else a new one that no other process makes.
    std::string id_for(const HttpRequest& request);

 private:
    const std::string process_;  // Random, in hexadecimal.
    std::atomic<std::uint64_t> next_{1};
};

}  // namespace ebra
