/// @file
/// The vectors under tests/providers/vectors: webhooks as the vendors sign them and requests as
/// their SDKs send them, written by vectors/generate.mjs. Constant once read.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ebra::test {

struct SignedWebhook {
    std::string name;
    bool is_under_next_secret = false;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    nlohmann::json expect;
};

struct WebhookVectors {
    std::string name;
    std::string signed_by;
    nlohmann::json options;  ///< The provider's, without the secret.
    std::string secret_option;
    std::string secret;
    std::string next_secret;
    std::vector<std::string> signature_headers;  ///< Every byte of them counts.
    std::int64_t tolerance_ms = 0;               ///< 0 = the scheme has no time.
    std::int64_t tolerance_before_ms = 0;
    bool covers_body = true;
    std::int64_t now = 0;  ///< When they were signed.
    std::vector<SignedWebhook> webhooks;
};

struct RequestVector {
    std::string name;
    std::string made_by;
    std::string what;  ///< "start", "query", "reconcile" or "cancel".
    std::string base_path;
    nlohmann::json options;
    nlohmann::json state;   ///< What the placement kept.
    bool is_proto = false;  ///< The SDK spells names of the protocol in camel case.
    nlohmann::json claims;  ///< Of the JWT in "authorization"; null when there is none.
    std::string method;
    std::string target;
    nlohmann::json headers;
    std::string body;
};

std::ostream& operator<<(std::ostream& out, const WebhookVectors& vectors);
std::ostream& operator<<(std::ostream& out, const RequestVector& vector);

/// All of a folder; throws when there are none or one cannot be read.
std::vector<WebhookVectors> webhook_vectors();
std::vector<RequestVector> request_vectors();

}  // namespace ebra::test
