/// @file
/// Nodes: the lease of each incarnation, and what happens to its placements when it is over.
#pragma once

#include "rows.hpp"

#include <string_view>

namespace ebra::sqlite {

/// When the node's lease ends. Throws EBRA_STALE when that is not beyond `now`.
ebra_time_ms require_lease(Session& session, std::string_view node, ebra_time_ms now);

/// Throws EBRA_STALE when the node was declared dead.
ebra_lease_report renew_lease(Transaction& transaction, const ebra_lease_request& request);

/// Ends a lease in order: what the node has CLAIMED becomes UNKNOWN.
void end_lease(Transaction& transaction, std::string_view node, ebra_time_ms now);

/// Declares nodes dead whose lease is over: what they have CLAIMED becomes UNKNOWN, to be asked
/// about `ask_after_ms` after the lease's end.
void bury_nodes(Transaction& transaction, ebra_time_ms now, std::int64_t ask_after_ms);

}  // namespace ebra::sqlite
