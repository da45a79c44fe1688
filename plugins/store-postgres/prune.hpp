/// @file
/// Prune: one step of a pass that removes finished calls, within the session's transaction.
#pragma once

#include "rows.hpp"

#include "ebra/abi/ext/store_retain.h"

namespace ebra::postgres {

/// Throws EBRA_INVALID_ARGUMENT when the request is out of range.
void require_sound(const ebra_prune_request& request);

ebra_prune_report prune(Session& session, const ebra_prune_request& request);

}  // namespace ebra::postgres
