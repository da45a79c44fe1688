/// @file
/// Claim: hands out due calls under all limits. Runs under the cap lock, so one at a time over all
/// nodes; what it reads of limits and of placements in flight no other claim changes meanwhile.
#pragma once

#include "lanes.hpp"
#include "looks.hpp"
#include "results.hpp"

namespace ebra::postgres {

/// Throws StoreError when the request cannot be.
void require_sound(const ebra_claim_request& request);

/// Looks without a lock. True when there is nothing to claim: `result` is filled in. Throws
/// EBRA_STALE when the node's lease is over.
bool is_idle(Session& session, const ebra_claim_request& request, Looks& looks,
             ClaimResult& result);

/// Claims, in a transaction that holds the cap lock. What may have been dialed unseen is made
/// UNKNOWN and not handed out. Throws EBRA_STALE.
ClaimResult claim(Session& session, const ebra_claim_request& request, Looks& looks);

}  // namespace ebra::postgres
