/// @file
/// ApiKey: who may use the API. Constant after construction, thread-safe, compares in constant time
/// (digests of equal length, so that not even the key's length shows).
#pragma once

#include "digest.hpp"
#include "http/request.hpp"

#include <optional>
#include <string_view>

namespace ebra {

class ApiKey {
 public:
    /// Empty: everybody is admitted (the config allows that on loopback only).
    explicit ApiKey(std::string_view key);

    /// True when the request carries the key, as `Authorization: Bearer <key>` or `X-API-Key`.
    bool admits(const HttpRequest& request) const;

 private:
    std::optional<Digest> digest_;
};

}  // namespace ebra
