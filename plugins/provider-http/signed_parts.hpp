/// @file
/// SignedParts: the pieces of a webhook that signature schemes are made of: "raw", "timestamp",
/// "url", "url_base", "query_sorted", "query_dot" ("." where there is a query, else nothing),
/// "form_sorted", "form_sorted_once" (the same pair counts once), "method", "header.NAME",
/// "body.PATH". Lives while a webhook is verified; the webhook must outlive it.
#pragma once

#include "message.hpp"
#include "scope.hpp"

#include "ebra/abi/provider.h"

#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

class SignedParts final : public Scope {
 public:
    /// `url`: as the sender is thought to have called it.
    SignedParts(const ebra_webhook& webhook, std::string url, std::string timestamp);

    std::optional<Value> find(std::string_view name) const override;

 private:
    const ebra_webhook& webhook_;
    const std::string url_;
    const std::string timestamp_;
    mutable std::optional<Message>
        message_;  ///< Parsed only when a scheme signs a part of the body.
};

/// The value of the one header `name`; nothing when there is none, or more than one.
std::optional<std::string_view> single_header(const ebra_webhook& webhook, std::string_view name);

/// `url` with its port taken away, or the scheme's own port put in.
std::string with_other_port(const std::string& url);

}  // namespace ebra::provider_http
