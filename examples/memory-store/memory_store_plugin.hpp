/// @file
/// The memory store's descriptor, for those who link it in instead of loading it: tests.
#pragma once

#include "ebra/abi/ebra.h"

#ifdef EBRA_MUTANTS
#include "transition.hpp"

#include <functional>
#endif

/// The same descriptor that the loadable plugin's `ebra_plugin_v1` returns.
const ebra_plugin* ebra_memory_store_plugin();

#ifdef EBRA_MUTANTS
namespace ebra::memory {

/// Sees every question put to the rules and its answer. Tests only.
using TransitionWitness =
    std::function<void(const rules::CallFacts& call, const rules::PlacementFacts* placement,
                       const rules::StepFacts& step, const rules::Transition& change)>;
void watch_transitions(TransitionWitness witness);

}  // namespace ebra::memory
#endif
