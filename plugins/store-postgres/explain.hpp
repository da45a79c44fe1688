/// @file
/// Explain: why a call is not running, the strongest reason first.
#pragma once

#include "rows.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ebra::postgres {

struct Reason {
    std::int32_t why = 0;  ///< EBRA_WHY_*
    std::string subject;
    ebra_time_ms until = 0;
};

/// At least one reason. Throws EBRA_NOT_FOUND.
std::vector<Reason> explain(Session& session, std::string_view id, ebra_time_ms now);

}  // namespace ebra::postgres
