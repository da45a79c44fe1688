/// @file
/// SimulatedNode: one engine without threads, its faulty way to the store, and its providers,
/// stepped by the world. It can be killed (nothing of it gets through any more) and frozen (it
/// stands still while the world goes on). One thread.
#pragma once

#include "faulty_store.hpp"
#include "node.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ebra::simulation {

class World;

class SimulatedNode {
 public:
    SimulatedNode(World& world, std::uint32_t slot, const NodeSettings& settings,
                  const std::vector<std::string>& providers);
    ~SimulatedNode();

    Node& node() { return *node_; }
    std::uint32_t slot() const { return slot_; }
    bool is_dead() const { return is_dead_; }
    bool is_frozen(TimeMs now) const { return now < frozen_until_; }
    bool can_act(TimeMs now) const { return !is_dead_ && !is_frozen(now); }

    void kill();
    void freeze(TimeMs until) { frozen_until_ = until; }

    /// Steps every part that is due. True when something was stepped.
    bool step(TimeMs now);
    /// When a part is due next.
    TimeMs next_step_at() const;
    /// Something happened in the store that this node's parts might want to see.
    void nudge(TimeMs now);

    /// Ends the provider operation `op`, unless the node is dead; later when it is frozen.
    void complete(ebra_op op, std::int64_t delay_ms, const OperationResult& result);

 private:
    struct Part {
        std::function<std::int64_t()> step;
        TimeMs next_at = 0;
    };
    struct ProviderSelf {
        SimulatedNode* node = nullptr;
        std::string name;
    };

    static const ebra_provider* provider_table();
    ebra_status start_call(const std::string& provider, const ebra_start_request& request,
                           ebra_op op);
    ebra_status query_call(const ebra_placement_request& request, ebra_op op);

    World& world_;
    const std::uint32_t slot_;
    bool is_dead_ = false;
    TimeMs frozen_until_ = 0;
    FaultyStore faulty_store_;
    Store store_;
    Metrics metrics_;
    Operations operations_;
    Providers providers_;
    std::vector<std::unique_ptr<ProviderSelf>> provider_selves_;
    std::unique_ptr<Node> node_;
    std::vector<Part> parts_;
};

}  // namespace ebra::simulation
