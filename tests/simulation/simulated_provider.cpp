#include "simulated_provider.hpp"

#include "simulated_node.hpp"
#include "world.hpp"

#include "ebra/plugin.hpp"

namespace ebra::simulation {

namespace {

/// The provider with webhooks in a form of its own.
constexpr std::string_view kOwnWebhooks = "beta";

std::string ref_of(std::string_view callback_url) {
    const std::size_t at = callback_url.find("ref=");
    return at == std::string_view::npos ? std::string() : std::string(callback_url.substr(at + 4));
}

SimulatedProvider& of(void* self) {
    return *static_cast<SimulatedProvider*>(self);
}

std::int32_t number_in(std::string_view text, std::size_t& at) {
    std::int32_t value = 0;
    while (at < text.size() && text[at] != ' ') value = value * 10 + (text[at++] - '0');
    ++at;
    return value;
}

/// "kind outcome id dedup-key", the form Webhooks writes.
ebra_status read_webhook(const ebra_webhook& webhook, const ebra_webhook_sink& sink) {
    const std::string_view body = plugin::view(webhook.body);
    auto event = plugin::sized<ebra_event>();
    std::size_t at = 0;
    event.kind = number_in(body, at);
    event.outcome = number_in(body, at);
    const std::size_t space = body.find(' ', at);
    event.provider_call_id = plugin::str(body.substr(at, space - at));
    event.dedup_key = plugin::str(body.substr(space + 1));
    event.verified = 1;
    event.duration_ms = event.kind == EBRA_EVENT_ENRICHED ? 1'000 : -1;
    event.cost_micros = -1;
    sink.event(sink.context, &event);
    return EBRA_OK;
}

}  // namespace

const ebra_provider* SimulatedProvider::table() {
    static const ebra_provider table = [] {
        auto made = plugin::sized<ebra_provider>();
        made.capabilities = [](void* self) { return of(self).capabilities(); };
        made.visibility_delay_ms = [](void* self) -> std::int64_t {
            const QueryKind query = of(self).node_.world().phones().query();
            return query == QueryKind::kLagging ? PhoneSystem::kLagMs : 0;
        };
        made.start_call = [](void* self, const ebra_start_request* request, ebra_op op,
                             ebra_error*) { return of(self).start_call(*request, op); };
        made.query_call = [](void* self, const ebra_placement_request* request, ebra_op op,
                             ebra_error*) { return of(self).query_call(*request, op); };
        made.cancel_call = [](void* self, const ebra_placement_request* request, ebra_op op,
                              ebra_error*) { return of(self).cancel_call(*request, op); };
        made.webhook = [](void*, const ebra_webhook* webhook, const ebra_webhook_sink* sink,
                          ebra_error*) { return read_webhook(*webhook, *sink); };
        return made;
    }();
    return &table;
}

std::uint64_t SimulatedProvider::capabilities() const {
    const PhoneSystem& phones = node_.world().phones();
    std::uint64_t bits = phones.query() == QueryKind::kAbsent ? 0 : EBRA_PROVIDER_QUERY;
    if (phones.can_cancel()) bits |= EBRA_PROVIDER_CANCEL;
    if (name_ == kOwnWebhooks) bits |= EBRA_PROVIDER_WEBHOOKS;
    return bits;
}

ebra_status SimulatedProvider::start_call(const ebra_start_request& request, ebra_op op) {
    if (node_.is_dead()) return EBRA_UNAVAILABLE;
    World& world = node_.world();
    node_.opened(op);
    const Start start{op, request.send_by_ns, plugin::copy(request.reference),
                      plugin::copy(request.call->spec->to),
                      ref_of(plugin::view(request.callback_url))};
    world.about_to_dial(start.reference);
    const std::int64_t queue_ms = world.below(4'000);
    bool waits = false;
    for (int left = world.phones().rolls_for(start.reference); left > 0 && !waits; --left) {
        waits = world.faults().happens(Fault::kStartWaits);
    }
    if (waits) {
        world.after(queue_ms, [this, start] { send(start); });
    } else {
        send(start);
    }
    return EBRA_OK;
}

/// The last moment before the first byte: what is late is not sent.
void SimulatedProvider::send(const Start& start) {
    World& world = node_.world();
    if (node_.is_dead()) return;
    if (node_.is_frozen(world.now())) {
        return world.after(node_.frozen_until() - world.now(), [this, start] { send(start); });
    }
    Answer answer;
    if (world.clock().monotonic_ns() >= start.send_by_ns) {
        world.count("start past send_by");
        answer.answer = EBRA_START_NOT_SENT;
        answer.error_class = EBRA_CLASS_TRANSIENT;
        return node_.complete(start.op, 0, answer);
    }
    const StartFate fate = world.phones().roll(name_, start.reference, world.now());
    switch (fate.kind) {
        case StartFate::Kind::kNotConnected:
            answer.answer = EBRA_START_NOT_SENT;
            answer.error_class = EBRA_CLASS_TRANSIENT;
            answer.message = "connection refused";
            return node_.complete(start.op, fate.travel_ms, answer);
        case StartFate::Kind::kRefused:
            answer.answer = EBRA_START_REFUSED;
            answer.error_class = fate.error_class;
            answer.retry_after_ms = fate.retry_after_ms;
            answer.message = "refused by the provider";
            return node_.complete(start.op, fate.travel_ms + fate.answer_ms, answer);
        case StartFate::Kind::kLostRequest:
            world.note("the start of ", world.with_short_names(start.reference), " is lost");
            return;
        default:
            world.after(fate.travel_ms, [this, start, fate] { arrive(start, fate); });
    }
}

void SimulatedProvider::arrive(const Start& start, const StartFate& fate) {
    const Dial& dial = node_.world().ring(name_, start.reference, start.number, start.ref, fate);
    if (fate.kind == StartFate::Kind::kLostAnswer) return;
    Answer placed;
    placed.answer = EBRA_START_PLACED;
    placed.provider_call_id = dial.provider_call_id;
    std::int64_t delay_ms = fate.answer_ms;
    if (fate.has_ended_at_once) {
        placed.event = AnswerEvent{EBRA_EVENT_ENDED, dial.outcome, dial.provider_call_id};
        delay_ms += fate.live_ms;
    }
    node_.complete(start.op, delay_ms, placed);
}

ebra_status SimulatedProvider::query_call(const ebra_placement_request& request, ebra_op op) {
    if (node_.is_dead()) return EBRA_UNAVAILABLE;
    World& world = node_.world();
    node_.opened(op);
    const std::string reference = plugin::copy(request.reference);
    world.after(world.below(300), [this, reference, op] {
        node_.complete(op, node_.world().below(100), look_up(reference));
    });
    return EBRA_OK;
}

Answer SimulatedProvider::look_up(const std::string& reference) {
    World& world = node_.world();
    Answer answer;
    const Dial* dial = world.phones().find(reference, world.now());
    if (world.phones().query() == QueryKind::kUnable) {
        world.count("query: unable");
        answer.answer = EBRA_QUERY_UNABLE;
        return answer;
    }
    if (dial == nullptr) {
        const bool is_weak = world.phones().query() == QueryKind::kLagging && world.below(2) == 0;
        answer.answer = is_weak ? EBRA_NOT_FOUND_WEAK : EBRA_NOT_FOUND_EXACT;
        world.count(is_weak ? "query: not found, weak" : "query: not found, exact");
        return answer;
    }
    const bool is_over = dial->until <= world.now();
    world.count(is_over ? "query: found ended" : "query: found live");
    answer.answer = EBRA_FOUND;
    answer.provider_call_id = dial->provider_call_id;
    answer.event = AnswerEvent{is_over ? EBRA_EVENT_ENDED : EBRA_EVENT_ANSWERED,
                               is_over ? dial->outcome : EBRA_OUTCOME_NONE, dial->provider_call_id};
    return answer;
}

ebra_status SimulatedProvider::cancel_call(const ebra_placement_request& request, ebra_op op) {
    if (node_.is_dead()) return EBRA_UNAVAILABLE;
    World& world = node_.world();
    node_.opened(op);
    const std::string reference = plugin::copy(request.reference);
    world.after(world.below(300), [this, reference, op] {
        World& there = node_.world();
        Answer answer;
        answer.answer = EBRA_CANCEL_TOO_LATE;
        Dial* dial = there.phones().find(reference, there.now());
        if (dial != nullptr && dial->until > there.now()) {
            there.count("live call canceled");
            there.hang_up(*dial);
            answer.answer = EBRA_CANCEL_DONE;
        }
        node_.complete(op, there.below(100), answer);
    });
    return EBRA_OK;
}

}  // namespace ebra::simulation
