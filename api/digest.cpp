#include "digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace ebra {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Digest sha256(std::string_view bytes) {
    Digest digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error("OpenSSL could not compute SHA-256");
    }
    return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    Digest digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
             digest.data(), &size) == nullptr) {
        throw std::runtime_error("OpenSSL could not compute HMAC-SHA-256");
    }
    return digest;
}

bool is_same(const Digest& left, const Digest& right) {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_hex(const Digest& digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
    Digest digest{};
    if (text.size() != digest.size() * 2) return std::nullopt;
    for (std::size_t at = 0; at < digest.size(); ++at) {
        const int high = hex_value(text[at * 2]);
        const int low = hex_value(text[at * 2 + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        digest[at] = static_cast<unsigned char>(high * 16 + low);
    }
    return digest;
}

std::optional<std::string> base64_decode(std::string_view text) {
    // OpenSSL takes '=' for zero bits wherever it stands.
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const bool is_padded_inside = text.substr(0, text.size() - padding).find('=') != text.npos;
    if (text.empty() || text.size() % 4 != 0 || is_padded_inside) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

}  // namespace ebra
