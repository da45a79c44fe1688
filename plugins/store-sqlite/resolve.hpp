/// @file
/// Resolve: which placement a piece of evidence speaks of.
#pragma once

#include "rows.hpp"

#include <optional>

namespace ebra::sqlite {

/// The placement that a step names.
struct Target {
    /// EBRA_OK; NOT_FOUND; CONFLICT: the names do not agree; KEPT: an id nobody knows yet;
    /// INVALID_ARGUMENT: it names nothing.
    ebra_status status = EBRA_INVALID_ARGUMENT;
    std::optional<CallRecord> call;  ///< Also with CONFLICT, when a name leads to it.
    std::optional<PlacementRecord>
        placement;           ///< Nothing when the call was never placed nor mapped.
    bool is_new_id = false;  ///< Its provider_call_id is not known yet.
};

Target resolve(Session& session, const StepRecord& step);

/// Where a provider's id leads to.
struct Mapping {
    std::int64_t call_seq = 0;
    std::uint32_t number = 0;
};

/// Every placement that (provider, id) is known for; an empty provider stands for any.
std::vector<Mapping> find_mappings(Session& session, const std::string& provider,
                                   const std::string& provider_call_id);

}  // namespace ebra::sqlite
