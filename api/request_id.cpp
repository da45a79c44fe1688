#include "request_id.hpp"

#include "digest.hpp"

#include <algorithm>
#include <openssl/rand.h>
#include <stdexcept>

namespace ebra {

namespace {

constexpr std::size_t kProcessDigits = 16;

std::string random_hex() {
    Digest bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    return to_hex(bytes).substr(0, kProcessDigits);
}

bool is_sane(std::string_view id) {
    return !id.empty() && id.size() <= RequestIds::kBytesMax &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      std::string_view("-_.:/+=").find(c) != std::string_view::npos;
           });
}

}  // namespace

RequestIds::RequestIds() : process_(random_hex()) {}

std::string RequestIds::id_for(const HttpRequest& request) {
    const auto given = request.header("X-Request-Id");
    if (given && request.header_count("X-Request-Id") == 1 && is_sane(*given)) {
        return std::string(*given);
    }
    return process_ + "-" + std::to_string(next_.fetch_add(1));
}

}  // namespace ebra
