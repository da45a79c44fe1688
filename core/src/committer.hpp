/// @file
/// Committer: writes what happened to calls. Takes all waiting groups of steps, hands them to
/// `store.advance` in one batch, and answers each group only after the commit. One per node;
/// submit() from any thread, step() from one. It never acknowledges before the commit and never
/// drops a group that must land.
#pragma once

#include "node_settings.hpp"
#include "signal.hpp"
#include "store_clock.hpp"
#include "store_trouble.hpp"

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace ebra {

/// Steps that belong together: applied in order, in one transaction.
struct StepGroup {
    using Answer = std::function<void(Result<std::vector<ItemResult>>)>;

    std::vector<Step> steps;
    /// True for what only this node knows: it waits for the store to come back. False for what the
    /// sender will repeat: it is answered with the error at once.
    bool must_land = false;
    Answer answer;  ///< Called once, by step() or submit(), with one result per step. May be empty.
};

class Committer {
 public:
    Committer(Store& store, const StoreClock& clock, const NodeSettings& settings,
              StoreTrouble& trouble, Metrics& metrics);

    /// Queues a group. One that need not land is answered kUnavailable at once when the queue is
    /// full. Does not block.
    void submit(StepGroup group);

    /// `seen` is shown each call that a step changed, after the commit and before the answer. Once,
    /// before the first step(). It must not block.
    void watch(std::function<void(const Call&)> seen) { seen_ = std::move(seen); }

    /// Queues the closing of a provider's tap: nothing is claimed for it before `until`. It is
    /// written until the store takes it, the latest of each provider.
    void block_provider(const std::string& provider, TimeMs until, std::string note);

    /// Commits one batch. Returns how long to wait before the next step, in milliseconds: 0 when
    /// more is waiting. Blocks on the store.
    std::int64_t step();

    /// Groups that wait.
    std::size_t waiting() const;

    /// Set whenever there is something to do.
    Signal& ready() { return ready_; }

 private:
    std::vector<StepGroup> take_batch();
    void put_back(std::vector<StepGroup> groups);
    void commit(std::vector<StepGroup> groups);
    void answer_all(std::vector<StepGroup>& groups, std::vector<ItemResult> items);
    void fail(std::vector<StepGroup> groups, const Error& error);
    void commit_taps();

    Store& store_;
    const StoreClock& clock_;
    const NodeSettings& settings_;
    StoreTrouble& trouble_;
    Metrics& metrics_;
    Signal ready_;

    mutable std::mutex mutex_;
    std::deque<StepGroup> queue_;        // Guarded by mutex_.
    std::map<std::string, Limit> taps_;  // Guarded by mutex_; by key.
    std::function<void(const Call&)> seen_;
    std::int64_t pause_ms_ = 0;  // Only touched by step().
};

}  // namespace ebra
