#include "signature.hpp"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace ebra::sim {

namespace {

constexpr std::string_view kSecretPrefix = "whsec_";

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    // EVP_DecodeBlock counts the padding in.
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
        ++padding;
    }
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

std::string encode_base64(const unsigned char* bytes, std::size_t size) {
    std::string text((size + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes,
                                       static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace

std::optional<std::string> key_of_secret(std::string_view secret) {
    const bool is_encoded = secret.substr(0, kSecretPrefix.size()) == kSecretPrefix;
    if (!is_encoded) return std::string(secret);
    auto key = decode_base64(secret.substr(kSecretPrefix.size()));
    if (!key || key->empty()) return std::nullopt;
    return key;
}

std::string signature_of(std::string_view key, std::string_view id, std::int64_t timestamp_sec,
                         std::string_view body) {
    std::string content(id);
    content.append(".").append(std::to_string(timestamp_sec)).append(".").append(body);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, content.size(),
             mac.data(), &size) == nullptr) {
        throw std::runtime_error("OpenSSL can not make an HMAC-SHA256");
    }
    return "v1," + encode_base64(mac.data(), size);
}

}  // namespace ebra::sim
