/// @file
/// Observer: the independent judge of a simulated run. It sees what clients were told, which phones
/// ring, what operators did, and the store over the C ABI; it shares no code with engine or store.
/// Each violation names the promise. One thread.
#pragma once

#include "phone_system.hpp"
#include "seen_store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ebra::simulation {

struct Violation {
    std::string promise;  ///< "P1" ... "P7", "rates", "gap", "every call ends", "store check"
    std::string text;
    std::string call_id;  ///< The call it is about; empty = no single one.
    TimeMs at = 0;        ///< When it was seen.
};

/// What the run promised; the observer's own copy.
struct Rules {
    std::int64_t global_cap = 0;
    std::map<std::string, std::int64_t> provider_caps;
    std::int64_t stale_after_ms = 0;
    bool may_retry_unknown = false;
    std::int64_t lease_ms = 0;
    std::uint32_t attempts_max = 0;
    std::int64_t grants_per_1000s = -1;  ///< Of `rated_provider`.
    std::int64_t burst = 0;
    std::string rated_provider;
    std::int64_t min_gap_ms = 0;  ///< From the end of a call to the next to its number.
};

class Observer {
 public:
    Observer(Rules rules, SeenStore store) : rules_(std::move(rules)), store_(std::move(store)) {}

    /// A client was told that its call is stored. The same client asks under one key.
    void acknowledged(std::uint32_t client, const std::string& call_id);
    /// A client or a provider was shown a call in that EBRA_CALL_* status, having asked at
    /// `asked_at`: answers may overtake each other.
    void shown(const std::string& call_id, std::int32_t status, TimeMs asked_at, TimeMs now);
    /// A provider was told that its webhook is stored, or kept for later.
    void webhook_taken(const Dial& dial, bool is_kept);
    /// An operator stops everything under `key`, or lets it go on.
    void paused(const std::string& key);
    void resumed(const std::string& key);

    /// A phone rings. Checks caps, numbers, references and slots at this instant.
    void dialed(const Dial& dial, TimeMs now);
    /// Looks at every phone in use.
    void look(TimeMs now);
    /// The busiest part of a node took so many steps since the last look.
    void stepped(std::uint32_t node, std::uint32_t steps);
    /// After the end: everything that was acknowledged must be there and be over.
    void finish(TimeMs now);

    const std::set<std::string>& acknowledged_calls() const { return acknowledged_; }
    const std::vector<Violation>& violations() const { return violations_; }

 private:
    struct Shown {
        std::int32_t status = 0;
        TimeMs at = 0;
    };
    struct Taken {
        const Dial* dial = nullptr;
        bool is_kept = false;
    };
    struct Name {
        std::string call_id;
        std::uint32_t placement = 0;
    };

    static Name name_in(const std::string& reference);
    void violated(std::string promise, std::string call_id, std::string text);
    std::int64_t claim_age_max_ms() const;
    void check_caps(TimeMs now);
    void check_number(const Dial& dial, TimeMs now);
    void check_gap(const Dial& dial);
    void check_second_dial(const Dial& dial);
    void check_slot(const Dial& dial, TimeMs now);
    void check_claim_age(const Dial& dial, const SeenPlacement& placement);
    void check_end(const SeenCall& call, TimeMs now);
    void check_history(const SeenCall& call);
    void check_webhooks();
    void check_rate(TimeMs now);

    const Rules rules_;
    const SeenStore store_;
    std::set<std::string> acknowledged_;
    std::map<std::uint32_t, std::string> by_client_;
    std::map<std::string, Shown> terminal_seen_;
    std::map<std::string, std::vector<const Dial*>> dials_by_call_;
    std::map<std::string, const Dial*> last_dial_by_number_;
    std::set<std::string> references_;
    std::vector<const Dial*> live_;
    std::vector<Taken> webhooks_taken_;
    /// By paused limit: how many placements each call had when the pause began.
    std::map<std::string, std::map<std::string, std::uint32_t>> pauses_;
    std::vector<TimeMs> rated_dials_;
    std::set<std::string> said_;
    TimeMs now_ = 0;  ///< Of the latest look.
    std::vector<Violation> violations_;
};

}  // namespace ebra::simulation
