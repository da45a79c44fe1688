/// @file
/// Prune: one step of a pass that removes finished calls, inside the writing transaction; its dry
/// run inside a reading one.
#pragma once

#include "transaction.hpp"

#include "ebra/abi/ext/store_retain.h"

namespace ebra::sqlite {

/// Throws EBRA_INVALID_ARGUMENT when the request is out of range.
void require_sound(const ebra_prune_request& request);

ebra_prune_report prune(Transaction& transaction, const ebra_prune_request& request);

/// What such a step would remove.
ebra_prune_report prune_dry(Session& session, const ebra_prune_request& request);

}  // namespace ebra::sqlite
