/// @file
/// Webhooks: what providers report about dials: early, late, twice, never, to any node, naming the
/// call by whatever they know, and again until somebody takes it. One per run, one thread.
#pragma once

#include "phone_system.hpp"

#include "ebra/engine.hpp"

#include <map>
#include <string>

namespace ebra::simulation {

class World;

class Webhooks {
 public:
    explicit Webhooks(World& world) : world_(world) {}

    /// The phone rings: plans all that the provider will say about it. `ref` is from the start.
    void follow(const Dial& dial, const std::string& ref);

    /// The call is about to be dialed again: what was held about it comes now, at any moment of
    /// that.
    void let_go(const std::string& call_id);

    /// The call was ended by order: says so.
    void report_hang_up(const Dial& dial);

 private:
    struct Report {
        const Dial* dial = nullptr;
        std::string ref;
        std::int32_t kind = EBRA_EVENT_ENDED;
        std::int32_t outcome = EBRA_OUTCOME_NONE;
        std::string dedup_key;
        std::uint64_t form = 0;  ///< How it names the call.
    };

    void plan(Report report, std::int64_t delay_ms);
    void send(const Report& report, int tries_left);
    void send_plain(const Report& report, int tries_left);
    void send_own(const Report& report, int tries_left);
    void answered(const Report& report, int tries_left, TimeMs asked_at,
                  const Result<CallbackAnswer>& answer);

    World& world_;
    std::multimap<std::string, Report> held_;  // By call id.
};

}  // namespace ebra::simulation
