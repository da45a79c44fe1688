/// @file
/// Why a call is not running, from what a store has looked up about it. Pure; the strongest reason
/// comes first.
#pragma once

#include "results.hpp"

#include <string>
#include <vector>

namespace ebra::rules {

/// What holds, or may hold, a call that is PENDING.
struct WaitingFacts {
    std::string number_holder;  ///< The call on its number, or before it; empty = none but itself.
    std::vector<LimitState>
        limits;  ///< Global, its lane's own, and of the provider it is pinned to.
    std::vector<LimitState> providers;  ///< Of all providers, for a call that any may carry.
    bool has_node = true;               ///< A node lives.
};

/// A call that any provider may carry is held by them only when all are closed.
std::vector<Reason> explain_waiting(const CallRecord& call, const WaitingFacts& facts,
                                    ebra_time_ms now);

/// For a call that is IN_PROGRESS or over.
std::vector<Reason> explain_started(const FullCall& full);

/// True for the limit of a provider.
bool is_provider_limit(const std::string& key);

}  // namespace ebra::rules
