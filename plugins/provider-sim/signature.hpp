/// @file
/// Signature: Standard Webhooks 1.0, the sender's side. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::sim {

/// The key's bytes: what follows "whsec_" is base64, any other secret is taken as it is. Nothing
/// when it is not base64.
std::optional<std::string> key_of_secret(std::string_view secret);

/// "v1,<base64 of HMAC-SHA256 over id.timestamp.body>", the value of webhook-signature.
std::string signature_of(std::string_view key, std::string_view id, std::int64_t timestamp_sec,
                         std::string_view body);

}  // namespace ebra::sim
