#include "world.hpp"

#include "assert.hpp"
#include "memory_store_plugin.hpp"
#include "transitions.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <array>

namespace ebra::simulation {

namespace {

constexpr TimeMs kEpochMs = 1'700'000'000'000;
/// A run that has not ended by then never will.
constexpr std::int64_t kDeadlineMs = 3'600'000;
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr std::size_t kHistoryLinesMax = 200'000;
constexpr std::int64_t kRestartMsMax = 8'000;

constexpr std::int64_t kGlobalCap = 7;
constexpr std::array<const char*, 2> kProviders = {"alpha", "beta"};
constexpr std::array<std::int64_t, 2> kProviderCaps = {4, 5};
constexpr std::int64_t kGrantsPer1000s = 400;
constexpr std::int64_t kBurst = 2;

constexpr std::int64_t kMinGapMs = 4'000;

std::int64_t min_gap_ms(std::uint64_t seed) {
    return seed % 4 == 1 ? kMinGapMs : 0;
}

bool is_rated(std::uint64_t seed) {
    return seed % 2 == 0;
}

NodeSettings node_settings(std::uint64_t seed) {
    NodeSettings settings;
    settings.base_retry_ms = 500;
    settings.max_retry_ms = 4'000;
    settings.stale_after_ms = 35'000;
    settings.query_after_ms = 8'000;
    settings.on_unknown = seed % 3 == 0 ? UnknownPolicy::kFail : UnknownPolicy::kRetry;
    settings.lease_ms = 3'000;
    settings.start_timeout_ms = 2'000;
    settings.query_timeout_ms = 1'000;
    settings.claim_batch_max = 5;
    settings.public_url = "http://ebra";
    return settings;
}

Rules rules_of(std::uint64_t seed) {
    const NodeSettings settings = node_settings(seed);
    Rules rules;
    rules.global_cap = kGlobalCap;
    for (std::size_t at = 0; at < kProviders.size(); ++at) {
        rules.provider_caps[kProviders[at]] = kProviderCaps[at];
    }
    rules.stale_after_ms = settings.stale_after_ms;
    rules.may_retry_unknown = settings.on_unknown == UnknownPolicy::kRetry;
    rules.lease_ms = settings.lease_ms;
    rules.attempts_max = settings.max_attempts;
    rules.min_gap_ms = min_gap_ms(seed);
    if (is_rated(seed)) {
        rules.rated_provider = kProviders.front();
        rules.grants_per_1000s = kGrantsPer1000s;
        rules.burst = kBurst;
    }
    return rules;
}

QueryKind query_of(std::uint64_t seed) {
    return static_cast<QueryKind>(seed / 2 % 4);
}

bool can_cancel(std::uint64_t seed) {
    return seed % 5 < 3;
}

}  // namespace

World::World(const WorldSettings& settings)
    : settings_(settings),
      clock_(kEpochMs),
      random_(settings.seed),
      store_random_(settings.seed + 1),
      faults_(random_, settings.seed, settings.disabled_faults, report_.tally),
      phones_(random_, faults_, query_of(settings.seed), can_cancel(settings.seed)),
      store_(settings.store, settings.store_mutant, clock_, store_random_),
      observer_(rules_of(settings.seed), SeenStore(store_.own())),
      webhooks_(*this),
      people_(*this) {
    set_limits();
    for (std::uint32_t slot = 0; slot < settings.nodes; ++slot) {
        nodes_.emplace_back();
        start_node(slot);
    }
}

World::~World() {
    nodes_.clear();
    graveyard_.clear();
}

void World::set_limits() {
    std::vector<ebra_limit> limits(1 + kProviders.size());
    std::vector<std::string> keys = {EBRA_LIMIT_GLOBAL};
    for (const char* name : kProviders) {
        keys.push_back(std::string(EBRA_LIMIT_PROVIDER_PREFIX) + name);
    }
    std::vector<const ebra_limit*> pointers;
    for (std::size_t at = 0; at < limits.size(); ++at) {
        limits[at] = plugin::sized<ebra_limit>();
        limits[at].mask = EBRA_LIMIT_SET_MAX;
        limits[at].key = plugin::str(keys[at]);
        limits[at].max_in_flight = at == 0 ? kGlobalCap : kProviderCaps[at - 1];
        pointers.push_back(&limits[at]);
    }
    if (is_rated(settings_.seed)) {
        limits[1].mask |= EBRA_LIMIT_SET_RATE;
        limits[1].grants_per_1000s = kGrantsPer1000s;
        limits[1].burst = kBurst;
    }
    const OpenStore& own = store_.own();
    const ebra_status set =
        own.table->limits_set(own.self, now(), pointers.data(), pointers.size(), nullptr);
    EBRA_ASSERT(set == EBRA_OK);
    const ebra_status spaced = own.gap->set(own.self, now(), min_gap_ms(settings_.seed), nullptr);
    EBRA_ASSERT(spaced == EBRA_OK);
}

void World::set_paused(const std::string& key, bool is_paused) {
    auto limit = plugin::sized<ebra_limit>();
    limit.mask = EBRA_LIMIT_SET_PAUSED;
    limit.key = plugin::str(key);
    limit.paused = is_paused ? 1 : 0;
    const ebra_limit* pointer = &limit;
    if (!is_paused) observer_.resumed(key);
    const OpenStore& own = store_.own();
    const ebra_status set = own.table->limits_set(own.self, now(), &pointer, 1, nullptr);
    EBRA_ASSERT(set == EBRA_OK);
    if (is_paused) observer_.paused(key);
    note(key, is_paused ? " is paused" : " goes on");
}

// ---- the loop

RunReport World::run() {
    memory::watch_transitions(
        [this](const auto& call, const auto* placement, const auto& step, const auto& change) {
            if (placement == nullptr) return;
            const std::string name = name_of(call, *placement, step, change);
            if (!name.empty()) count(name);
        });
    people_.plan(settings_.calls, settings_.numbers);
    after(kTroubleMs, [this] {
        faults_.calm_down();
        note("from here on nothing goes wrong");
    });
    run_until_over();
    memory::watch_transitions(nullptr);
    observer_.finish(now());
    report_.violations = observer_.violations();
    for (Violation& violation : report_.violations) violation.at -= kEpochMs;
    report_.virtual_ms = now() - kEpochMs;
    return std::move(report_);
}

void World::run_until_over() {
    TimeMs next_look = now() + kLookEveryMs;
    while (now() < kEpochMs + kDeadlineMs) {
        TimeMs next = events_.empty() ? next_look : std::min(next_look, events_.top().at);
        for (const auto& node : nodes_) {
            if (node) next = std::min(next, node->next_step_at());
        }
        if (next > now()) clock_.advance_ms(next - now());
        run_events();
        step_nodes();
        if (now() < next_look) continue;
        next_look = now() + kLookEveryMs;
        observer_.look(now());
        for (const auto& node : nodes_) {
            if (node) observer_.stepped(node->slot(), node->take_most_steps());
        }
        if (is_over()) return;
    }
}

void World::run_events() {
    while (!events_.empty() && events_.top().at <= now()) {
        const auto action = events_.top().action;
        events_.pop();
        (*action)();
    }
}

void World::step_nodes() {
    const std::size_t first = random_.below(nodes_.size());
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        auto& node = nodes_[(first + n) % nodes_.size()];
        if (!node) continue;
        if (!node->is_dead()) node->step(now());
        if (node->is_dead()) bury(node);
    }
}

void World::bury(std::unique_ptr<SimulatedNode>& node) {
    node->unwind();
    const std::uint32_t slot = node->slot();
    graveyard_.push_back(std::move(node));
    after(200 + below(kRestartMsMax), [this, slot] { start_node(slot); });
}

bool World::is_over() {
    if (!faults_.is_calm() || !people_.are_done()) return false;
    // What was said must have been heard before the end is judged.
    if (!events_.empty()) return now() >= kEpochMs + kDeadlineMs;
    const ebra_counts counts = SeenStore(store_.own()).counts();
    return counts.pending == 0 && counts.in_progress == 0;
}

void World::start_node(std::uint32_t slot) {
    const std::vector<std::string> providers(kProviders.begin(), kProviders.end());
    const std::int64_t clock_wrong_by_ms = below(3'000) - 2'000;
    nodes_[slot] = std::make_unique<SimulatedNode>(*this, slot, node_settings(settings_.seed),
                                                   providers, clock_wrong_by_ms);
    note("node ", slot, " starts");
}

SimulatedNode* World::some_node() {
    SimulatedNode* node = nodes_[random_.below(nodes_.size())].get();
    return node != nullptr && node->listens(now()) ? node : nullptr;
}

void World::after(std::int64_t delay_ms, std::function<void()> action) {
    events_.push({now() + delay_ms, next_order_++,
                  std::make_shared<std::function<void()>>(std::move(action))});
}

// ---- what happens

StoreFault World::roll_store_fault() {
    if (faults_.happens(Fault::kStoreAway)) return StoreFault::kAway;
    if (faults_.happens(Fault::kDoubtUndone)) return StoreFault::kDoubtUndone;
    if (faults_.happens(Fault::kDoubtDone)) return StoreFault::kDoubtDone;
    if (faults_.happens(Fault::kKilledBeforeCommit)) return StoreFault::kKillBefore;
    if (faults_.happens(Fault::kKilledAfterCommit)) return StoreFault::kKillAfter;
    if (faults_.happens(Fault::kSlowRequest)) return StoreFault::kSlowRequest;
    if (faults_.happens(Fault::kSlowAnswer)) return StoreFault::kSlowAnswer;
    return StoreFault::kNone;
}

const Dial& World::ring(const std::string& provider, const std::string& reference,
                        const std::string& number, const std::string& ref, const StartFate& fate) {
    const Dial& dial = phones_.dial(provider, reference, number, now(), fate);
    count("dial");
    note(number, " rings for ", with_short_names(reference), " by ", provider, " as ",
         dial.provider_call_id, " for ", fate.live_ms, " ms");
    observer_.dialed(dial, now());
    webhooks_.follow(dial, ref);
    return dial;
}

void World::about_to_dial(const std::string& reference) {
    webhooks_.let_go(reference.substr(0, reference.rfind('.')));
}

void World::hang_up(Dial& dial) {
    note(dial.provider_call_id, " is ended by order");
    dial.until = std::min(dial.until, now() + 1 + below(500));
    dial.outcome = EBRA_OUTCOME_FAILED;
    dial.was_canceled = true;
    webhooks_.report_hang_up(dial);
}

void World::show(const Call& call, TimeMs asked_at) {
    observer_.shown(call.id, static_cast<std::int32_t>(call.status), asked_at, now());
}

void World::count(std::string_view what) {
    const auto found = report_.tally.find(what);
    if (found == report_.tally.end()) {
        report_.tally.emplace(what, 1);
    } else {
        ++found->second;
    }
}

void World::add_note(std::string line) {
    if (report_.history.size() >= kHistoryLinesMax) return;
    report_.history.push_back({now() - kEpochMs, std::move(line)});
}

void World::name_call(const std::string& call_id, std::uint32_t client) {
    if (is_told()) report_.short_names.try_emplace(call_id, "call " + std::to_string(client));
}

std::string World::with_short_names(const std::string& text) const {
    constexpr std::size_t kIdSize = 36;
    for (std::size_t at = 0; at + kIdSize <= text.size(); ++at) {
        const auto name = report_.short_names.find(text.substr(at, kIdSize));
        if (name == report_.short_names.end()) continue;
        return text.substr(0, at) + name->second + text.substr(at + kIdSize);
    }
    return text;
}

}  // namespace ebra::simulation
