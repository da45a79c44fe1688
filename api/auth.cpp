#include "auth.hpp"

namespace ebra {

namespace {

/// The key in `Authorization: Bearer <key>`; the scheme's name has no case.
std::optional<std::string_view> bearer_key(const HttpRequest& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto value = request.header("Authorization");
    if (!value || !equals_ignoring_case(value->substr(0, kScheme.size()), kScheme)) {
        return std::nullopt;
    }
    std::string_view key = value->substr(kScheme.size());
    key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
    return key;
}

}  // namespace

ApiKey::ApiKey(std::string_view key) {
    if (!key.empty()) digest_ = sha256(key);
}

bool ApiKey::admits(const HttpRequest& request) const {
    if (!digest_) return true;
    for (const auto& key : {bearer_key(request), request.header("X-API-Key")}) {
        if (key && is_same(sha256(*key), *digest_)) return true;
    }
    return false;
}

}  // namespace ebra
