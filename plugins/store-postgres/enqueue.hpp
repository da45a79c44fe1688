/// @file
/// Enqueue and patch: calls into their lines, in batches.
#pragma once

#include "lanes.hpp"
#include "results.hpp"

namespace ebra::postgres {

/// Makes the lanes that `specs` need and that are not there. In a transaction of its own.
void make_lanes(Session& session, const ebra_call_spec* const* specs, std::size_t count);
/// True when every lane that `specs` need was there when it was last met.
bool has_met_lanes(Lanes& lanes, const ebra_call_spec* const* specs, std::size_t count);

/// Stores the calls from `first` to before `last`; what became of each goes to `items`.
void enqueue(Session& session, ebra_time_ms now, const ebra_call_spec* const* specs,
             std::size_t first, std::size_t last, std::vector<ItemResult>& items);

/// Changes calls that are PENDING.
void patch(Session& session, ebra_time_ms now, const ebra_patch* const* patches, std::size_t first,
           std::size_t last, std::vector<ItemResult>& items);

}  // namespace ebra::postgres
