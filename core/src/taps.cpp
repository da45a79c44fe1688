#include "taps.hpp"

#include "log.hpp"

#include <algorithm>

namespace ebra {

namespace {

/// No tap is closed for longer at once, whatever a provider says.
constexpr std::int64_t kClosedMsMax = 3'600'000;

}  // namespace

Taps::Turn Taps::turn(const std::vector<std::string>& able) {
    const TimeMs now = clock_.now();
    const std::lock_guard lock(mutex_);
    std::vector<Turn> round(able.size() + 1);
    Turn& open = round.back();
    for (std::size_t at = 0; at < able.size(); ++at) {
        const Tap& tap = taps_[able[at]];
        if (now < tap.closed_until || tap.is_probing) continue;
        (tap.needs_probe ? round[at] : open).providers.push_back(able[at]);
        round[at].is_probe = tap.needs_probe;
    }
    const auto has_any = [](const Turn& turn) { return !turn.providers.empty(); };
    const auto next =
        round.begin() + static_cast<std::ptrdiff_t>(std::min(next_turn_, able.size()));
    auto chosen = std::find_if(next, round.end(), has_any);
    if (chosen == round.end()) chosen = std::find_if(round.begin(), next, has_any);
    if (chosen == round.end() || !has_any(*chosen)) return {};
    next_turn_ = static_cast<std::size_t>(chosen - round.begin()) + 1;
    chosen->is_last = std::none_of(chosen + 1, round.end(), has_any);
    if (chosen->is_last) next_turn_ = 0;
    return std::move(*chosen);
}

void Taps::closed_in_store(const std::string& provider, TimeMs until) {
    const TimeMs now = clock_.now();
    const std::lock_guard lock(mutex_);
    Tap& tap = taps_[provider];
    if (until <= now || until <= tap.closed_until) return;
    tap.closed_until = until;
    ++tap.closings_in_a_row;
    tap.needs_probe = true;
    tap.is_probing = false;
}

void Taps::sent(const std::string& provider) {
    const std::lock_guard lock(mutex_);
    Tap& tap = taps_[provider];
    if (tap.needs_probe && clock_.now() >= tap.closed_until) tap.is_probing = true;
}

void Taps::not_sent(const std::string& provider) {
    const std::lock_guard lock(mutex_);
    taps_[provider].is_probing = false;
}

void Taps::works(const std::string& provider) {
    bool was_closed = false;
    {
        const std::lock_guard lock(mutex_);
        Tap& tap = taps_[provider];
        was_closed = tap.needs_probe;
        // A closing for lack of capacity stands: this start was accepted before it.
        const TimeMs closed_until = was_closed ? 0 : tap.closed_until;
        tap = Tap{};
        tap.closed_until = closed_until;
    }
    if (was_closed) log::info("tap_opened", {{"provider", provider}});
}

void Taps::no_capacity(const std::string& provider, std::int64_t retry_after_ms,
                       const std::string& reason) {
    constexpr Patience kPatience{1'000, 60'000};
    TimeMs until = 0;
    {
        const std::lock_guard lock(mutex_);
        Tap& tap = taps_[provider];
        // It answered, so it is there.
        tap.faults_in_a_row = 0;
        tap.needs_probe = false;
        until = close(tap, kPatience, retry_after_ms, clock_.now());
    }
    if (until == 0) return;
    metrics_.taps_closed_capacity.Increment();
    tell(provider, until, reason);
}

void Taps::account_broken(const std::string& provider, ErrorClass error_class,
                          const std::string& reason) {
    constexpr Patience kPatience{60'000, 900'000};
    TimeMs until = 0;
    {
        const std::lock_guard lock(mutex_);
        Tap& tap = taps_[provider];
        until = close(tap, kPatience, 0, clock_.now());
        tap.needs_probe = true;
    }
    if (until == 0) return;
    metrics_.taps_closed_account.Increment();
    log::error("provider_account_broken", {{"provider", provider},
                                           {"class", name_of(error_class)},
                                           {"reason", reason},
                                           {"no_calls_until", until}});
    tell(provider, until, reason);
}

void Taps::failed(const std::string& provider, std::int64_t retry_after_ms,
                  const std::string& reason) {
    constexpr Patience kPatience{5'000, 300'000};
    TimeMs until = 0;
    {
        const std::lock_guard lock(mutex_);
        Tap& tap = taps_[provider];
        const bool was_probe = std::exchange(tap.is_probing, false);
        if (++tap.faults_in_a_row < kFaultsInARowMax && !was_probe) return;
        until = close(tap, kPatience, retry_after_ms, clock_.now());
        tap.needs_probe = true;
    }
    if (until == 0) return;
    metrics_.taps_closed_faults.Increment();
    log::error("provider_fails", {{"provider", provider},
                                  {"in_a_row", std::uint64_t{kFaultsInARowMax}},
                                  {"reason", reason},
                                  {"no_calls_until", until}});
    tell(provider, until, reason);
}

/// What was under way when the tap closed fails as well; that makes the pause no longer.
TimeMs Taps::close(Tap& tap, const Patience& patience, std::int64_t retry_after_ms, TimeMs now) {
    tap.is_probing = false;
    if (now < tap.closed_until) return 0;
    std::int64_t pause_ms = patience.first_ms;
    for (std::uint32_t n = 0; n < tap.closings_in_a_row && pause_ms < patience.most_ms; ++n) {
        pause_ms *= 2;
    }
    ++tap.closings_in_a_row;
    pause_ms = std::max(std::min(pause_ms, patience.most_ms), retry_after_ms);
    tap.closed_until = now + std::min(pause_ms, kClosedMsMax);
    return tap.closed_until;
}

void Taps::tell(const std::string& provider, TimeMs until, const std::string& reason) {
    committer_.block_provider(provider, until, reason);
}

}  // namespace ebra
