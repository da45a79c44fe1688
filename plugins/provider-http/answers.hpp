/// @file
/// What an answer of the provider means: PLACED, REFUSED, UNKNOWN, FOUND ... as the preset says,
/// and UNKNOWN wherever it says nothing. Pure; thread-safe.
#pragma once

#include "settings.hpp"
#include "transfer.hpp"

#include "ebra/abi/provider.h"

#include <optional>
#include <string>
#include <string_view>

namespace ebra::provider_http {

/// How an operation ended; owns its text. See `ebra_op_result`.
struct Outcome {
    std::int32_t answer = 0;
    std::int32_t error_class = 0;
    std::int32_t http_status = 0;
    std::int64_t retry_after_ms = 0;
    std::string provider_call_id;
    std::string provider_state;
    std::string message;
    std::optional<Event> event;
};

/// Hands `outcome` to the host as the end of `op`.
void complete(const ebra_host* host, ebra_op op, const Outcome& outcome);

/// What a start's answer means.
Outcome read_start_answer(const Settings& settings, HttpAnswer&& answer, ebra_time_ms now);

/// What a look-up's answer means. `reference`: what to find in a list, when `rule` has one.
/// `state`: what the placement kept so far.
Outcome read_lookup_answer(const Settings& settings, const LookupRule& rule, HttpAnswer&& answer,
                           std::string_view reference, std::string_view state);

/// What a cancel's answer means.
Outcome read_cancel_answer(const Settings& settings, HttpAnswer&& answer);

}  // namespace ebra::provider_http
