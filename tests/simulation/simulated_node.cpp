#include "simulated_node.hpp"

#include "world.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::simulation {

namespace {

/// Operations outlive their node: what completes for a dead one is dropped.
ebra_op_result to_abi(const OperationResult& result, ebra_event& event) {
    auto made = plugin::sized<ebra_op_result>();
    made.answer = result.answer;
    made.error_class = static_cast<std::int32_t>(result.error_class);
    made.retry_after_ms = result.retry_after_ms;
    made.provider_call_id = plugin::str(result.provider_call_id);
    made.message = plugin::str(result.message);
    if (result.event) {
        event = plugin::sized<ebra_event>();
        event.kind = result.event->kind;
        event.outcome = static_cast<std::int32_t>(result.event->outcome);
        event.verified = 1;
        event.duration_ms = -1;
        event.cost_micros = -1;
        event.provider_call_id = plugin::str(result.event->provider_call_id);
        made.event = &event;
    }
    return made;
}

std::string ref_of(std::string_view callback_url) {
    const std::size_t at = callback_url.find("ref=");
    return at == std::string_view::npos ? std::string() : std::string(callback_url.substr(at + 4));
}

}  // namespace

SimulatedNode::SimulatedNode(World& world, std::uint32_t slot, const NodeSettings& settings,
                             const std::vector<std::string>& providers)
    : world_(world),
      slot_(slot),
      faulty_store_(world.store_table(), world.store_self(),
                    {.roll = [&world] { return world.roll_store_fault(); },
                     .stall = [&world] { world.stall(); },
                     .kill = [this] { kill(); }}),
      store_(faulty_store_.table(), faulty_store_.self(), nullptr),
      operations_(world.clock()) {
    for (const std::string& name : providers) {
        provider_selves_.push_back(std::make_unique<ProviderSelf>(ProviderSelf{this, name}));
        providers_.add(
            std::make_unique<Provider>(name, provider_table(), provider_selves_.back().get()));
    }
    const auto read_here = [](const std::function<void()>& read) {
        read();
        return true;
    };
    node_ = std::make_unique<Node>(store_, providers_, operations_, world.clock(), world.random(),
                                   settings, "the cluster's secret", read_here, metrics_);
    parts_ = {
        {[this] { return node_->lease.renew(); }},
        {[this] { return node_->intake.step(); }},
        {[this] { return node_->committer.step(); }},
        {[this] { return node_->claimer.step(); }},
        {[this] { return node_->reclaimer.step(); }},
        {[this] {
            operations_.expire();
            return std::int64_t{500};
        }},
    };
}

SimulatedNode::~SimulatedNode() = default;

void SimulatedNode::kill() {
    if (is_dead_) return;
    is_dead_ = true;
    faulty_store_.cut_off();
    world_.note("node " + std::to_string(slot_) + " dies");
}

bool SimulatedNode::step(TimeMs now) {
    bool has_stepped = false;
    for (Part& part : parts_) {
        if (!can_act(now) || part.next_at > now) continue;
        const std::int64_t wait_ms = part.step();
        part.next_at = now + std::max<std::int64_t>(wait_ms, 1);
        has_stepped = true;
    }
    return has_stepped;
}

TimeMs SimulatedNode::next_step_at() const {
    TimeMs next = parts_.front().next_at;
    for (const Part& part : parts_) next = std::min(next, part.next_at);
    return std::max(next, frozen_until_);
}

void SimulatedNode::nudge(TimeMs now) {
    const TimeMs soon = now + 1 + static_cast<TimeMs>(world_.random().below(5));
    for (std::size_t part : {1u, 2u, 3u})
        parts_[part].next_at = std::min(parts_[part].next_at, soon);
}

void SimulatedNode::complete(ebra_op op, std::int64_t delay_ms, const OperationResult& result) {
    world_.after(delay_ms, [this, op, result] {
        if (is_dead_) return;
        if (is_frozen(world_.now())) return complete(op, frozen_until_ - world_.now(), result);
        ebra_event event{};
        (void)operations_.op_done(op, to_abi(result, event));
        nudge(world_.now());
    });
}

const ebra_provider* SimulatedNode::provider_table() {
    static const ebra_provider table = [] {
        auto made = plugin::sized<ebra_provider>();
        made.capabilities = [](void* self) -> std::uint64_t {
            const auto query =
                static_cast<ProviderSelf*>(self)->node->world_.phones().weather().query;
            return query == Weather::Query::kAbsent ? 0 : EBRA_PROVIDER_QUERY;
        };
        made.visibility_delay_ms = [](void* self) -> std::int64_t {
            const auto query =
                static_cast<ProviderSelf*>(self)->node->world_.phones().weather().query;
            return query == Weather::Query::kLagging ? PhoneSystem::kLagMs : 0;
        };
        made.start_call = [](void* self, const ebra_start_request* request, ebra_op op,
                             ebra_error*) {
            const auto& provider = *static_cast<ProviderSelf*>(self);
            return provider.node->start_call(provider.name, *request, op);
        };
        made.query_call = [](void* self, const ebra_placement_request* request, ebra_op op,
                             ebra_error*) {
            return static_cast<ProviderSelf*>(self)->node->query_call(*request, op);
        };
        return made;
    }();
    return &table;
}

ebra_status SimulatedNode::start_call(const std::string& provider,
                                      const ebra_start_request& request, ebra_op op) {
    if (is_dead_) return EBRA_UNAVAILABLE;
    if (world_.clock().monotonic_ns() >= request.send_by_ns) {
        world_.count("start past send_by");
        OperationResult late;
        late.answer = EBRA_START_NOT_SENT;
        late.error_class = ErrorClass::kTransient;
        complete(op, 0, late);
        return EBRA_OK;
    }
    const StartFate fate = world_.phones().roll();
    OperationResult result;
    if (fate.kind == StartFate::Kind::kRefused) {
        world_.count("start refused " + std::string(name_of(fate.error_class)));
        result.answer = EBRA_START_REFUSED;
        result.error_class = fate.error_class;
        result.message = "refused by the provider";
        complete(op, fate.travel_ms + fate.answer_ms, result);
        return EBRA_OK;
    }
    if (fate.kind == StartFate::Kind::kLostRequest) {
        world_.count("request lost");
        return EBRA_OK;
    }
    const std::string reference = plugin::copy(request.reference);
    const std::string number = plugin::copy(request.call->spec->to);
    const std::string ref = ref_of(plugin::view(request.callback_url));
    world_.after(fate.travel_ms, [this, provider, reference, number, ref, fate, op] {
        const Dial& dial = world_.ring(provider, reference, number, ref, fate);
        if (fate.kind == StartFate::Kind::kLostAnswer) {
            world_.count("answer lost");
            return;
        }
        OperationResult placed;
        placed.answer = EBRA_START_PLACED;
        placed.provider_call_id = dial.provider_call_id;
        complete(op, fate.answer_ms, placed);
    });
    return EBRA_OK;
}

ebra_status SimulatedNode::query_call(const ebra_placement_request& request, ebra_op op) {
    if (is_dead_) return EBRA_UNAVAILABLE;
    world_.count("provider asked");
    const std::string reference = plugin::copy(request.reference);
    const auto delay_ms = static_cast<std::int64_t>(world_.random().below(300));
    world_.after(delay_ms, [this, reference, op] {
        OperationResult result;
        const Dial* dial = world_.phones().find(reference, world_.now());
        if (world_.phones().weather().query == Weather::Query::kUnable) {
            result.answer = EBRA_QUERY_UNABLE;
        } else if (dial == nullptr) {
            const bool lags = world_.phones().weather().query == Weather::Query::kLagging;
            result.answer =
                lags && world_.random().below(2) == 0 ? EBRA_NOT_FOUND_WEAK : EBRA_NOT_FOUND_EXACT;
            world_.count("query: not found");
        } else {
            result.answer = EBRA_FOUND;
            result.provider_call_id = dial->provider_call_id;
            result.event.emplace();
            const bool is_over = dial->until <= world_.now();
            result.event->kind = is_over ? EBRA_EVENT_ENDED : EBRA_EVENT_ANSWERED;
            result.event->outcome = is_over ? dial->outcome : Outcome::kNone;
            world_.count(is_over ? "query: found ended" : "query: found live");
        }
        complete(op, 0, result);
    });
    return EBRA_OK;
}

}  // namespace ebra::simulation
