/// @file
/// Coverage: what all runs together have met, and what they must: every kind of fault, and every
/// transition that the rules of the store allow and the engine can cause. One thread.
#pragma once

#include "faults.hpp"

#include <cstdint>

namespace ebra::simulation {

class Coverage {
 public:
    void add(const Tally& tally);

    void print() const;

    /// True when everything was met often enough for so many seeds; says what was not.
    bool is_enough(std::uint64_t seeds) const;

 private:
    std::uint64_t times(std::string_view what) const;
    bool is_met(std::string_view what, std::uint64_t wanted) const;

    Tally tally_;
};

}  // namespace ebra::simulation
