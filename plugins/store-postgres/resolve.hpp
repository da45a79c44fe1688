/// @file
/// Resolve: which placement a piece of evidence speaks of, among the rows of a batch. Pure.
#pragma once

#include "batch.hpp"

namespace ebra::postgres {

/// The placement that a step names.
struct Target {
    /// EBRA_OK; NOT_FOUND; CONFLICT: the names do not agree; KEPT: an id nobody knows yet;
    /// INVALID_ARGUMENT: it names nothing.
    ebra_status status = EBRA_INVALID_ARGUMENT;
    LoadedCall* call = nullptr;            ///< Also with CONFLICT, when a name leads to it.
    PlacementRecord* placement = nullptr;  ///< Null when the call was never placed nor mapped.
    bool is_new_id = false;                ///< Its provider_call_id is not known yet.
};

Target resolve(Batch& batch, const StepRecord& step);

}  // namespace ebra::postgres
