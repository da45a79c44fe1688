/// @file
/// The legal transitions, found by walking the rules of the store (`transition.hpp`) from a new
/// call on, not written down by hand; and the hook by which a run tells which of them it met.
#pragma once

#include "transition.hpp"

#include <set>
#include <string>

namespace ebra::simulation {

/// What happened, in words: "PLACED + ended COMPLETED -> ENDED, call COMPLETED".
std::string name_of(const rules::CallFacts& call, const rules::PlacementFacts& placement,
                    const rules::StepFacts& step, const rules::Transition& change);

/// The names of all transitions that change something and that the engine can cause.
const std::set<std::string>& legal_transitions();

}  // namespace ebra::simulation
