/// @file
/// Taps: whether a provider may be given calls just now. Closes a provider's tap, in the store and
/// so for all nodes, when it has no capacity, when its account is broken, and when it fails again
/// and again; longer each time; and opens it by one call that probes. What another node closed,
/// this one opens by a probe of its own. One per node, thread-safe, never blocks.
#pragma once

#include "committer.hpp"
#include "store_clock.hpp"

#include "ebra/call.hpp"
#include "ebra/metrics.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ebra {

class Taps {
 public:
    /// So many starts in a row that nobody answered or refused for good close the tap.
    static constexpr std::uint32_t kFaultsInARowMax = 5;

    Taps(Committer& committer, const StoreClock& clock, Metrics& metrics)
        : committer_(committer), clock_(clock), metrics_(metrics) {}

    /// For whom to claim now.
    struct Turn {
        std::vector<std::string> providers;
        bool is_probe = false;  ///< One call, to see whether the one provider works again.
        bool is_last = true;    ///< All had theirs: whoever found nothing may wait now.
    };

    /// Of the providers that are able, each closed one that is due to be tried has a turn alone,
    /// one after the other whether there is a call for it or not; then all those whose tap is open.
    Turn turn(const std::vector<std::string>& able);

    /// The store hands out nothing for the provider before `until`: where another node said so,
    /// this one has yet to see for itself whether the provider works again.
    void closed_in_store(const std::string& provider, TimeMs until);

    /// A start was handed to the provider; exactly one of the following tells how it went. Until
    /// then a probe stands, and nobody else is given to the provider: whoever forgets to tell
    /// closes it for good.
    void sent(const std::string& provider);
    /// It never left this node, which tells nothing of the provider: a probe is still owed.
    void not_sent(const std::string& provider);
    /// The provider works: it accepted the start, or refused it for a reason of that call's own.
    void works(const std::string& provider);
    /// It has no room now; burns no attempt. `retry_after_ms` 0 = it did not say for how long.
    void no_capacity(const std::string& provider, std::int64_t retry_after_ms,
                     const std::string& reason);
    /// Its credentials, set-up or payment are wrong: every call would fail.
    void account_broken(const std::string& provider, ErrorClass error_class,
                        const std::string& reason);
    /// It could not be reached, gave no answer, or failed by its own fault.
    void failed(const std::string& provider, std::int64_t retry_after_ms,
                const std::string& reason);

 private:
    struct Tap {
        std::uint32_t faults_in_a_row = 0;
        std::uint32_t closings_in_a_row = 0;
        TimeMs closed_until = 0;
        bool needs_probe = false;
        bool is_probing = false;
    };
    struct Patience {
        std::int64_t first_ms;
        std::int64_t most_ms;
    };

    /// When to claim for it again; 0 when it was closed already. With mutex_ held.
    TimeMs close(Tap& tap, const Patience& patience, std::int64_t retry_after_ms, TimeMs now);
    void tell(const std::string& provider, TimeMs until, const std::string& reason);

    Committer& committer_;
    const StoreClock& clock_;
    Metrics& metrics_;

    std::mutex mutex_;
    std::map<std::string, Tap> taps_;  // Guarded by mutex_.
    std::size_t next_turn_ = 0;        // Of the round of turn(). Guarded by mutex_.
};

}  // namespace ebra
