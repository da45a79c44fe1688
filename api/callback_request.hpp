/// @file
/// From the body of POST /callbacks/call-status to what the engine is told. A pure function, any
/// thread. What a provider says about the end of a call is never lost for a detail: a
/// `completedAt`, `durationSec` or `reason` that makes no sense is left out, and the answer says
/// so.
#pragma once

#include "http/problem.hpp"
#include "http/request.hpp"

#include "ebra/engine.hpp"

#include <string>
#include <variant>
#include <vector>

namespace ebra {

inline constexpr std::size_t kProviderIdBytesMax = 512;
inline constexpr std::size_t kReasonBytesMax = 500;

struct CallbackBody {
    StatusCallback callback;
    std::vector<std::string> ignored;  ///< Fields that were left out, and why.
};

/// `status` is COMPLETED, FAILED, BUSY or NO_ANSWER, in any case and with '-' or ' ' for '_'; the
/// last two are FAILED for that reason. One of `providerCallId`, `callId` and the URL's `ref` must
/// be there. 400 for anything else, and 415.
std::variant<CallbackBody, Problem> read_status_callback(const HttpRequest& request);

}  // namespace ebra
