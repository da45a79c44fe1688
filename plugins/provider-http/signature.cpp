#include "signature.hpp"

#include "call_scope.hpp"
#include "digest.hpp"
#include "encoding.hpp"
#include "signed_parts.hpp"
#include "text.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <cstdlib>

namespace ebra::provider_http {

namespace {

using plugin::view;

/// Signatures in one header that are looked at; rotation needs two.
constexpr std::size_t kSignaturesMax = 8;

struct ParsedHeader {
    std::vector<std::string> signatures;
    std::string timestamp;
};

void add_signature(const SignatureRule& rule, std::string_view text, ParsedHeader& into) {
    if (into.signatures.size() >= kSignaturesMax || text.size() <= rule.prefix.size()) return;
    if (text.substr(0, rule.prefix.size()) != rule.prefix) return;
    into.signatures.emplace_back(text.substr(rule.prefix.size()));
}

void take_part(const SignatureRule& rule, std::string_view part, ParsedHeader& into) {
    if (rule.layout == SignatureLayout::kList) return add_signature(rule, part, into);
    const std::size_t assign = part.find(rule.assign);
    if (assign == std::string_view::npos) return;
    const std::string_view key = part.substr(0, assign);
    const std::string_view value = part.substr(assign + rule.assign.size());
    if (key == rule.signature_key) add_signature(rule, value, into);
    if (!rule.timestamp_key.empty() && key == rule.timestamp_key) into.timestamp = value;
}

ParsedHeader parse_header(const SignatureRule& rule, std::string_view header) {
    ParsedHeader made;
    if (rule.layout == SignatureLayout::kPlain) {
        add_signature(rule, header, made);
        return made;
    }
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(rule.separator), header.size());
        take_part(rule, trimmed(header.substr(0, end)), made);
        header.remove_prefix(std::min(end + rule.separator.size(), header.size()));
    }
    return made;
}

bool is_recent(const SignatureRule& rule, const std::string& timestamp, ebra_time_ms now) {
    if (rule.tolerance_s == 0) return true;
    const bool is_number = !timestamp.empty() && timestamp.size() <= 15 &&
                           timestamp.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) return false;
    const std::optional<ebra_time_ms> at = parse_time(timestamp);
    return at && std::llabs(now - *at) <= rule.tolerance_s * 1000;
}

bool fits(const SignatureRule& rule, const std::string& signature, const std::string& secret,
          const std::string& bytes) {
    if (rule.kind == SignatureKind::kEd25519) {
        const auto raw = from_base64(signature);
        return raw && to_base64(*raw) == signature && verify_ed25519(secret, *raw, bytes);
    }
    // The text is compared, not what it stands for: hex and base64 know several spellings.
    const std::string mac = hmac(rule.digest, secret, bytes);
    const bool is_hex = rule.encoding == SignatureEncoding::kHex;
    return equals_in_constant_time(signature, is_hex ? to_hex(mac) : to_base64(mac));
}

bool is_signed_over(const Settings& settings, const SignatureRule& rule, const ParsedHeader& header,
                    const ebra_webhook& webhook, const std::string& url) {
    const SignedParts parts(webhook, url, header.timestamp);
    const std::optional<std::string> bytes = rule.signed_bytes.from(parts);
    if (!bytes) return false;
    bool is_right = false;
    for (const std::string& signature : header.signatures) {
        for (const std::string& secret : settings.webhook_secrets) {
            is_right = fits(rule, signature, secret, *bytes) || is_right;
        }
    }
    return is_right;
}

class SettingsScope final : public Scope {
 public:
    explicit SettingsScope(const Settings& settings) : settings_(settings) {}
    std::optional<Value> find(std::string_view name) const override {
        return find_in_settings(settings_, name);
    }

 private:
    const Settings& settings_;
};

/// A number in the claims, or nothing.
std::optional<std::int64_t> seconds_in(const nlohmann::json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_number()) return std::nullopt;
    const double seconds = found->get<double>();
    if (seconds < 0 || seconds > 1e11) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

bool is_jwt_right(const Settings& settings, const SignatureRule& rule, std::string_view token,
                  const ebra_webhook& webhook) {
    std::optional<nlohmann::json> claims;
    for (const std::string& secret : settings.webhook_secrets) {
        if (const auto text = claims_of_jwt(token, secret)) claims = parse_json(*text);
    }
    if (!claims || !claims->is_object()) return false;
    const std::int64_t now_s = webhook.now / 1000;
    const auto expires = seconds_in(*claims, "exp");
    const auto not_before = seconds_in(*claims, "nbf");
    if (!expires || now_s > *expires + rule.tolerance_s) return false;
    if (not_before && now_s < *not_before - rule.tolerance_s) return false;
    const auto claim = [&](const std::string& name) {
        const auto found = claims->find(name);
        return found != claims->end() && found->is_string() ? found->get<std::string>() : "";
    };
    if (!rule.issuer.empty() && rule.issuer.from(SettingsScope(settings)) != claim("iss")) {
        return false;
    }
    if (rule.body_hash_claim.empty()) return true;
    const std::string hash = digest(Digest::kSha256, view(webhook.body));
    return equals_in_constant_time(claim(rule.body_hash_claim), to_base64(hash));
}

bool is_shared_secret_right(const Settings& settings, const ParsedHeader& header) {
    bool is_right = false;
    for (const std::string& shown : header.signatures) {
        for (const std::string& secret : settings.webhook_secrets) {
            is_right = equals_in_constant_time(digest(Digest::kSha256, shown),
                                               digest(Digest::kSha256, secret)) ||
                       is_right;
        }
    }
    return is_right;
}

}  // namespace

bool is_signed(const Settings& settings, const ebra_webhook& webhook) {
    const SignatureRule& rule = settings.preset.webhook->signature;
    const std::optional<std::string_view> shown = single_header(webhook, rule.header);
    if (!shown) return false;
    ParsedHeader header = parse_header(rule, *shown);
    if (header.signatures.empty()) return false;
    if (rule.kind == SignatureKind::kSharedSecret) {
        return is_shared_secret_right(settings, header);
    }
    if (rule.kind == SignatureKind::kJwt) {
        return is_jwt_right(settings, rule, header.signatures.front(), webhook);
    }
    if (!rule.timestamp_header.empty()) {
        header.timestamp = single_header(webhook, rule.timestamp_header).value_or("");
    }
    if (!is_recent(rule, header.timestamp, webhook.now)) return false;
    const std::string url(view(webhook.url));
    if (is_signed_over(settings, rule, header, webhook, url)) return true;
    return rule.ignores_port &&
           is_signed_over(settings, rule, header, webhook, with_other_port(url));
}

}  // namespace ebra::provider_http
