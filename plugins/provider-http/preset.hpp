/// @file
/// Preset: everything provider-http knows about one vendor's API, as data. PRESETS.md explains each
/// key for people who write one. Constant once read; thread-safe.
#pragma once

#include "body.hpp"
#include "condition.hpp"
#include "digest.hpp"
#include "event.hpp"
#include "expression.hpp"
#include "message.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ebra::provider_http {

/// A key that a user of the preset may or must set among the provider's options.
struct OptionRule {
    std::string name;
    std::string help;
    bool is_required = false;
    bool is_secret = false;
    std::string fallback;  ///< What it is when not set; empty = it has no value.
};

enum class AuthKind { kNone, kBearer, kHeader, kBasic, kJwt };

/// How requests show who sends them.
struct AuthRule {
    AuthKind kind = AuthKind::kNone;
    Template token;       ///< Bearer, header; of a JWT the secret.
    std::string header;   ///< The header's name, kind "header".
    Template user;        ///< Basic.
    Template password;    ///< Basic.
    BodyTemplate claims;  ///< JWT; "iat", "nbf" and "exp" are added.
    std::int64_t lifetime_s = 600;
};

struct RequestRule {
    std::string method = "POST";
    Template url;
    std::map<std::string, Template> headers;
    BodyTemplate body;
    BodyFormat encoding = BodyFormat::kJson;
    /// Where the URL comes from an answer of the provider: globs it must fit one of. Empty = the
    /// URL is the preset's own.
    std::vector<Template> allowed_urls;
};

/// What a refusal looks like.
struct RefusalRule {
    Condition when;
    std::int32_t error_class = 0;     ///< EBRA_CLASS_*; 0 = it is no refusal but UNKNOWN.
    std::int64_t retry_after_ms = 0;  ///< When the answer does not say.
};

struct StartRule {
    RequestRule request;
    Condition success;
    Template id;
    std::vector<RefusalRule> refused;
    std::optional<Pick> retry_after;
    std::optional<Pick> message;
    KeepRules keep;
    bool is_idempotent = false;
};

/// Asking about a call: by the provider's id, or by our reference in a list.
struct LookupRule {
    RequestRule request;
    Condition success;
    Condition not_found;
    bool is_exact = false;      ///< Not found is proof that it was never placed.
    std::optional<Pick> items;  ///< The list in the answer; unset = the answer is the call.
    std::optional<Pick> match;  ///< In an item: what must be our reference.
    std::optional<Template> id;
    std::vector<EventRule> events;
};

struct CancelRule {
    RequestRule request;
    Condition done;
    Condition too_late;
};

enum class SignatureKind { kNone, kHmac, kEd25519, kJwt, kSharedSecret };
enum class SignatureLayout {
    kPlain,  ///< The header is the signature.
    kList,   ///< Several signatures, any of which may be right.
    kPairs,  ///< "t=1,v1=...": signatures and a timestamp by name.
};
enum class SignatureEncoding { kHex, kBase64 };
enum class SecretEncoding { kText, kBase64, kStandardWebhooks };

/// How webhooks are signed.
struct SignatureRule {
    SignatureKind kind = SignatureKind::kNone;
    std::string header;
    std::string prefix;  ///< In front of the signature; demanded when set.
    SignatureLayout layout = SignatureLayout::kPlain;
    std::string separator = ",";
    std::string assign = "=";
    std::string signature_key;
    std::string timestamp_key;
    std::string timestamp_header;
    std::int64_t tolerance_s = 0;  ///< 0 = the scheme has no timestamp.
    Template signed_bytes;
    Digest digest = Digest::kSha256;
    SignatureEncoding encoding = SignatureEncoding::kHex;
    std::string secret_option;  ///< Its value is one secret or a list of them.
    SecretEncoding secret_encoding = SecretEncoding::kText;
    bool covers_body = true;      ///< False: what the body says is asked for before it is believed.
    bool ignores_port = false;    ///< Senders differ in whether the URL they sign has a port.
    std::string body_hash_claim;  ///< JWT: the claim that holds base64(SHA-256(body)).
    Template issuer;              ///< JWT: what "iss" must be; empty = anything.
};

struct WebhookRule {
    BodyFormat format = BodyFormat::kJson;
    SignatureRule signature;
    std::vector<EventRule> events;
};

struct Preset {
    std::string name;
    std::string summary;
    std::string base_url;             ///< Unless the user sets another; empty = the user must.
    bool speaks_call_status = false;  ///< Its webhooks are in Ebra's own form.
    std::int64_t visibility_delay_ms = 0;
    std::vector<OptionRule> options;
    AuthRule auth;
    StartRule start;
    std::optional<LookupRule> query;
    std::optional<LookupRule> reconcile;
    std::optional<CancelRule> cancel;
    std::optional<WebhookRule> webhook;

    const OptionRule* option(std::string_view option_name) const {
        for (const OptionRule& rule : options) {
            if (rule.name == option_name) return &rule;
        }
        return nullptr;
    }
};

}  // namespace ebra::provider_http
