#include "request_maker.hpp"

#include "digest.hpp"
#include "encoding.hpp"

#include <algorithm>

namespace ebra::provider_http {

namespace {

/// Clocks differ: a token is valid from a little before it was made.
constexpr std::int64_t kClockSkewS = 30;

std::string jwt_for(const AuthRule& rule, const Scope& scope, ebra_time_ms now) {
    const std::string secret = rule.token.from(scope).value_or("");
    nlohmann::json claims =
        parse_json(rule.claims.json(scope).value_or("{}")).value_or(nlohmann::json::object());
    const std::int64_t now_s = now / 1000;
    claims["iat"] = now_s - kClockSkewS;
    claims["nbf"] = now_s - kClockSkewS;
    claims["exp"] = now_s + rule.lifetime_s;
    return make_jwt(secret, claims.dump());
}

void add_authorization(Headers& headers, const AuthRule& rule, const Scope& scope,
                       ebra_time_ms now) {
    switch (rule.kind) {
        case AuthKind::kNone:
            return;
        case AuthKind::kBearer:
            if (const auto token = rule.token.from(scope)) {
                headers.emplace_back("Authorization", "Bearer " + *token);
            }
            return;
        case AuthKind::kHeader:
            if (const auto token = rule.token.from(scope))
                headers.emplace_back(rule.header, *token);
            return;
        case AuthKind::kBasic: {
            const auto user = rule.user.from(scope);
            const auto password = rule.password.from(scope);
            if (!user || !password) return;
            headers.emplace_back("Authorization", "Basic " + to_base64(*user + ":" + *password));
            return;
        }
        case AuthKind::kJwt:
            headers.emplace_back("Authorization", "Bearer " + jwt_for(rule, scope, now));
            return;
    }
}

std::string url_for(const RequestRule& rule, const Scope& scope) {
    const std::optional<std::string> url = rule.url.from(scope, true);
    if (!url) throw CannotMake("a part of the URL has no value for this call");
    if (!rule.allowed_urls.empty()) {
        const bool is_allowed = std::any_of(
            rule.allowed_urls.begin(), rule.allowed_urls.end(), [&](const Template& allowed) {
                const std::optional<std::string> glob = allowed.from(scope);
                return glob && matches_glob(*glob, *url);
            });
        if (!is_allowed)
            throw CannotMake("the provider named a URL that the preset does not allow");
    }
    return *url;
}

void check_headers(const Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos) continue;
        throw CannotMake("the header " + name + " would have more than one line");
    }
}

}  // namespace

HttpRequest make_request(const Settings& settings, const RequestRule& rule, const Scope& scope,
                         ebra_time_ms now) {
    HttpRequest request;
    request.method = rule.method;
    request.url = url_for(rule, scope);
    add_authorization(request.headers, settings.preset.auth, scope, now);
    for (const auto& [name, text] : rule.headers) {
        if (const auto value = text.from(scope)) request.headers.emplace_back(name, *value);
    }
    for (const auto& [name, value] : settings.headers) request.headers.emplace_back(name, value);
    request.headers.emplace_back("User-Agent", "ebra");
    if (!rule.body.empty()) {
        const bool is_form = rule.encoding == BodyFormat::kForm;
        request.body = (is_form ? rule.body.form(scope) : rule.body.json(scope)).value_or("");
        request.headers.emplace_back(
            "Content-Type", is_form ? "application/x-www-form-urlencoded" : "application/json");
    }
    check_headers(request.headers);
    return request;
}

std::string masked(const Settings& settings, std::string text) {
    for (const std::string& secret : settings.secrets) {
        for (std::size_t at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at)) {
            text.replace(at, secret.size(), "***");
            at += 3;
        }
    }
    return text;
}

}  // namespace ebra::provider_http
