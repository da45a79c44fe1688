#include "callback_signature.hpp"

#include "digest.hpp"
#include "time_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ebra {

namespace {

constexpr std::string_view kStandardSecret = "whsec_";
constexpr std::string_view kStandardVersion = "v1,";
constexpr std::string_view kPlainPrefix = "sha256=";
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The year 9999.

std::string key_of(std::string_view secret) {
    if (secret.starts_with(kStandardSecret)) {
        if (auto key = base64_decode(secret.substr(kStandardSecret.size()))) return *key;
    }
    return std::string(secret);
}

/// The header's value when it was sent exactly once and is not empty.
std::optional<std::string_view> only_header(const HttpRequest& request, std::string_view name) {
    const auto value = request.header(name);
    if (!value || value->empty() || request.header_count(name) != 1) return std::nullopt;
    return value;
}

std::optional<std::int64_t> seconds_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_number = failure == std::errc() && end == text.data() + text.size();
    if (!is_number || seconds < 0 || seconds > kSecondsMax) return std::nullopt;
    return seconds;
}

bool is_signature(std::string_view item, const Digest& expected) {
    if (!item.starts_with(kStandardVersion)) return false;
    const auto bytes = base64_decode(item.substr(kStandardVersion.size()));
    Digest given{};
    if (!bytes || bytes->size() != given.size()) return false;
    std::copy(bytes->begin(), bytes->end(), given.begin());
    return is_same(given, expected);
}

bool has_signature(std::string_view list, const Digest& expected) {
    for (std::size_t n = 0; n < CallbackSignature::kSignaturesMax && !list.empty(); ++n) {
        const std::size_t end = std::min(list.find(' '), list.size());
        if (is_signature(list.substr(0, end), expected)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace

CallbackSignature::CallbackSignature(std::string_view secret) : key_(key_of(secret)) {}

CallbackSignature::Judgement CallbackSignature::judge(const HttpRequest& request,
                                                      std::int64_t now_ms) const {
    if (!is_demanded()) return {Verdict::kGood, {}};
    for (const std::string prefix : {"webhook-", "svix-"}) {
        if (request.header(prefix + "signature")) return judge_standard(request, prefix, now_ms);
    }
    return judge_plain(request);
}

CallbackSignature::Judgement CallbackSignature::judge_standard(const HttpRequest& request,
                                                               const std::string& prefix,
                                                               std::int64_t now_ms) const {
    const auto id = only_header(request, prefix + "id");
    const auto timestamp = only_header(request, prefix + "timestamp");
    const auto signatures = only_header(request, prefix + "signature");
    if (!id || !timestamp || !signatures || id->size() > kIdBytesMax) return {};
    const auto seconds = seconds_in(*timestamp);
    if (!seconds) return {};
    const std::int64_t age_ms = now_ms - *seconds * kMsPerSecond;
    if (age_ms > kToleranceMs || age_ms < -kToleranceMs) return {Verdict::kOutOfTime, {}};

    std::string is_signed;
    is_signed.reserve(id->size() + timestamp->size() + request.body.size() + 2);
    is_signed.append(*id).append(".").append(*timestamp).append(".").append(request.body);
    if (!has_signature(*signatures, hmac_sha256(key_, is_signed))) return {Verdict::kMismatch, {}};
    return {Verdict::kGood, std::string(*id)};
}

CallbackSignature::Judgement CallbackSignature::judge_plain(const HttpRequest& request) const {
    auto text = only_header(request, "X-Signature");
    if (!text) return {};
    if (text->starts_with(kPlainPrefix)) text->remove_prefix(kPlainPrefix.size());
    const auto given = digest_from_hex(*text);
    if (!given || !is_same(*given, hmac_sha256(key_, request.body))) {
        return {Verdict::kMismatch, {}};
    }
    return {Verdict::kGood, {}};
}

}  // namespace ebra
