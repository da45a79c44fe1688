/// @file
/// Canceler: ends live placements that nobody needs any more: an earlier placement of their call
/// turned out to have completed, so the call's outcome is fixed and the person is being rung for
/// nothing. Asks the provider; the end itself comes as evidence. One per node, thread-safe, never
/// blocks.
#pragma once

#include "node_settings.hpp"
#include "operations.hpp"
#include "providers.hpp"

#include "ebra/metrics.hpp"

#include <atomic>

namespace ebra {

class Canceler {
 public:
    Canceler(Providers& providers, Operations& operations, const NodeSettings& settings,
             Metrics& metrics)
        : providers_(providers), operations_(operations), settings_(settings), metrics_(metrics) {}

    /// Looks at a call as it stands after a commit, and has its open placement ended when its
    /// outcome is fixed and the provider can. Beyond `queries_in_hand_max` orders under way it does
    /// nothing, visibly: the reclaimer comes by again.
    void look_at(const Call& call);

    /// Orders under way.
    std::size_t in_hand() const { return in_hand_.load(); }

 private:
    void order(const Call& call, Provider& provider);

    Providers& providers_;
    Operations& operations_;
    const NodeSettings& settings_;
    Metrics& metrics_;
    std::atomic<std::size_t> in_hand_{0};
};

}  // namespace ebra
