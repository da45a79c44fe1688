#include "callback_ref.hpp"

#include "assert.hpp"

#include <array>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace ebra {

namespace {

/// 128 bits of the MAC: out of reach of guessing, and short enough for a URL.
constexpr std::size_t kSealBytes = 16;

std::string hex(const unsigned char* bytes, std::size_t size) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(size * 2);
    for (std::size_t at = 0; at < size; ++at) {
        text.push_back(kDigits[bytes[at] >> 4]);
        text.push_back(kDigits[bytes[at] & 0xF]);
    }
    return text;
}

}  // namespace

std::string CallbackRef::seal(const Reference& reference) const {
    const std::string plain = to_string(reference);
    return plain + "." + seal_of(plain);
}

std::optional<Reference> CallbackRef::open(std::string_view sealed) const {
    const std::size_t dot = sealed.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view plain = sealed.substr(0, dot);
    const std::string_view seal = sealed.substr(dot + 1);
    const std::string expected = seal_of(plain);
    if (seal.size() != expected.size()) return std::nullopt;
    if (CRYPTO_memcmp(seal.data(), expected.data(), expected.size()) != 0) return std::nullopt;
    return parse_reference(plain);
}

std::string CallbackRef::seal_of(std::string_view reference) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(reference.data());
    const unsigned char* made = HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
                                     bytes, reference.size(), mac.data(), &size);
    EBRA_ASSERT(made != nullptr && size >= kSealBytes);
    return hex(mac.data(), kSealBytes);
}

std::string callback_url(std::string_view public_url, std::string_view path,
                         std::string_view sealed) {
    if (public_url.empty()) return {};
    return std::string(public_url)
        .append("/callbacks/")
        .append(path)
        .append("?ref=")
        .append(sealed);
}

}  // namespace ebra
