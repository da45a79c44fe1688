/// @file
/// Explain: why a call is not running, the strongest reason first.
#pragma once

#include "results.hpp"
#include "rows.hpp"

#include <string_view>
#include <vector>

namespace ebra::postgres {

/// At least one reason. Throws EBRA_NOT_FOUND.
std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now);

}  // namespace ebra::postgres
