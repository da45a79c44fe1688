/// @file
/// A StoreBench whose calls are claimed: what cases about evidence begin with. One thread.
#pragma once

#include "store_bench.hpp"

#include <string>
#include <vector>

namespace ebra::conformance {

/// Calls "a" and "b", claimed by token 7.
class Claimed : public StoreBench {
 public:
    explicit Claimed(Trial& trial) : StoreBench(trial) {
        add({.id = "a", .to = "+1"});
        add({.id = "b", .to = "+2"});
        expect_equal(claim_ids(0, 10), std::vector<std::string>{"a", "b"}, "claimed");
    }

    SeenCall accept(const std::string& id, const std::string& provider_call_id,
                    std::uint32_t placement = 1) {
        return step({.step = EBRA_STEP_ACCEPTED,
                     .call_id = id,
                     .placement = placement,
                     .provider = "sim",
                     .provider_call_id = provider_call_id});
    }

    /// Gives up placement 1 of "a", which is PLACED, and makes placement 2 with token 8.
    void place_again() {
        step({.step = EBRA_STEP_GIVE_UP, .call_id = "a", .placement = 1, .claim = 7});
        step({.step = EBRA_STEP_RETRY, .call_id = "a", .placement = 1, .claim = 7, .due_at = at()});
        claim_one("a", 8);
    }
};

/// A step that names its placement by the provider's id.
inline NewStep by_id(std::int32_t step, const std::string& provider, const std::string& id,
                     std::int32_t outcome = 0) {
    return {.step = step, .outcome = outcome, .provider = provider, .provider_call_id = id};
}

}  // namespace ebra::conformance
