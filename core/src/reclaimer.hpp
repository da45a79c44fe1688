/// @file
/// Reclaimer: looks after placements nobody hears of. Placements of dead nodes, UNKNOWN ones,
/// silent ones and undecided calls are handed out by the store; this asks the provider, and decides
/// only on proof, or when patience has ended. One per node, step() from one thread; answers arrive
/// on providers' threads.
#pragma once

#include "canceler.hpp"
#include "committer.hpp"
#include "decisions.hpp"
#include "node_lease.hpp"
#include "operations.hpp"
#include "providers.hpp"
#include "store_trouble.hpp"

#include <atomic>

namespace ebra {

class Reclaimer {
 public:
    Reclaimer(Store& store, const StoreClock& clock, NodeLease& lease, Providers& providers,
              Operations& operations, Committer& committer, Canceler& canceler,
              Decisions& decisions, Random& random, const NodeSettings& settings,
              StoreTrouble& trouble, Metrics& metrics);

    /// Takes one batch of work and acts on it, but no more than there is room for questions: at
    /// most `queries_in_hand_max` are under way. Returns how long to wait before the next, in
    /// milliseconds. Blocks on the store.
    std::int64_t step();

 private:
    /// How much work may be taken now. Beyond the limit 0, and the log says so once.
    std::uint32_t room();
    void look_after(const Call& call);
    void ask(const Call& call, Provider& provider);
    void answered(const Call& call, TimeMs asked_at, std::optional<OperationResult> result);
    void found(const Call& call, const OperationResult& result);
    void proven_unsent(const Call& call, const std::string& reason);
    void not_known(const Call& call);
    UnknownPolicy policy_for(const Call& call) const;
    void give_up(const Call& call);
    void decide(const Call& call);
    Step follow_up(const Call& call, ErrorClass error_class, std::string reason);
    bool may_take_as_proof(const Call& call, TimeMs asked_at) const;

    Store& store_;
    const StoreClock& clock_;
    NodeLease& lease_;
    Providers& providers_;
    Operations& operations_;
    Committer& committer_;
    Canceler& canceler_;
    Decisions& decisions_;
    Random& random_;
    const NodeSettings& settings_;
    StoreTrouble& trouble_;
    Metrics& metrics_;
    std::atomic<std::uint32_t> in_hand_{0};  // Questions under way.
    bool is_full_ = false;
};

}  // namespace ebra
