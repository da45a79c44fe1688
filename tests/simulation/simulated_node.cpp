#include "simulated_node.hpp"

#include "world.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace ebra::simulation {

namespace {

constexpr std::int64_t kIdleMs = 1'000;
constexpr std::int64_t kTimeOutTickMs = 250;
/// How long a node that stops waits for answers.
constexpr std::int64_t kDrainMs = 1'500;
constexpr std::int64_t kStopTickMs = 50;

ebra_event to_abi(const AnswerEvent& event) {
    auto made = plugin::sized<ebra_event>();
    made.kind = event.kind;
    made.outcome = event.outcome;
    made.verified = 1;
    made.duration_ms = -1;
    made.cost_micros = -1;
    made.provider_call_id = plugin::str(event.provider_call_id);
    return made;
}

}  // namespace

SimulatedNode::SimulatedNode(World& world, std::uint32_t slot, const NodeSettings& settings,
                             const std::vector<std::string>& providers,
                             std::int64_t clock_wrong_by_ms)
    : world_(world),
      slot_(slot),
      clock_(world.clock(), clock_wrong_by_ms),
      faulty_store_(world.store().open(), effects()),
      store_(faulty_store_.table(), faulty_store_.self(), {}),
      operations_(clock_) {
    for (const std::string& name : providers) {
        provider_selves_.push_back(std::make_unique<SimulatedProvider>(*this, name));
        SimulatedProvider* self = provider_selves_.back().get();
        providers_.add(std::make_unique<Provider>(name, SimulatedProvider::table(), self));
    }
    const auto reads = [this](std::function<void()> read) {
        reads_.push_back(std::move(read));
        nudge(world_.now());
        return true;
    };
    node_ = std::make_unique<Node>(store_, providers_, operations_, clock_, world.random(),
                                   settings, "the cluster's secret", reads, metrics_);
    const auto add = [this](std::function<std::int64_t()> step) {
        parts_.emplace_back();
        parts_.back().step = std::move(step);
    };
    add([this] { return node_->lease.renew(); });
    add([this] { return node_->intake.step(); });
    add([this] { return node_->committer.step(); });
    add([this] { return node_->claimer.step(); });
    add([this] { return node_->reclaimer.step(); });
    add([this] { return read_waiting(); });
    add([this] { return operations_.expire(), kTimeOutTickMs; });
    add([this] { return stop_step(); });
}

SimulatedNode::~SimulatedNode() {
    kill();
    unwind();
}

FaultyStore::Effects SimulatedNode::effects() {
    FaultyStore::Effects made;
    made.roll = [this] { return world_.roll_store_fault(); };
    made.wait = [this](std::int64_t ms) { wait(ms); };
    made.slow_ms = [this] { return world_.below(12'000); };
    made.read_ms = [this] {
        return world_.faults().happens(Fault::kSlowRead) ? world_.below(300) : 0;
    };
    made.kill = [this] { kill(); };
    if (world_.is_told()) {
        made.tell = [this](const std::string& line) {
            world_.note("node ", slot_, ": ", world_.with_short_names(line));
        };
    }
    return made;
}

void SimulatedNode::kill() {
    if (is_dead_) return;
    is_dead_ = true;
    faulty_store_.cut_off();
    world_.note("node ", slot_, " dies");
}

void SimulatedNode::stop_in_order(TimeMs now) {
    if (is_stopping_) return;
    world_.note("node ", slot_, " is told to stop");
    is_stopping_ = true;
    stops_at_ = now + kDrainMs;
    node_->claimer.stop();
    parts_.back().next_at = now;
}

/// What is unanswered when the time is up becomes UNKNOWN, as when a provider is destroyed.
std::int64_t SimulatedNode::stop_step() {
    if (!is_stopping_) return kIdleMs;
    if (operations_.open() > 0 && world_.now() < stops_at_) return kStopTickMs;
    auto unknown = plugin::sized<ebra_op_result>();
    unknown.answer = EBRA_START_UNKNOWN;
    for (const ebra_op op : std::exchange(open_ops_, {})) (void)operations_.op_done(op, unknown);
    if (node_->committer.waiting() > 0 || node_->intake.waiting() > 0) {
        nudge(world_.now());
        return kStopTickMs;
    }
    (void)node_->lease.end();
    kill();
    return kIdleMs;
}

void SimulatedNode::wait(std::int64_t ms) {
    if (running_ == nullptr || !Fiber::is_inside()) return;
    running_->goes_on_at = world_.now() + ms;
    Fiber::suspend();
}

void SimulatedNode::step(TimeMs now) {
    for (Part& part : parts_) {
        if (can_act(now)) step(part, now);
    }
}

void SimulatedNode::step(Part& part, TimeMs now) {
    running_ = &part;
    if (part.fiber->is_suspended()) {
        if (part.goes_on_at <= now) (void)part.fiber->resume();
    } else if (part.next_at <= now) {
        ++part.steps;
        (void)part.fiber->run([this, &part] {
            const std::int64_t wait_ms = part.step();
            part.next_at = world_.now() + std::max<std::int64_t>(wait_ms, 1);
        });
    }
    running_ = nullptr;
}

void SimulatedNode::unwind() {
    for (Part& part : parts_) {
        while (part.fiber->is_suspended()) {
            running_ = &part;
            (void)part.fiber->resume();
            running_ = nullptr;
        }
    }
}

std::uint32_t SimulatedNode::take_most_steps() {
    std::uint32_t most = 0;
    for (Part& part : parts_) most = std::max(most, std::exchange(part.steps, 0));
    return most;
}

std::int64_t SimulatedNode::read_waiting() {
    if (reads_.empty()) return kIdleMs;
    const auto read = std::move(reads_.front());
    reads_.pop_front();
    read();
    return reads_.empty() ? kIdleMs : 0;
}

TimeMs SimulatedNode::next_step_at() const {
    TimeMs next = std::numeric_limits<TimeMs>::max();
    for (const Part& part : parts_) {
        next = std::min(next, part.fiber->is_suspended() ? part.goes_on_at : part.next_at);
    }
    return std::max(next, frozen_until_);
}

void SimulatedNode::nudge(TimeMs now) {
    if (parts_.empty()) return;
    const TimeMs soon = now + 1 + world_.below(5);
    for (const std::size_t part : {1u, 2u, 3u, 5u}) {
        parts_[part].next_at = std::min(parts_[part].next_at, soon);
    }
}

void SimulatedNode::complete(ebra_op op, std::int64_t delay_ms, const Answer& answer) {
    world_.after(delay_ms, [this, op, answer] {
        if (is_dead_) return;
        if (is_frozen(world_.now())) return complete(op, frozen_until_ - world_.now(), answer);
        auto made = plugin::sized<ebra_op_result>();
        made.answer = answer.answer;
        made.error_class = answer.error_class;
        made.retry_after_ms = answer.retry_after_ms;
        made.provider_call_id = plugin::str(answer.provider_call_id);
        made.message = plugin::str(answer.message);
        ebra_event event{};
        if (answer.event) {
            event = to_abi(*answer.event);
            made.event = &event;
        }
        (void)operations_.op_done(op, made);
        nudge(world_.now());
    });
}

}  // namespace ebra::simulation
