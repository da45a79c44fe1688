/// @file
/// What an engine owns, in the order it must live: plugin hosts before instances, instances before
/// the faces over them, all of it before the node, the node before the threads. Private to
/// engine*.cpp.
#pragma once

#include "node.hpp"
#include "reader_pool.hpp"
#include "step_loop.hpp"

#include "ebra/engine.hpp"
#include "plugin/host.hpp"
#include "plugin/instance.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace ebra {

struct Engine::Parts {
    Config config;
    Role role = Role::kAll;
    NodeSettings settings;

    SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    Operations operations{clock};

    std::unique_ptr<PluginInstance> store_instance;
    std::vector<std::unique_ptr<PluginInstance>> provider_instances;
    std::unique_ptr<Store> store;
    Providers providers;
    std::string cluster_secret;

    std::unique_ptr<ReaderPool> readers;
    std::unique_ptr<Node> node;
    std::vector<std::unique_ptr<StepLoop>> intake;  ///< One for each lane.
    std::unique_ptr<StepLoop> committer;
    std::unique_ptr<StepLoop> claimer;
    std::unique_ptr<StepLoop> reclaimer;
    std::unique_ptr<StepLoop> pruner;
    std::unique_ptr<StepLoop> heartbeat;
    std::unique_ptr<StepLoop> time_outs;

    std::atomic<bool> is_draining{false};
    bool is_stopped = false;

    bool dials() const { return role != Role::kApi; }
};

}  // namespace ebra
