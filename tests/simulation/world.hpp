/// @file
/// World: one seeded run of several whole engines in one thread, on a virtual clock, over one
/// store, with people, providers and faults. The same seed and settings give the same run.
#pragma once

#include "clock.hpp"
#include "faults.hpp"
#include "observer.hpp"
#include "people.hpp"
#include "phone_system.hpp"
#include "simulated_node.hpp"
#include "store_under_test.hpp"
#include "webhooks.hpp"

#include <cstdint>
#include <functional>
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
    std::uint64_t disabled_faults = 0;  ///< A bit per kind.
    StoreKind store = StoreKind::kMemory;
    std::string store_mutant;
    bool keeps_history = false;
};

struct HistoryLine {
    TimeMs at = 0;  ///< Milliseconds since the start.
    std::string text;
};

struct RunReport {
    std::vector<Violation> violations;
    Tally tally;
    std::vector<HistoryLine> history;
    std::map<std::string, std::string> short_names;  ///< By call id.
    std::int64_t virtual_ms = 0;
};

class World {
 public:
    /// Trouble lasts this long; after it everything must end by itself.
    static constexpr std::int64_t kTroubleMs = 300'000;

    explicit World(const WorldSettings& settings);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Runs until every call has ended, or the virtual deadline.
    RunReport run();

    TimeMs now() const { return clock_.wall_ms(); }
    const ManualClock& clock() const { return clock_; }
    Random& random() { return random_; }
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)));
    }
    Faults& faults() { return faults_; }
    PhoneSystem& phones() { return phones_; }
    Observer& observer() { return observer_; }
    StoreUnderTest& store() { return store_; }

    /// Does `action` after `delay_ms` of virtual time.
    void after(std::int64_t delay_ms, std::function<void()> action);
    /// A node that listens, or nullptr when the one asked does not.
    SimulatedNode* some_node();
    /// Rolls what goes wrong with a node's write to the store.
    StoreFault roll_store_fault();
    /// An operator's word about a limit, past all faults.
    void set_paused(const std::string& key, bool is_paused);
    /// A start request has reached the provider: the phone rings.
    const Dial& ring(const std::string& provider, const std::string& reference,
                     const std::string& number, const std::string& ref, const StartFate& fate);
    /// A node is about to send a start.
    void about_to_dial(const std::string& reference);
    /// A call in progress is ended by order.
    void hang_up(Dial& dial);

    /// Somebody who asked at `asked_at` is shown a call.
    void show(const Call& call, TimeMs asked_at);

    void count(std::string_view what);
    bool is_told() const { return settings_.keeps_history; }
    template <typename... Parts>
    void note(const Parts&... parts) {
        if (!is_told()) return;
        std::string line;
        (append(line, parts), ...);
        add_note(std::move(line));
    }
    /// Call ids become "call 17".
    void name_call(const std::string& call_id, std::uint32_t client);
    std::string with_short_names(const std::string& text) const;

 private:
    struct Event {
        TimeMs at = 0;
        std::uint64_t order = 0;
        std::shared_ptr<std::function<void()>> action;
        bool operator>(const Event& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    template <typename Part>
    static void append(std::string& line, const Part& part) {
        if constexpr (std::is_arithmetic_v<Part>) {
            line += std::to_string(part);
        } else {
            line += part;
        }
    }

    void add_note(std::string line);
    void set_limits();
    void run_until_over();
    void run_events();
    void start_node(std::uint32_t slot);
    void step_nodes();
    void bury(std::unique_ptr<SimulatedNode>& node);
    bool is_over();

    const WorldSettings settings_;
    RunReport report_;
    ManualClock clock_;
    SeededRandom random_;
    SeededRandom store_random_;
    Faults faults_;
    PhoneSystem phones_;
    StoreUnderTest store_;
    Observer observer_;
    Webhooks webhooks_;
    People people_;
    std::vector<std::unique_ptr<SimulatedNode>> nodes_;
    std::vector<std::unique_ptr<SimulatedNode>> graveyard_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t next_order_ = 0;
};

}  // namespace ebra::simulation
