/// @file
/// CallbackRef: the reference inside a callback URL, sealed with a MAC under the cluster's secret
/// so that nobody can settle a call by guessing. Thread-safe.
#pragma once

#include "call.hpp"

#include <memory>
#include <mutex>
#include <openssl/types.h>
#include <optional>
#include <string>
#include <string_view>

namespace ebra {

class CallbackRef {
 public:
    /// `secret`: the cluster's, the same on all nodes.
    explicit CallbackRef(std::string_view secret);

    /// "<call id>.<placement>.<32 hex digits>"; safe inside a URL.
    std::string seal(const Reference& reference) const;

    /// The reference when the seal is right; nothing when it is not, or not a reference at all.
    std::optional<Reference> open(std::string_view sealed) const;

 private:
    struct FreeMac {
        void operator()(EVP_MAC_CTX* mac) const;
    };
    using Mac = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

    std::string seal_of(std::string_view reference) const;

    mutable std::mutex mutex_;
    Mac keyed_;  // Guarded by mutex_. Holds the secret from one use to the next.
};

/// `{public_url}/callbacks/{path}?ref={sealed}`; empty when there is no public URL.
std::string callback_url(std::string_view public_url, std::string_view path,
                         std::string_view sealed);

}  // namespace ebra
