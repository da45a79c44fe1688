/// @file
/// Intake: stores what clients ask for. Takes all waiting enqueues and patches, one store call for
/// each kind, and answers each client only after the commit: one commit when idle, hundreds of
/// calls in one when busy. One per node; submit from any thread, each lane's step() from one.
#pragma once

#include "node_settings.hpp"
#include "signal.hpp"
#include "store_clock.hpp"
#include "store_trouble.hpp"

#include "ebra/metrics.hpp"
#include "plugin/store.hpp"

#include <array>
#include <functional>
#include <mutex>
#include <vector>

namespace ebra {

class Intake {
 public:
    /// EBRA_OK, EBRA_ALREADY or EBRA_CONFLICT with the call; or why nothing was stored.
    using Answer = std::function<void(Result<ItemResult>)>;

    Intake(Store& store, const StoreClock& clock, const NodeSettings& settings,
           StoreTrouble& trouble, Metrics& metrics);

    /// Queues a call whose id the caller has made. Answered once, from step(), or at once with
    /// kUnavailable when the queue is full. Does not block.
    void enqueue(NewCall call, Answer answer);

    /// Queues a change of a PENDING call. As enqueue().
    void patch(Patch patch, Answer answer);

    /// Batches that may be stored at once, each by the thread of a lane: while one waits for its
    /// commit, the next is written. A third gained nothing (ARCHITECTURE.md).
    static constexpr std::size_t kLanesMax = 2;

    /// Stores one batch of each kind. Beside another lane's only once as much waits as that one
    /// took, so that company is not given up for nothing. Returns how long to wait before the
    /// lane's next step, in milliseconds. `lane` is below `intake_lanes` of the settings.
    std::int64_t step(std::size_t lane = 0);

    std::size_t waiting() const;
    /// Set when there is something for this lane to do.
    Signal& ready(std::size_t lane = 0) { return lanes_[lane].ready; }

 private:
    template <typename Item>
    struct Waiting {
        Item item;
        Answer answer;
    };
    template <typename Item>
    using Queue = std::vector<Waiting<Item>>;

    struct Lane {
        Signal ready;
        std::size_t under_way = 0;  ///< Items of its batches; guarded by mutex_.
    };

    struct Work {
        Queue<NewCall> calls;
        Queue<Patch> patches;
    };

    template <typename Item>
    void submit(Queue<Item>& queue, Item item, Answer answer);
    Lane* lane_to_wake();
    std::size_t under_way() const;
    Work take(Lane& lane);
    template <typename Item, typename Write>
    void store_batch(Queue<Item> batch, Write&& write);
    template <typename Item, typename Write>
    Result<std::vector<ItemResult>> write_surely(const std::vector<Item>& items, Write&& write);

    Store& store_;
    const StoreClock& clock_;
    const NodeSettings& settings_;
    StoreTrouble& trouble_;
    Metrics& metrics_;
    std::array<Lane, kLanesMax> lanes_;

    mutable std::mutex mutex_;
    Queue<NewCall> calls_;  // Guarded by mutex_.
    Queue<Patch> patches_;  // Guarded by mutex_.
};

}  // namespace ebra
