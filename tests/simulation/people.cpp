#include "people.hpp"

#include "world.hpp"

#include <iterator>

namespace ebra::simulation {

namespace {

/// Clients come during this long.
constexpr std::int64_t kClientsMs = 60'000;
constexpr int kTriesMax = 40;
constexpr std::int64_t kAgainMs = 500;
/// Half of all calls go to so many numbers.
constexpr std::uint64_t kHotNumbers = 3;
constexpr std::int64_t kOperateEveryMs = 2'000;
constexpr std::int64_t kMapWithinMs = 20'000;

}  // namespace

void People::plan(std::uint32_t calls, std::uint32_t numbers) {
    numbers_ = numbers;
    open_clients_ = calls;
    for (std::uint32_t client = 0; client < calls; ++client) {
        world_.after(world_.below(kClientsMs), [this, client] {
            const NewCall call = call_of(client);
            ask(client, call, kTriesMax);
            if (world_.faults().happens(Fault::kRequestRepeated)) ask(client, call, 0);
        });
        world_.after(world_.below(kClientsMs), [this] { change_something(); });
    }
    for (std::int64_t at = kOperateEveryMs; at < World::kTroubleMs; at += kOperateEveryMs) {
        world_.after(at + world_.below(kOperateEveryMs), [this] { operate(); });
    }
}

// ---- clients

NewCall People::call_of(std::uint32_t client) {
    Faults& faults = world_.faults();
    NewCall call;
    call.id = make_uuid_v7(world_.now(), world_.random());
    call.to = some_number();
    call.script_id = "script";
    call.metadata_json = "{}";
    call.idempotency_key = "client-" + std::to_string(client);
    call.request_digest = call.to;
    const std::int32_t priority = world_.below(2) == 0 ? 5 : -5;
    const std::int64_t later_ms = 1 + world_.below(15'000);
    if (faults.happens(Fault::kPriority)) call.priority = priority;
    if (faults.happens(Fault::kPinned)) call.provider = later_ms % 2 == 0 ? "alpha" : "beta";
    if (faults.happens(Fault::kForLater)) call.not_before = world_.now() + later_ms;
    if (faults.happens(Fault::kExpires)) call.not_after = world_.now() + later_ms;
    return call;
}

std::string People::some_number() {
    const std::uint64_t hot = numbers_ < kHotNumbers ? numbers_ : kHotNumbers;
    const std::uint64_t number = world_.random().below(world_.below(2) == 0 ? hot : numbers_);
    return "+1415555" + std::to_string(1'000 + number);
}

void People::ask(std::uint32_t client, const NewCall& call, int tries_left) {
    SimulatedNode* node = world_.some_node();
    if (node == nullptr) {
        return answered(client, call, tries_left, world_.now(),
                        Error{ErrorCode::kUnavailable, "nobody listens"});
    }
    // Each try has an id of its own; the key says that it is the same call.
    NewCall asked = call;
    asked.id = make_uuid_v7(world_.now(), world_.random());
    node->node().intake.enqueue(asked, [this, node, client, call, tries_left,
                                        asked_at = world_.now()](Result<ItemResult> answer) {
        if (node->is_dead()) answer = Error{ErrorCode::kUnavailable, "the connection broke"};
        answered(client, call, tries_left, asked_at, answer);
    });
    node->nudge(world_.now());
}

void People::answered(std::uint32_t client, const NewCall& call, int tries_left, TimeMs asked_at,
                      const Result<ItemResult>& answer) {
    const bool is_first_copy = tries_left > 0;
    if (!answer) {
        world_.count("enqueue refused");
        if (!is_first_copy) return;
        if (tries_left == 1) {
            --open_clients_;
            return;
        }
        return world_.after(
            kAgainMs, [this, client, call, tries_left] { ask(client, call, tries_left - 1); });
    }
    world_.count(answer->status == EBRA_ALREADY ? "enqueue replayed" : "enqueue stored");
    if (is_first_copy) --open_clients_;
    if (!answer->call) {
        return world_.observer().acknowledged(client, "acknowledged without a call");
    }
    const Call& stored = *answer->call;
    world_.name_call(stored.id, client);
    world_.observer().acknowledged(client, stored.id);
    world_.show(stored, asked_at);
    if (is_first_copy && world_.faults().happens(Fault::kKeyReused)) reuse_key(call);
}

void People::reuse_key(const NewCall& call) {
    SimulatedNode* node = world_.some_node();
    if (node == nullptr) return;
    NewCall other = call;
    other.id = make_uuid_v7(world_.now(), world_.random());
    other.request_digest = "another request";
    node->node().intake.enqueue(other, [this](const Result<ItemResult>& answer) {
        if (answer && answer->status != EBRA_CONFLICT) {
            world_.observer().acknowledged(~0u, "a key was taken for two requests");
        }
    });
    node->nudge(world_.now());
}

const std::string* People::some_call() {
    const auto& calls = world_.observer().acknowledged_calls();
    if (calls.empty()) return nullptr;
    auto chosen = calls.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(world_.random().below(calls.size())));
    return &*chosen;
}

void People::change_something() {
    SimulatedNode* node = world_.some_node();
    const std::string* call_id = some_call();
    if (node == nullptr || call_id == nullptr) return;
    Faults& faults = world_.faults();
    if (faults.happens(Fault::kPatched)) patch(*node, *call_id);
    if (faults.happens(Fault::kCanceled)) {
        Step step;
        step.step = EBRA_STEP_CANCEL;
        step.call_id = *call_id;
        command(*node, step);
    }
    if (faults.happens(Fault::kMapped)) map(*node);
    node->nudge(world_.now());
}

void People::patch(SimulatedNode& node, const std::string& call_id) {
    Patch patch;
    patch.id = call_id;
    patch.to = some_number();
    patch.script_id = "another script";
    node.node().intake.patch(
        patch, [this, &node, asked_at = world_.now()](const Result<ItemResult>& answer) {
            if (!answer || !answer->call || node.is_dead()) return;
            world_.show(*answer->call, asked_at);
        });
}

void People::command(SimulatedNode& node, Step step) {
    StepGroup group;
    group.steps.push_back(std::move(step));
    group.answer = [this, &node,
                    asked_at = world_.now()](const Result<std::vector<ItemResult>>& items) {
        if (!items || !items.value().front().call || node.is_dead()) return;
        world_.show(*items.value().front().call, asked_at);
    };
    node.node().committer.submit(std::move(group));
}

// ---- operators

/// Tells the engine which call a provider's id belongs to, as somebody who read the provider's own
/// pages would.
void People::map(SimulatedNode& node) {
    const auto& dials = world_.phones().dials();
    if (dials.empty()) return;
    const Dial& dial = *dials.back();
    // Nobody maps what is long past: by then the id may belong to an earlier placement.
    if (world_.now() - dial.from > kMapWithinMs) return;
    Step step;
    step.step = EBRA_STEP_MAP;
    step.call_id = dial.reference.substr(0, dial.reference.rfind('.'));
    step.provider = dial.provider;
    step.provider_call_id = dial.provider_call_id;
    command(node, step);
}

void People::pause(const std::string& key) {
    world_.set_paused(key, true);
    world_.after(500 + world_.below(6'000), [this, key] { world_.set_paused(key, false); });
}

void People::operate() {
    Faults& faults = world_.faults();
    if (faults.happens(Fault::kPausedGlobal)) pause(EBRA_LIMIT_GLOBAL);
    if (faults.happens(Fault::kPausedProvider)) {
        pause(std::string(EBRA_LIMIT_PROVIDER_PREFIX) + (world_.below(2) == 0 ? "alpha" : "beta"));
    }
    if (faults.happens(Fault::kProviderDown)) {
        const char* provider = world_.below(2) == 0 ? "alpha" : "beta";
        world_.note("provider ", provider, " is down");
        world_.phones().go_down(provider, world_.now() + 2'000 + world_.below(15'000));
    }
    trouble_nodes();
}

void People::trouble_nodes() {
    Faults& faults = world_.faults();
    SimulatedNode* node = world_.some_node();
    if (node == nullptr) return;
    if (faults.happens(Fault::kNodeFrozen)) {
        const std::int64_t frozen_ms = 500 + world_.below(12'000);
        world_.note("node ", node->slot(), " freezes for ", frozen_ms, " ms");
        node->freeze(world_.now() + frozen_ms);
    } else if (faults.happens(Fault::kNodeKilled)) {
        node->kill();
    } else if (faults.happens(Fault::kNodeStopped)) {
        node->stop_in_order(world_.now());
    }
}

}  // namespace ebra::simulation
