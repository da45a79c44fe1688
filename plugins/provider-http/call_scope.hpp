/// @file
/// CallScope: what a preset can name about the call that a request is for. Lives while the request
/// is made; the call must outlive it.
#pragma once

#include "scope.hpp"
#include "settings.hpp"

#include "ebra/abi/call.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

class CallScope final : public Scope {
 public:
    CallScope(const Settings& settings, const ebra_call& call, std::string_view reference,
              std::string_view callback_url, ebra_time_ms now);

    std::optional<Value> find(std::string_view name) const override;

 private:
    std::optional<Value> in_call(std::string_view name) const;
    std::optional<Value> in_placement(std::string_view name) const;

    const Settings& settings_;
    const ebra_call& call_;
    const std::string_view reference_;
    const std::string_view callback_url_;
    const ebra_time_ms now_;
    mutable std::optional<nlohmann::json> metadata_;  ///< Parsed when first asked for.
    mutable std::optional<nlohmann::json> state_;
};

/// What a preset can name without a call: its options, "base_url" and the time.
std::optional<Value> find_in_settings(const Settings& settings, std::string_view name);

}  // namespace ebra::provider_http
