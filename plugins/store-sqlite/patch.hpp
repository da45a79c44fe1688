/// @file
/// Patch: what a client may change of a call while it is PENDING.
#pragma once

#include "enqueue.hpp"

namespace ebra::sqlite {

/// A changed number passes the old number on to its next call.
ItemResult patch(Transaction& transaction, const ebra_patch& patch, ebra_time_ms now);

}  // namespace ebra::sqlite
