/// @file
/// People: clients who ask for calls, change and cancel them, and operators who pause, map ids by
/// hand and start and kill nodes. They repeat what was not answered. One per run, one thread.
#pragma once

#include "ebra/result.hpp"
#include "plugin/store.hpp"

#include <cstdint>
#include <string>

namespace ebra::simulation {

class SimulatedNode;
class World;

class People {
 public:
    explicit People(World& world) : world_(world) {}

    /// Plans everything they will do.
    void plan(std::uint32_t calls, std::uint32_t numbers);

    /// True once nobody will ask for a call any more.
    bool are_done() const { return open_clients_ == 0; }

 private:
    NewCall call_of(std::uint32_t client);
    std::string some_number();
    const std::string* some_call();
    void ask(std::uint32_t client, const NewCall& call, int tries_left);
    void answered(std::uint32_t client, const NewCall& call, int tries_left, std::int64_t asked_at,
                  const Result<ItemResult>& answer);
    void reuse_key(const NewCall& call);
    void change_something();
    void patch(SimulatedNode& node, const std::string& call_id);
    void command(SimulatedNode& node, Step step);
    void map(SimulatedNode& node);
    void pause(const std::string& key);
    void operate();
    void trouble_nodes();

    World& world_;
    std::uint32_t numbers_ = 1;
    std::uint32_t open_clients_ = 0;
};

}  // namespace ebra::simulation
