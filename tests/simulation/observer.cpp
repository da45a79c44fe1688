#include "observer.hpp"

#include <algorithm>

namespace ebra::simulation {

void Observer::shown(const Call& call) {
    const auto seen = terminal_seen_.find(call.id);
    if (seen != terminal_seen_.end() && seen->second != call.status) {
        violated("P5", "call " + call.id + " was shown " + std::string(name_of(seen->second)) +
                           " and then " + std::string(name_of(call.status)));
    }
    if (is_terminal(call.status)) terminal_seen_[call.id] = call.status;
}

void Observer::webhook_taken(const Dial& dial) {
    webhooks_taken_.push_back(&dial);
}

void Observer::dialed(const Dial& dial, TimeMs now, Store& store) {
    std::erase_if(live_, [now](const Dial* other) { return other->until <= now; });
    live_.push_back(&dial);
    check_caps(dial, now);
    check_number(dial, now);
    check_reference(dial);
    check_slot(dial, store);
}

void Observer::check_caps(const Dial& dial, TimeMs now) {
    const auto live = static_cast<std::int64_t>(live_.size());
    if (live > global_cap_) {
        violated("P1", std::to_string(live) + " calls in flight at " + std::to_string(now) +
                           ", the cap is " + std::to_string(global_cap_));
    }
    const auto cap = provider_caps_.find(dial.provider);
    if (cap == provider_caps_.end()) return;
    const auto own = std::count_if(live_.begin(), live_.end(), [&](const Dial* other) {
        return other->provider == dial.provider;
    });
    if (own > cap->second) {
        violated("P1", std::to_string(own) + " calls in flight at provider " + dial.provider);
    }
}

void Observer::check_number(const Dial& dial, TimeMs now) {
    const Dial*& last = last_on_number_[dial.number];
    if (last != nullptr && last->until > now) {
        violated("P2", dial.number + " rings for " + dial.reference + " while " + last->reference +
                           " is on the line");
    }
    last = &dial;
}

void Observer::check_reference(const Dial& dial) {
    if (!references_.insert(dial.reference).second) {
        violated("P3", "reference " + dial.reference + " was dialed twice");
    }
    const auto reference = parse_reference(dial.reference);
    if (!reference) return violated("P3", "a dial carries no reference: " + dial.reference);
    auto& dials = dials_by_call_[reference->call_id];
    if (!dials.empty() && dial.from - dials.back()->from < stale_after_ms_) {
        violated("P3", "call " + reference->call_id + " was dialed again after " +
                           std::to_string(dial.from - dials.back()->from) +
                           " ms, without proof that the first dial did not ring");
    }
    dials.push_back(&dial);
}

/// The phone rings, so the store must have its slot.
void Observer::check_slot(const Dial& dial, Store& store) {
    const auto reference = parse_reference(dial.reference);
    if (!reference) return;
    const Result<std::optional<Call>> call = store.get(reference->call_id);
    if (!call || !call.value() || !call.value()->placement) {
        return violated("P6", dial.reference + " rings and the store has no placement for it");
    }
    const Placement& placement = *call.value()->placement;
    if (placement.number != reference->placement || !is_open(placement.state)) {
        violated("P6", dial.reference + " rings without a slot: the latest placement is " +
                           std::to_string(placement.number) + ", " +
                           std::string(name_of(placement.state)));
    }
}

void Observer::finish(Store& store) {
    for (const std::string& id : acknowledged_) {
        const Result<std::optional<Call>> call = store.get(id);
        if (!call || !call.value()) {
            violated("P4", "call " + id + " was acknowledged and is gone");
            continue;
        }
        shown(*call.value());
        if (!is_terminal(call.value()->status)) {
            violated("every call ends",
                     "call " + id + " is still " + std::string(name_of(call.value()->status)));
        }
    }
    // A webhook that was taken must show: its call is over, and COMPLETED if it said so first.
    for (const Dial* dial : webhooks_taken_) {
        const auto reference = parse_reference(dial->reference);
        const Result<Timeline> timeline = store.timeline(reference->call_id);
        bool is_recorded = false;
        if (timeline) {
            for (const Placement& placement : timeline->placements) {
                is_recorded |=
                    placement.number == reference->placement && placement.outcome != Outcome::kNone;
            }
        }
        if (!is_recorded) {
            violated("P4", "the webhook for " + dial->reference + " was acknowledged and is gone");
        }
    }
}

void Observer::violated(std::string promise, std::string text) {
    violations_.push_back({std::move(promise), std::move(text)});
}

}  // namespace ebra::simulation
