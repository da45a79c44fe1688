/// @file
/// Claim: hands out due calls in global order, under every limit. It walks lanes, not calls: a lane
/// whose provider or limit is closed costs one step, however many calls stand in it, and calls
/// whose number is busy are parked and never met.
#pragma once

#include "results.hpp"
#include "rows.hpp"

namespace ebra::sqlite {

/// Throws EBRA_STALE when the node's lease is over.
ClaimResult claim(Transaction& transaction, const ebra_claim_request& request);

}  // namespace ebra::sqlite
