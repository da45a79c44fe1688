#include "world.hpp"

#include "assert.hpp"
#include "memory_store_plugin.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::simulation {

namespace {

constexpr TimeMs kEpochMs = 1'700'000'000'000;
/// Trouble lasts this long; after it everything must end by itself.
constexpr std::int64_t kTroubleMs = 90'000;
/// Clients come during this long.
constexpr std::int64_t kClientsMs = 60'000;
/// A run that has not ended by then never will.
constexpr std::int64_t kDeadlineMs = 3'600'000;
constexpr int kEnqueueTriesMax = 8;
constexpr int kWebhookTriesMax = 12;
constexpr std::size_t kHistoryLinesMax = 20'000;
/// A dial may lag its claim by the time to send and to travel; see Observer.
constexpr std::int64_t kDialLagMs = 5'000;

NodeSettings node_settings(std::uint64_t seed) {
    NodeSettings settings;
    settings.base_retry_ms = 500;
    settings.max_retry_ms = 4'000;
    settings.stale_after_ms = 60'000;
    settings.query_after_ms = 8'000;
    settings.on_unknown = seed % 3 == 0 ? UnknownPolicy::kFail : UnknownPolicy::kRetry;
    settings.lease_ms = 3'000;
    settings.start_timeout_ms = 2'000;
    settings.query_timeout_ms = 1'000;
    settings.claim_batch_max = 5;
    settings.public_url = "http://ebra";
    return settings;
}

Weather weather_of(std::uint64_t seed, bool has_faults) {
    Weather weather;
    weather.query = static_cast<Weather::Query>(seed % 4);
    if (!has_faults) {
        weather = Weather{0, 0, 0, 0, 0, weather.fail_call, 0, 0, 0, weather.query};
    }
    return weather;
}

const std::vector<std::string> kProviders = {"alpha", "beta"};

std::map<std::string, std::int64_t> provider_caps() {
    return {{"alpha", 4}, {"beta", 5}};
}

constexpr std::int64_t kGlobalCap = 7;

}  // namespace

World::World(const WorldSettings& settings)
    : settings_(settings),
      clock_(kEpochMs),
      random_(settings.seed),
      store_random_(settings.seed + 1),
      phones_(random_, weather_of(settings.seed, settings.has_faults)),
      store_host_("memory-store", clock_, store_random_, nullptr) {
    open_store();
    const NodeSettings node = node_settings(settings.seed);
    observer_ =
        std::make_unique<Observer>(kGlobalCap, provider_caps(), node.stale_after_ms - kDialLagMs);
    for (std::uint32_t slot = 0; slot < settings.nodes; ++slot) {
        nodes_.emplace_back();
        start_node(slot);
    }
}

World::~World() {
    nodes_.clear();
    graveyard_.clear();
    if (store_self_ != nullptr) ebra_memory_store_plugin()->destroy(store_self_);
}

void World::open_store() {
    const ebra_plugin* plugin = ebra_memory_store_plugin();
    auto error = plugin::sized<ebra_error>();
    const ebra_status made = plugin->create(
        store_host_.table(), plugin::str(settings_.store_options), &store_self_, &error);
    EBRA_ASSERT(made == EBRA_OK);
    store_table_ = static_cast<const ebra_store*>(plugin->get_interface(EBRA_STORE_ID));
    const auto* timeline =
        static_cast<const ebra_store_timeline*>(plugin->get_interface(EBRA_STORE_TIMELINE_ID));
    true_store_ = std::make_unique<Store>(store_table_, store_self_, timeline);

    std::vector<Limit> limits(3);
    for (Limit& limit : limits) limit.mask = EBRA_LIMIT_SET_MAX;
    limits[0].key = EBRA_LIMIT_GLOBAL;
    limits[0].max_in_flight = kGlobalCap;
    std::size_t at = 1;
    for (const auto& [name, cap] : provider_caps()) {
        limits[at].key = EBRA_LIMIT_PROVIDER_PREFIX + name;
        limits[at++].max_in_flight = cap;
    }
    const Status set = true_store_->limits_set(now(), limits);
    EBRA_ASSERT(set.ok());
}

RunReport World::run() {
    schedule_clients();
    if (settings_.has_faults) schedule_trouble();
    after(kTroubleMs, [this] {
        is_calm_ = true;
        phones_.calm_down();
        note("calm");
    });
    TimeMs next_check = now() + 1'000;
    while (now() < kEpochMs + kDeadlineMs) {
        TimeMs next = events_.empty() ? next_check : std::min(next_check, events_.top().at);
        for (const auto& node : nodes_) {
            if (node && !node->is_dead()) next = std::min(next, node->next_step_at());
        }
        if (next > now()) clock_.advance_ms(next - now());
        while (!events_.empty() && events_.top().at <= now()) {
            const auto action = events_.top().action;
            events_.pop();
            (*action)();
        }
        step_nodes();
        if (now() < next_check) continue;
        next_check = now() + 1'000;
        if (is_over()) break;
    }
    observer_->finish(*true_store_);
    tally_timelines();
    report_.violations = observer_->violations();
    report_.virtual_ms = now() - kEpochMs;
    return std::move(report_);
}

bool World::step_nodes() {
    bool has_stepped = false;
    const std::size_t first = random_.below(nodes_.size());
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        auto& node = nodes_[(first + n) % nodes_.size()];
        if (!node) continue;
        if (!node->is_dead()) has_stepped |= node->step(now());
        if (!node->is_dead()) continue;
        count("node killed");
        const std::uint32_t slot = node->slot();
        graveyard_.push_back(std::move(node));
        after(200 + static_cast<std::int64_t>(random_.below(8'000)),
              [this, slot] { start_node(slot); });
    }
    return has_stepped;
}

bool World::is_over() {
    if (!is_calm_ || !are_clients_done_) return false;
    const Result<Counts> counts = true_store_->counts();
    return counts && counts->pending == 0 && counts->in_progress == 0;
}

void World::start_node(std::uint32_t slot) {
    NodeSettings settings = node_settings(settings_.seed);
    // A node only answers once it knows the store's time and has its lease.
    auto node = std::make_unique<SimulatedNode>(*this, slot, settings, kProviders);
    nodes_[slot] = std::move(node);
    note("node " + std::to_string(slot) + " starts");
}

SimulatedNode* World::some_node() {
    SimulatedNode* node = nodes_[random_.below(nodes_.size())].get();
    if (node == nullptr || !node->can_act(now()) || !node->node().lease.holder()) return nullptr;
    return node;
}

void World::after(std::int64_t delay_ms, std::function<void()> action) {
    events_.push({now() + delay_ms, next_order_++,
                  std::make_shared<std::function<void()>>(std::move(action))});
}

void World::note(const std::string& line) {
    if (report_.history.size() >= kHistoryLinesMax) return;
    report_.history.push_back(std::to_string(now() - kEpochMs) + " ms  " + line);
}

StoreFault World::roll_store_fault() {
    if (!settings_.has_faults || is_calm_) return StoreFault::kNone;
    const std::uint64_t dice = random_.below(1'000);
    if (dice < 10) return count("store away"), StoreFault::kAway;
    if (dice < 15) return count("commit in doubt, undone"), StoreFault::kDoubtUndone;
    if (dice < 20) return count("commit in doubt, done"), StoreFault::kDoubtDone;
    if (dice < 21) return count("killed before commit"), StoreFault::kKillBefore;
    if (dice < 23) return count("killed after commit"), StoreFault::kKillAfter;
    if (dice < 28) return count("store stalled"), StoreFault::kStall;
    return StoreFault::kNone;
}

void World::stall() {
    clock_.advance_ms(1 + static_cast<std::int64_t>(random_.below(4'000)));
}

// ---- clients
// --------------------------------------------------------------------------------------

void World::schedule_clients() {
    for (std::uint32_t client = 0; client < settings_.calls; ++client) {
        const auto delay = static_cast<std::int64_t>(random_.below(kClientsMs));
        after(delay, [this, client] { enqueue(client, kEnqueueTriesMax); });
    }
    for (std::uint32_t n = 0; n < settings_.calls / 10; ++n) {
        after(static_cast<std::int64_t>(random_.below(kClientsMs)), [this] { change_something(); });
    }
    after(kClientsMs + 30'000, [this] { are_clients_done_ = true; });
}

void World::enqueue(std::uint32_t client, int tries_left) {
    SimulatedNode* node = some_node();
    if (node == nullptr) {
        if (tries_left > 0) {
            after(500, [this, client, tries_left] { enqueue(client, tries_left - 1); });
        }
        return;
    }
    NewCall call;
    call.id = make_uuid_v7(now(), random_);
    call.to = "+1415555" + std::to_string(1'000 + client % settings_.numbers);
    call.script_id = "script";
    call.metadata_json = "{}";
    call.idempotency_key = "client-" + std::to_string(client);
    call.request_digest = call.to;
    node->node().intake.enqueue(call, [this, node, client, tries_left](Result<ItemResult> answer) {
        if (node->is_dead()) {  // The connection broke with the node: the client tries again.
            after(700, [this, client, tries_left] {
                if (tries_left > 0) enqueue(client, tries_left - 1);
            });
            return;
        }
        enqueue_answered(client, tries_left, answer);
    });
    node->nudge(now());
}

void World::enqueue_answered(std::uint32_t client, int tries_left,
                             const Result<ItemResult>& answer) {
    if (!answer) {
        count("enqueue refused");
        if (tries_left > 0) {
            after(500, [this, client, tries_left] { enqueue(client, tries_left - 1); });
        }
        return;
    }
    count(answer->status == EBRA_ALREADY ? "enqueue replayed" : "enqueue stored");
    if (!answer->call) return observer_->acknowledged("acknowledged without a call");
    observer_->acknowledged(answer->call->id);
    observer_->shown(*answer->call);
}

void World::change_something() {
    SimulatedNode* node = some_node();
    const auto& calls = observer_->acknowledged_calls();
    if (node == nullptr || calls.empty()) return;
    auto chosen = calls.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(calls.size())));
    const auto shown = [this, node](const std::optional<Call>& call) {
        if (call && !node->is_dead()) observer_->shown(*call);
    };
    if (random_.below(2) == 0) {
        Patch patch;
        patch.id = *chosen;
        patch.to = "+1415555" + std::to_string(1'000 + random_.below(settings_.numbers));
        node->node().intake.patch(patch, [shown](Result<ItemResult> answer) {
            if (answer) shown(answer->call);
        });
    } else {
        StepGroup group;
        group.steps.emplace_back();
        group.steps.back().step = EBRA_STEP_CANCEL;
        group.steps.back().call_id = *chosen;
        group.answer = [shown](const Result<std::vector<ItemResult>>& items) {
            if (items) shown(items.value().front().call);
        };
        node->node().committer.submit(std::move(group));
    }
    node->nudge(now());
}

// ---- trouble
// --------------------------------------------------------------------------------------

void World::schedule_trouble() {
    for (std::int64_t at = 2'000; at < kTroubleMs; at += 6'000) {
        after(at + static_cast<std::int64_t>(random_.below(6'000)), [this] {
            if (random_.below(2) == 0) {
                kill_some_node();
            } else {
                freeze_some_node();
            }
        });
    }
}

void World::kill_some_node() {
    SimulatedNode* node = some_node();
    if (node != nullptr) node->kill();
}

void World::freeze_some_node() {
    SimulatedNode* node = some_node();
    if (node == nullptr) return;
    const std::int64_t frozen_ms = 500 + static_cast<std::int64_t>(random_.below(9'000));
    count("node frozen");
    note("node " + std::to_string(node->slot()) + " freezes for " + std::to_string(frozen_ms) +
         " ms");
    node->freeze(now() + frozen_ms);
}

// ---- phones
// ---------------------------------------------------------------------------------------

const Dial& World::ring(const std::string& provider, const std::string& reference,
                        const std::string& number, const std::string& ref, const StartFate& fate) {
    const Dial& dial = phones_.dial(provider, reference, number, now(), fate);
    count("dial");
    note("dial " + reference + " to " + number + " by " + provider + " for " +
         std::to_string(fate.live_ms) + " ms");
    observer_->dialed(dial, now(), *true_store_);
    const Weather& weather = phones_.weather();
    const auto happens = [this](std::uint32_t percent) { return random_.below(100) < percent; };
    if (happens(weather.drop_webhook)) {
        count("webhook dropped");
        return dial;
    }
    std::int64_t delay = fate.live_ms + static_cast<std::int64_t>(random_.below(200));
    if (happens(weather.delay_webhook)) {
        count("webhook late");
        delay += static_cast<std::int64_t>(random_.below(120'000));
    }
    const int copies = happens(weather.repeat_webhook) ? 3 : 1;
    if (copies > 1) count("webhook repeated");
    for (int copy = 0; copy < copies; ++copy) {
        after(delay + copy * 50, [this, &dial, ref] { send_webhook(dial, ref, kWebhookTriesMax); });
    }
    return dial;
}

void World::send_webhook(const Dial& dial, const std::string& ref, int tries_left) {
    SimulatedNode* node = some_node();
    if (node == nullptr) {
        return webhook_answered(dial, ref, tries_left,
                                Error{ErrorCode::kUnavailable, "nobody listens"});
    }
    StatusCallback callback;
    // Some providers send everything they know, some only their own id.
    const std::uint64_t form = random_.below(3);
    if (form != 0) callback.ref = ref;
    if (form != 1) callback.provider_call_id = dial.provider_call_id;
    callback.outcome = dial.outcome;
    callback.completed_at = dial.until;
    node->node().callbacks.take(
        callback, [this, node, &dial, ref, tries_left](Result<CallbackAnswer> answer) {
            if (node->is_dead()) {
                answer = Error{ErrorCode::kUnavailable, "the connection broke"};
            }
            webhook_answered(dial, ref, tries_left, answer);
        });
    node->nudge(now());
}

void World::webhook_answered(const Dial& dial, const std::string& ref, int tries_left,
                             const Result<CallbackAnswer>& answer) {
    if (answer) {
        switch (answer->kind) {
            case CallbackAnswer::Kind::kApplied:
                count("webhook applied");
                break;
            case CallbackAnswer::Kind::kRecorded:
                count("webhook recorded only");
                break;
            case CallbackAnswer::Kind::kKept:
                count("webhook before its call was known");
                break;
        }
        if (answer->kind != CallbackAnswer::Kind::kKept) observer_->webhook_taken(dial);
        if (answer->call) observer_->shown(*answer->call);
        return;
    }
    count("webhook refused");
    if (tries_left == 0) return;
    after(1'000, [this, &dial, ref, tries_left] { send_webhook(dial, ref, tries_left - 1); });
}

void World::tally_timelines() {
    const Result<std::vector<Call>> calls = true_store_->list(std::nullopt, 0, 1'000);
    if (!calls) return;
    for (const Call& call : calls.value()) {
        count("call " + std::string(name_of(call.status)));
        const Result<Timeline> timeline = true_store_->timeline(call.id);
        if (!timeline) continue;
        for (const TimelineEntry& entry : timeline->entries) {
            count((entry.is_applied ? "step " : "step recorded only: ") + entry.what);
        }
    }
}

}  // namespace ebra::simulation
