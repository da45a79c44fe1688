/// @file
/// Digests, MACs and signatures, by OpenSSL. Pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

enum class Digest { kSha1, kSha256, kSha512 };

/// The raw digest of `bytes`.
std::string digest(Digest kind, std::string_view bytes);
/// The raw HMAC of `bytes` under `key`.
std::string hmac(Digest kind, std::string_view key, std::string_view bytes);
/// Whether two secrets or MACs are the same, in time that does not depend on where they differ.
bool equals_in_constant_time(std::string_view left, std::string_view right);
/// Whether `signature` (64 bytes) is of `bytes` under the Ed25519 `public_key` (32 bytes).
bool verify_ed25519(std::string_view public_key, std::string_view signature,
                    std::string_view bytes);

/// A JWT under HS256 with `claims_json` as its claims.
std::string make_jwt(std::string_view secret, std::string_view claims_json);
/// The claims of `token` when it is a JWT under HS256 with `secret`; nothing otherwise.
std::optional<std::string> claims_of_jwt(std::string_view token, std::string_view secret);

}  // namespace ebra::provider_http
