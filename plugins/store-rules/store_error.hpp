/// @file
/// StoreError: how a function of a store fails; the plugin's border turns it into a status and a
/// message.
#pragma once

#include "ebra/abi/base.h"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace ebra::rules {

/// What a caller is told to wait before it tries again when the store is away.
inline constexpr std::int64_t kRetryAfterMs = 1000;

class StoreError : public std::runtime_error {
 public:
    StoreError(ebra_status status, const std::string& message, std::int32_t vendor_code = 0,
               std::int64_t retry_after_ms = 0)
        : std::runtime_error(message),
          status_(status),
          vendor_code_(vendor_code),
          retry_after_ms_(retry_after_ms) {}

    ebra_status status() const { return status_; }
    std::int32_t vendor_code() const { return vendor_code_; }
    std::int64_t retry_after_ms() const { return retry_after_ms_; }

 private:
    ebra_status status_;
    std::int32_t vendor_code_;
    std::int64_t retry_after_ms_;
};

/// An input that is wrong; `message` says what and how.
StoreError invalid(const std::string& message);

}  // namespace ebra::rules
