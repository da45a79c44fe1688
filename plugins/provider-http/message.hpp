/// @file
/// Message: an answer or a webhook as conditions and mappings see it. Names: "status",
/// "header.NAME", "query.NAME", "body.PATH" (JSON, or a form), "raw" (the body's bytes),
/// "item.PATH" (one element of a list). Values; keeps no reference to what it was made from.
#pragma once

#include "scope.hpp"
#include "transfer.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

/// JSON deeper than this is taken as not understood.
inline constexpr int kJsonDepthMax = 64;

enum class BodyFormat { kJson, kForm };

class Message final : public Scope {
 public:
    Message() = default;
    Message(int status, Headers headers, std::string body, BodyFormat format);

    std::optional<Value> find(std::string_view name) const override;

    /// False when the body is not what it was said to be.
    bool is_understood() const { return is_understood_; }
    const nlohmann::json& body() const { return body_; }
    const std::string& raw() const { return raw_; }
    int status() const { return status_; }
    const std::string* header(std::string_view name) const;

    void set_query(std::string_view query);
    /// What "item" names stand for from now on.
    void set_item(nlohmann::json item) { item_ = std::move(item); }

 private:
    int status_ = 0;
    Headers headers_;
    std::string raw_;
    nlohmann::json body_;
    nlohmann::json query_;
    nlohmann::json item_;
    bool is_understood_ = false;
};

/// Parses JSON of bounded depth; nothing when it is not JSON.
std::optional<nlohmann::json> parse_json(std::string_view text);

}  // namespace ebra::provider_http
