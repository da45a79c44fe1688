/// @file
/// SHA-256, HMAC and comparing secrets, by OpenSSL. Pure functions, any thread. Running out of
/// memory inside OpenSSL is a std::runtime_error, which the router answers with 500.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ebra {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Takes the same time wherever the two differ.
bool is_same(const Digest& left, const Digest& right);

/// In lower case.
std::string to_hex(const Digest& digest);

/// The digest those 64 hex digits are, in either case; nothing for any other text.
std::optional<Digest> digest_from_hex(std::string_view text);

/// The bytes of a standard base64 text with its padding; nothing for any other text.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace ebra
