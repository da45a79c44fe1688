/// @file
/// Shrinking: makes a failing run smaller while it still fails by the same promise, and tells what
/// is left as a story that a person can read. One thread.
#pragma once

#include "world.hpp"

#include <string>
#include <vector>

namespace ebra::simulation {

struct Shrunk {
    WorldSettings settings;
    int fault_kinds = 0;  ///< Kinds of fault that are left.
    int runs = 0;
    std::vector<std::string> story;
};

/// Fewer kinds of fault, calls, nodes and numbers, as long as `promise` is violated. Each change
/// turns the dice, so a few seeds are tried for each.
Shrunk shrink(const WorldSettings& failing, const std::string& promise);

/// The history, one line each. With `promise`, only what concerns the first call that violates it:
/// its own lines, and what nodes and store did meanwhile.
std::vector<std::string> story_of(const RunReport& report, const std::string& promise);

}  // namespace ebra::simulation
