#include "digest.hpp"

#include "encoding.hpp"
#include "message.hpp"

#include <array>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace ebra::provider_http {

namespace {

const EVP_MD* algorithm_of(Digest kind) {
    switch (kind) {
        case Digest::kSha1:
            return EVP_sha1();
        case Digest::kSha256:
            return EVP_sha256();
        case Digest::kSha512:
            return EVP_sha512();
    }
    return EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::string_view kJwtHead = R"({"alg":"HS256","typ":"JWT"})";

}  // namespace

std::string digest(Digest kind, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), made.data(), &size, algorithm_of(kind), nullptr) !=
        1) {
        throw std::runtime_error("OpenSSL makes no digest");
    }
    return {reinterpret_cast<const char*>(made.data()), size};
}

std::string hmac(Digest kind, std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    // A null key would mean "the one before".
    const char* const key_bytes = key.empty() ? "" : key.data();
    if (HMAC(algorithm_of(kind), key_bytes, static_cast<int>(key.size()), bytes_of(bytes),
             bytes.size(), made.data(), &size) == nullptr) {
        throw std::runtime_error("OpenSSL makes no HMAC");
    }
    return {reinterpret_cast<const char*>(made.data()), size};
}

bool equals_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool verify_ed25519(std::string_view public_key, std::string_view signature,
                    std::string_view bytes) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key),
                                    public_key.size()),
        &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    if (!key || !context) return false;
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1)
        return false;
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes),
                            bytes.size()) == 1;
}

std::string make_jwt(std::string_view secret, std::string_view claims_json) {
    const std::string signed_part = to_base64_url(kJwtHead) + "." + to_base64_url(claims_json);
    return signed_part + "." + to_base64_url(hmac(Digest::kSha256, secret, signed_part));
}

std::optional<std::string> claims_of_jwt(std::string_view token, std::string_view secret) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    const std::string mac = hmac(Digest::kSha256, secret, token.substr(0, last));
    if (!equals_in_constant_time(token.substr(last + 1), to_base64_url(mac))) return std::nullopt;
    // "alg" is looked at although the MAC is right: nothing but HS256 is meant.
    const auto head = parse_json(from_base64(token.substr(0, first)).value_or(""));
    if (!head || !head->is_object() || head->value("alg", nlohmann::json()) != "HS256") return {};
    return from_base64(token.substr(first + 1, last - first - 1));
}

}  // namespace ebra::provider_http
