#include "observer.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ebra::simulation {

namespace {

/// How far a node's idea of the store's time may lag: the slowest answer to "what time is it" that
/// is believed.
constexpr std::int64_t kClockLagMs = 1'000;
/// From the last look at the clock before sending to the ring: travel.
constexpr std::int64_t kTravelMs = PhoneSystem::kTravelMsMax;

/// What can contradict the first that was heard: one delivery, and an answer to a question.
constexpr std::uint32_t kContradictionsMax = 2;
/// Of one part of a node; some 30 at the busiest of a run in order.
constexpr std::uint32_t kStepsInASecondMax = 300;

const char* status_name(std::int32_t status) {
    static const char* const kNames[] = {"no status", "PENDING",  "IN_PROGRESS", "COMPLETED",
                                         "FAILED",    "CANCELED", "EXPIRED"};
    return status >= 0 && status <= 6 ? kNames[status] : "an unknown status";
}

bool is_terminal(std::int32_t status) {
    return status >= EBRA_CALL_COMPLETED;
}

}  // namespace

/// "<call id>.<placement>"; placement 0 when it is no such text.
Observer::Name Observer::name_in(const std::string& reference) {
    const std::size_t dot = reference.rfind('.');
    if (dot == std::string::npos) return {reference, 0};
    return {reference.substr(0, dot),
            static_cast<std::uint32_t>(std::strtoul(reference.c_str() + dot + 1, nullptr, 10))};
}

void Observer::acknowledged(std::uint32_t client, const std::string& call_id) {
    acknowledged_.insert(call_id);
    const auto [known, is_new] = by_client_.try_emplace(client, call_id);
    if (!is_new && known->second != call_id) {
        violated("P4", call_id, "one idempotency key gave two calls");
    }
}

void Observer::shown(const std::string& call_id, std::int32_t status, TimeMs asked_at, TimeMs now) {
    const auto seen = terminal_seen_.find(call_id);
    if (seen == terminal_seen_.end()) {
        if (is_terminal(status)) terminal_seen_[call_id] = {status, now};
        return;
    }
    const bool is_older_answer = !is_terminal(status) && seen->second.at > asked_at;
    if (seen->second.status == status || is_older_answer) return;
    violated("P5", call_id,
             std::string("was shown ") + status_name(seen->second.status) + " and then " +
                 status_name(status));
}

void Observer::webhook_taken(const Dial& dial, bool is_kept) {
    webhooks_taken_.push_back({&dial, is_kept});
}

void Observer::paused(const std::string& key) {
    if (pauses_.contains(key)) return;
    auto& placements = pauses_[key];
    for (const SeenCall& call : store_.calls()) {
        placements[call.id] = call.latest ? call.latest->number : 0;
    }
}

void Observer::resumed(const std::string& key) {
    const auto pause = pauses_.extract(key);
    if (pause.empty()) return;
    for (const SeenCall& call : store_.calls()) {
        if (!call.latest) continue;
        const auto before = pause.mapped().find(call.id);
        const std::uint32_t number = before == pause.mapped().end() ? 0 : before->second;
        const bool is_meant =
            key == EBRA_LIMIT_GLOBAL || key == EBRA_LIMIT_PROVIDER_PREFIX + call.latest->provider;
        if (!is_meant || call.latest->number <= number) continue;
        violated("pauses", call.id, "was claimed while " + key + " was paused");
    }
}

// ---- while it runs

/// Half the lease to send, then travel.
std::int64_t Observer::claim_age_max_ms() const {
    return rules_.lease_ms / 2 + kTravelMs + kClockLagMs;
}

void Observer::dialed(const Dial& dial, TimeMs now) {
    now_ = now;
    live_.push_back(&dial);
    check_caps(now);
    check_number(dial, now);
    check_gap(dial);
    check_second_dial(dial);
    if (dial.provider == rules_.rated_provider) check_rate(now);
    check_slot(dial, now);
    const Name name = name_in(dial.reference);
    if (terminal_seen_.contains(name.call_id)) {
        violated("P5", name.call_id,
                 std::string("rings after it was shown ") +
                     status_name(terminal_seen_[name.call_id].status));
    }
    const auto call = store_.call(name.call_id);
    if (call && call->latest && call->latest->number == name.placement) {
        check_claim_age(dial, *call->latest);
    }
}

void Observer::look(TimeMs now) {
    now_ = now;
    check_caps(now);
    for (const Dial* dial : live_) check_slot(*dial, now);
}

void Observer::check_caps(TimeMs now) {
    std::erase_if(live_, [now](const Dial* dial) { return dial->until <= now; });
    const auto live = static_cast<std::int64_t>(live_.size());
    if (live > rules_.global_cap) {
        violated("P1", "",
                 std::to_string(live) + " phones in use, the cap is " +
                     std::to_string(rules_.global_cap));
    }
    for (const auto& [provider, cap] : rules_.provider_caps) {
        const auto own = std::count_if(live_.begin(), live_.end(), [&](const Dial* dial) {
            return dial->provider == provider;
        });
        if (own <= cap) continue;
        violated("P1", "",
                 std::to_string(own) + " phones in use at " + provider + ", the cap is " +
                     std::to_string(cap));
    }
}

void Observer::check_number(const Dial& dial, TimeMs now) {
    for (const Dial* other : live_) {
        if (other == &dial || other->number != dial.number || other->until <= now) continue;
        violated("P2", name_in(dial.reference).call_id,
                 dial.number + " rings while another call is on the line");
    }
}

/// A number is left alone for the gap after its phone was last in use. The nodes tell the store the
/// time of an end as they estimate it, which is low by the lag.
void Observer::check_gap(const Dial& dial) {
    const Dial*& last = last_dial_by_number_[dial.number];
    const Dial* before = std::exchange(last, &dial);
    if (before == nullptr || rules_.min_gap_ms == 0) return;
    const std::int64_t gap_ms = dial.from - before->until;
    if (gap_ms >= rules_.min_gap_ms - kClockLagMs) return;
    violated("gap", name_in(dial.reference).call_id,
             dial.number + " rings " + std::to_string(gap_ms) +
                 " ms after its last call; the gap is " + std::to_string(rules_.min_gap_ms));
}

/// A phone that rang rings again only when nobody heard of it for stale_after, and only by policy.
void Observer::check_second_dial(const Dial& dial) {
    const Name name = name_in(dial.reference);
    if (name.placement == 0) return violated("P3", name.call_id, "a dial carries no reference");
    if (!references_.insert(dial.reference).second) {
        violated("P3", name.call_id, "one reference was dialed twice");
    }
    auto& dials = dials_by_call_[name.call_id];
    if (!dials.empty()) {
        const std::int64_t since_ms = dial.from - dials.back()->from;
        const std::int64_t patience_ms =
            rules_.stale_after_ms - kClockLagMs - kTravelMs - rules_.lease_ms;
        if (!rules_.may_retry_unknown) {
            violated("P3", name.call_id, "was dialed twice, and the policy is never to");
        } else if (since_ms < patience_ms) {
            violated("P3", name.call_id,
                     "was dialed again after " + std::to_string(since_ms) +
                         " ms, without proof that the first dial did not ring");
        }
    }
    dials.push_back(&dial);
}

/// The phone is in use, so the store must have its slot.
void Observer::check_slot(const Dial& dial, TimeMs now) {
    if (dial.until <= now) return;
    const Name name = name_in(dial.reference);
    const auto call = store_.call(name.call_id);
    if (!call || !call->latest) {
        return violated("P6", name.call_id, "rings and the store has no placement for it");
    }
    if (call->latest->number == name.placement && call->latest->is_open()) return;
    violated("P6", name.call_id,
             "placement " + std::to_string(name.placement) +
                 " rings without a slot: the latest is " + std::to_string(call->latest->number) +
                 (call->latest->is_open() ? ", open" : ", closed"));
}

/// A start leaves well inside the lease of its claim, by the store's clock; see send_by.
void Observer::check_claim_age(const Dial& dial, const SeenPlacement& placement) {
    const std::int64_t age_ms = dial.from - placement.claimed_at;
    if (age_ms >= 0 && age_ms <= claim_age_max_ms()) return;
    violated("P7", name_in(dial.reference).call_id,
             "rings " + std::to_string(age_ms) + " ms after its claim by the store's clock");
}

void Observer::stepped(std::uint32_t node, std::uint32_t steps) {
    if (steps <= kStepsInASecondMax) return;
    violated("pace", "",
             "a part of node " + std::to_string(node) + " takes " + std::to_string(steps) +
                 " steps in a second: it does not wait");
}

// ---- at the end

void Observer::finish(TimeMs now) {
    for (const std::string& id : acknowledged_) {
        if (!store_.call(id)) violated("P4", id, "was acknowledged and is gone");
    }
    for (const SeenCall& call : store_.calls()) {
        check_end(call, now);
        check_history(call);
    }
    check_webhooks();
    for (const std::string& fault : store_.inner_faults(now)) violated("store check", "", fault);
}

void Observer::check_end(const SeenCall& call, TimeMs now) {
    shown(call.id, call.status, now, now);
    if (call.is_over()) return;
    std::string why;
    for (const std::int32_t reason : store_.reasons(call.id, now)) {
        why += " " + std::to_string(reason);
    }
    violated("every call ends", call.id,
             std::string("is still ") + status_name(call.status) +
                 "; why it does not run, as EBRA_WHY_*:" + why);
}

void Observer::check_history(const SeenCall& call) {
    std::uint32_t counted = 0;
    for (const SeenPlacement& placement : store_.placements(call.id)) {
        counted += placement.is_counted ? 1 : 0;
        if (placement.contradictions > kContradictionsMax) {
            violated("P5", call.id,
                     std::to_string(placement.contradictions) +
                         " contradictions are counted, of one delivery told again and again");
        }
    }
    if (counted > rules_.attempts_max) {
        violated("P3", call.id, std::to_string(counted) + " attempts were counted");
    }
    if (counted != call.attempts) violated("P6", call.id, "attempts are not what counts");
}

/// A webhook that was taken must show, as soon as its placement is known by what it named.
void Observer::check_webhooks() {
    for (const Taken& taken : webhooks_taken_) {
        const Name name = name_in(taken.dial->reference);
        for (const SeenPlacement& placement : store_.placements(name.call_id)) {
            if (placement.number != name.placement) continue;
            // What was kept shows once the id it named is known to be this placement's.
            const bool is_known =
                !taken.is_kept || placement.provider_call_id == taken.dial->provider_call_id;
            if (!is_known || placement.outcome != EBRA_OUTCOME_NONE) continue;
            violated("P4", name.call_id,
                     "the webhook for placement " + std::to_string(name.placement) +
                         " was acknowledged and is gone");
        }
    }
}

/// Grants in any window are at most burst + rate * window; a start may follow its grant by as much
/// as its claim may age.
void Observer::check_rate(TimeMs now) {
    rated_dials_.push_back(now);
    const std::size_t last = rated_dials_.size() - 1;
    for (std::size_t first = 0; first < last; ++first) {
        const std::int64_t window_ms = now - rated_dials_[first] + claim_age_max_ms();
        const auto dials = static_cast<std::int64_t>(last - first + 1);
        const std::int64_t allowed_milli =
            rules_.burst * 1'000 + rules_.grants_per_1000s * window_ms / 1'000;
        if (dials * 1'000 <= allowed_milli) continue;
        return violated("rates", "",
                        std::to_string(dials) + " starts in " +
                            std::to_string(now - rated_dials_[first]) + " ms at " +
                            rules_.rated_provider);
    }
}

void Observer::violated(std::string promise, std::string call_id, std::string text) {
    // One fault may be seen at every look; it is told once.
    if (!said_.insert(promise + call_id + text).second) return;
    violations_.push_back({std::move(promise), std::move(text), std::move(call_id), now_});
}

}  // namespace ebra::simulation
