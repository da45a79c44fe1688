/// @file
/// Observer: the independent judge of a simulated run. It sees what clients were told, which phones
/// rang and what the store says, and nothing of the engine. Each violation names the promise.
#pragma once

#include "phone_system.hpp"

#include "plugin/store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ebra::simulation {

struct Violation {
    std::string promise;  ///< "P1" ... "P6", "every call ends"
    std::string text;
};

class Observer {
 public:
    Observer(std::int64_t global_cap, std::map<std::string, std::int64_t> provider_caps,
             std::int64_t stale_after_ms)
        : global_cap_(global_cap),
          provider_caps_(std::move(provider_caps)),
          stale_after_ms_(stale_after_ms) {}

    /// A client was told that its call is stored.
    void acknowledged(const std::string& call_id) { acknowledged_.insert(call_id); }

    /// A client or a provider was shown a call.
    void shown(const Call& call);

    /// A provider was told that its webhook about `dial` is stored.
    void webhook_taken(const Dial& dial);

    /// A phone rings. Checks caps, numbers and references at this instant. `store` is the true one.
    void dialed(const Dial& dial, TimeMs now, Store& store);

    /// After the end: everything that was acknowledged must be there and be over.
    void finish(Store& store);

    const std::set<std::string>& acknowledged_calls() const { return acknowledged_; }
    const std::vector<Violation>& violations() const { return violations_; }

 private:
    void violated(std::string promise, std::string text);
    void check_caps(const Dial& dial, TimeMs now);
    void check_number(const Dial& dial, TimeMs now);
    void check_reference(const Dial& dial);
    void check_slot(const Dial& dial, Store& store);

    const std::int64_t global_cap_;
    const std::map<std::string, std::int64_t> provider_caps_;
    const std::int64_t stale_after_ms_;
    std::set<std::string> acknowledged_;
    std::map<std::string, CallStatus> terminal_seen_;
    std::map<std::string, std::vector<const Dial*>> dials_by_call_;
    std::map<std::string, const Dial*> last_on_number_;
    std::set<std::string> references_;
    std::vector<const Dial*> live_;
    std::vector<const Dial*> webhooks_taken_;
    std::vector<Violation> violations_;
};

}  // namespace ebra::simulation
