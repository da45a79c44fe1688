#include "callback_ref.hpp"

#include "assert.hpp"

#include <array>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

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

void CallbackRef::FreeMac::operator()(EVP_MAC_CTX* mac) const {
    EVP_MAC_CTX_free(mac);
}

// The algorithm is looked up and keyed once: HMAC() does both each time, which costs more than the
// hashing.
CallbackRef::CallbackRef(std::string_view secret) {
    EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    keyed_.reset(EVP_MAC_CTX_new(hmac));
    EVP_MAC_free(hmac);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
    EBRA_ASSERT(keyed_ && EVP_MAC_init(keyed_.get(), key, secret.size(), parameters.data()) == 1);
}

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
    std::array<unsigned char, EVP_MAX_MD_SIZE> seal{};
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(reference.data());
    const std::lock_guard lock(mutex_);
    // Begins anew with the key it has: a copy for each use would cost as much as the hashing.
    const bool is_made = EVP_MAC_init(keyed_.get(), nullptr, 0, nullptr) == 1 &&
                         EVP_MAC_update(keyed_.get(), bytes, reference.size()) == 1 &&
                         EVP_MAC_final(keyed_.get(), seal.data(), &size, seal.size()) == 1;
    EBRA_ASSERT(is_made && size >= kSealBytes);
    return hex(seal.data(), kSealBytes);
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
