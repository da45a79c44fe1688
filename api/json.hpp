/// @file
/// The API's JSON going out: the one place where field names of answers stand. Pure functions, any
/// thread. Metadata goes out byte for byte as it came in.
#pragma once

#include "ebra/call.hpp"
#include "ebra/engine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra {

/// A call, whole: {"id", "to", "scriptId", "metadata", "status", "attempts" ...}.
std::string call_json(const Call& call);

/// {"items", "page", "pageSize", "hasMore"}.
std::string page_json(const std::vector<Call>& calls, std::uint64_t page, std::uint64_t page_size,
                      bool has_more);

/// {"callId", "placements", "entries", "whyNotRunning"}.
std::string timeline_json(std::string_view call_id, const Timeline& timeline,
                          const std::vector<WhyNot>& reasons);

/// A flat object: every status first, zeros too, then the other counts in camelCase.
std::string counts_json(const Counts& counts);

/// {"status": "ready" or "not ready", "reasons"}.
std::string readiness_json(const Readiness& readiness);

/// {"applied", "id", "status"}; "ignored" names fields of the callback that could not be used.
std::string callback_json(const CallbackAnswer& answer, const std::vector<std::string>& ignored);

}  // namespace ebra
