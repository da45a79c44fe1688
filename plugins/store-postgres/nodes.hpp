/// @file
/// Nodes: the lease of each incarnation, what happens to its placements when it is over, and what
/// is handed out to be looked after.
#pragma once

#include "batch.hpp"
#include "error.hpp"

#include <string_view>
#include <vector>

namespace ebra::postgres {

/// The error for a node whose lease is over.
StoreError lease_is_over(std::string_view node);

/// Throws EBRA_STALE when the node was declared dead.
ebra_lease_report renew_lease(Session& session, const ebra_lease_request& request);

/// Ends a lease in order: what the node has CLAIMED becomes UNKNOWN.
void end_lease(Session& session, std::string_view node, ebra_time_ms now);

/// Declares nodes dead whose lease is over, then hands out what needs looking after.
std::vector<FullCall> reclaim(Session& session, const ebra_reclaim_request& request);

}  // namespace ebra::postgres
