/// @file
/// Reclaim: hands out what needs looking after: placements to ask about and calls nobody decided.
#pragma once

#include "rows.hpp"

#include <vector>

namespace ebra::sqlite {

/// Throws EBRA_STALE when the node's own lease is over.
std::vector<FullCall> reclaim(Transaction& transaction, const ebra_reclaim_request& request);

}  // namespace ebra::sqlite
