/// @file
/// SimulatedNode: one engine whose threads are fibers, its faulty way to the store, and its
/// providers, stepped by the world. It can be killed (nothing of it gets through any more), frozen
/// (it stands still while the world goes on), and stopped in order. One thread.
#pragma once

#include "faulty_store.hpp"
#include "fiber.hpp"
#include "node.hpp"
#include "simulated_provider.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ebra::simulation {

class World;

/// A node's own clocks: the monotonic one is the world's, the wall clock is set wrong.
class NodeClock final : public Clock {
 public:
    NodeClock(const Clock& world, std::int64_t wrong_by_ms)
        : world_(world), wrong_by_ms_(wrong_by_ms) {}
    MonotonicNs monotonic_ns() const override { return world_.monotonic_ns(); }
    TimeMs wall_ms() const override { return world_.wall_ms() + wrong_by_ms_; }

 private:
    const Clock& world_;
    const std::int64_t wrong_by_ms_;
};

class SimulatedNode {
 public:
    SimulatedNode(World& world, std::uint32_t slot, const NodeSettings& settings,
                  const std::vector<std::string>& providers, std::int64_t clock_wrong_by_ms);
    ~SimulatedNode();
    SimulatedNode(const SimulatedNode&) = delete;
    SimulatedNode& operator=(const SimulatedNode&) = delete;

    Node& node() { return *node_; }
    World& world() { return world_; }
    std::uint32_t slot() const { return slot_; }
    bool is_dead() const { return is_dead_; }
    TimeMs frozen_until() const { return frozen_until_; }
    bool is_frozen(TimeMs now) const { return now < frozen_until_; }
    bool can_act(TimeMs now) const { return !is_dead_ && !is_frozen(now); }
    /// True when clients and providers find it listening.
    bool listens(TimeMs now) const { return can_act(now) && node_->lease.holder().has_value(); }

    void kill();
    void freeze(TimeMs until) { frozen_until_ = until; }
    /// Stops as an engine does: claims no more, waits for answers, commits, ends its lease, dies.
    void stop_in_order(TimeMs now);

    /// Steps every part that is due.
    void step(TimeMs now);
    /// The most steps that one part has taken since the last asking.
    std::uint32_t take_most_steps();
    /// When a part is due next.
    TimeMs next_step_at() const;
    /// Something happened that this node's parts might want to see.
    void nudge(TimeMs now);
    /// Ends what stands still inside the store, once the node is dead.
    void unwind();

    /// A provider ends operation `op`, unless the node is dead; later when it is frozen.
    void complete(ebra_op op, std::int64_t delay_ms, const Answer& answer);
    void opened(ebra_op op) { open_ops_.push_back(op); }

 private:
    struct Part {
        std::function<std::int64_t()> step;
        TimeMs next_at = 0;
        TimeMs goes_on_at = 0;    ///< When it stands still: until when.
        std::uint32_t steps = 0;  ///< Since take_most_steps().
        std::unique_ptr<Fiber> fiber = std::make_unique<Fiber>();
    };

    FaultyStore::Effects effects();
    void wait(std::int64_t ms);
    void step(Part& part, TimeMs now);
    std::int64_t read_waiting();
    std::int64_t stop_step();

    World& world_;
    const std::uint32_t slot_;
    const NodeClock clock_;
    bool is_dead_ = false;
    bool is_stopping_ = false;
    TimeMs stops_at_ = 0;
    TimeMs frozen_until_ = 0;
    FaultyStore faulty_store_;
    Store store_;
    Metrics metrics_;
    Operations operations_;
    Providers providers_;
    std::vector<std::unique_ptr<SimulatedProvider>> provider_selves_;
    std::unique_ptr<Node> node_;
    std::deque<std::function<void()>> reads_;
    std::vector<ebra_op> open_ops_;
    std::vector<Part> parts_;
    Part* running_ = nullptr;
};

}  // namespace ebra::simulation
