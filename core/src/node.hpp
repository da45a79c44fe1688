/// @file
/// Node: all parts of one engine wired together, without a thread of its own. The engine gives each
/// part a thread; a simulation steps several nodes in one. Parts are public because both drive
/// them.
#pragma once

#include "callbacks.hpp"
#include "claimer.hpp"
#include "intake.hpp"
#include "reclaimer.hpp"

#include <memory>
#include <string>

namespace ebra {

class Node {
 public:
    /// All that is passed in must outlive the node. `operations` is the sink the providers' host
    /// tables complete into. `cluster_secret` seals callback references and is the same on all
    /// nodes.
    Node(Store& store, Providers& providers, Operations& operations, const Clock& clock,
         Random& random, const NodeSettings& settings, std::string cluster_secret,
         Callbacks::Reads reads, Metrics& metrics);

    NodeSettings settings;
    StoreClock store_clock;
    StoreTrouble trouble;
    NodeLease lease;
    RetryPolicy retry_policy;
    Decisions decisions;
    CallbackRef callback_ref;
    Intake intake;
    Committer committer;
    Taps taps;
    Canceler canceler;
    Dialer dialer;
    Claimer claimer;
    Reclaimer reclaimer;
    Callbacks callbacks;
};

}  // namespace ebra
