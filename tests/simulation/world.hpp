/// @file
/// World: one seeded run of several whole engines in one thread, on a virtual clock, over one
/// store, with clients, providers and faults. The same seed and settings give the same run.
#pragma once

#include "clock.hpp"
#include "faulty_store.hpp"
#include "node.hpp"
#include "observer.hpp"
#include "phone_system.hpp"
#include "simulated_node.hpp"

#include "plugin/host.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

namespace ebra::simulation {

struct WorldSettings {
    std::uint64_t seed = 1;
    std::uint32_t nodes = 3;
    std::uint32_t calls = 100;
    std::uint32_t numbers = 25;
    bool has_faults = true;
    std::string store_options = "{}";
};

/// How often what happened, by name: faults, transitions, answers.
using Tally = std::map<std::string, std::uint64_t>;

struct RunReport {
    std::vector<Violation> violations;
    Tally tally;
    std::vector<std::string> history;  ///< One line per thing that happened; the last 20,000.
    std::int64_t virtual_ms = 0;
};

class World {
 public:
    explicit World(const WorldSettings& settings);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Runs until every acknowledged call has ended, or the virtual deadline.
    RunReport run();

    // What the nodes and their providers need of the world.
    TimeMs now() const { return clock_.wall_ms(); }
    const ManualClock& clock() const { return clock_; }
    Random& random() { return random_; }
    PhoneSystem& phones() { return phones_; }
    const ebra_store* store_table() const { return store_table_; }
    void* store_self() const { return store_self_; }

    /// Does `action` after `delay_ms` of virtual time.
    void after(std::int64_t delay_ms, std::function<void()> action);
    /// Rolls what goes wrong with a write to the store by the node in slot `slot`.
    StoreFault roll_store_fault();
    /// Time passes while a node waits for the store's answer; everything else is late by as much.
    void stall();
    /// A start request of a node's has reached the provider: the phone rings.
    const Dial& ring(const std::string& provider, const std::string& reference,
                     const std::string& number, const std::string& ref, const StartFate& fate);
    void count(const std::string& what) { ++report_.tally[what]; }
    void note(const std::string& line);

 private:
    struct Event {
        TimeMs at = 0;
        std::uint64_t order = 0;
        std::shared_ptr<std::function<void()>> action;
        bool operator>(const Event& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    void open_store();
    void schedule_clients();
    void schedule_trouble();
    void enqueue(std::uint32_t client, int tries_left);
    void enqueue_answered(std::uint32_t client, int tries_left, const Result<ItemResult>& answer);
    void change_something();
    void send_webhook(const Dial& dial, const std::string& ref, int tries_left);
    void webhook_answered(const Dial& dial, const std::string& ref, int tries_left,
                          const Result<CallbackAnswer>& answer);
    SimulatedNode* some_node();
    void kill_some_node();
    void freeze_some_node();
    void start_node(std::uint32_t slot);
    bool step_nodes();
    bool is_over();
    void tally_timelines();

    const WorldSettings settings_;
    ManualClock clock_;
    SeededRandom random_;
    SeededRandom store_random_;
    PhoneSystem phones_;
    PluginHost store_host_;
    const ebra_store* store_table_ = nullptr;
    void* store_self_ = nullptr;
    std::unique_ptr<Store> true_store_;
    std::unique_ptr<Observer> observer_;
    std::vector<std::unique_ptr<SimulatedNode>> nodes_;
    std::vector<std::unique_ptr<SimulatedNode>> graveyard_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t next_order_ = 0;
    bool is_calm_ = false;
    bool are_clients_done_ = false;
    RunReport report_;
};

}  // namespace ebra::simulation
