/// @file
/// Dialers: the loop of a node in miniature, run by many threads or processes against one store: it
/// claims, reports to the observer, and settles in all the ways there are, until all calls are
/// over.
#pragma once

#include "claim_observer.hpp"
#include "store_bench.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace ebra::conformance {

/// What the dialers of one case share.
struct DialPlan {
    int calls = 200;
    int numbers = 30;
    int cap = 7;
    ebra_time_ms start = 0;
};

/// Sets the cap and enqueues the plan's calls.
void prepare(StoreBench& bench, DialPlan& plan);

/// Claims and settles until all calls of the plan are over. Throws CaseFailure when the store errs,
/// or when no end is in sight after 45 s.
void dial(StoreFace& store, const DialPlan& plan, ClaimObserver& observer, const std::string& node,
          std::uint64_t seed);

/// Nothing was broken, the cap was used, and the store agrees that all is over.
void expect_all_over(StoreFace& store, const DialPlan& plan, const ClaimObserver& observer);

/// Runs `body(0)` to `body(count - 1)` in threads and throws the first thing that one threw.
void in_threads(int count, const std::function<void(int index)>& body);

}  // namespace ebra::conformance
