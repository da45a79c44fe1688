/// @file
/// Dialer: hands claimed calls to their providers and turns each answer into steps. One per node.
/// dial() from the claimer; answers arrive on providers' threads. It never sends a claim past its
/// `send_by`, never sends one twice, and never takes a lost answer for a refusal.
#pragma once

#include "callback_ref.hpp"
#include "committer.hpp"
#include "decisions.hpp"
#include "operations.hpp"
#include "providers.hpp"
#include "taps.hpp"

#include "plugin/provider.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ebra {

class Dialer {
 public:
    Dialer(Providers& providers, Operations& operations, Committer& committer, Taps& taps,
           Decisions& decisions, const CallbackRef& callback_ref, const Clock& clock,
           const StoreClock& store_clock, const NodeSettings& settings, Metrics& metrics);

    /// Starts calls whose claim has been committed. Those it cannot send by `send_by_ns` on the
    /// monotonic clock it gives back. Does not block.
    void dial(std::vector<Call> calls, MonotonicNs send_by_ns);

    /// Gives back claims that were not sent.
    void release(const std::vector<Call>& calls, std::string reason);

    /// Starts handed to a provider and not answered.
    std::size_t in_hand() const { return operations_.open(); }

 private:
    void start(Call claimed, MonotonicNs send_by_ns);
    void release(const Call& call, std::string reason);
    void answered(const Call& call, MonotonicNs started_ns, MonotonicNs send_by_ns,
                  std::optional<OperationResult> result);

    void note_how_it_went(const std::string& provider, const OperationResult& result);
    StepGroup placed(const Call& call, const OperationResult& result);
    StepGroup refused(const Call& call, const OperationResult& result);
    StepGroup not_sent(const Call& call, const OperationResult& result);
    StepGroup lost(const Call& call, std::string reason);

    Providers& providers_;
    Operations& operations_;
    Committer& committer_;
    Taps& taps_;
    Decisions& decisions_;
    const CallbackRef& callback_ref_;
    const Clock& clock_;
    const StoreClock& store_clock_;
    const NodeSettings& settings_;
    Metrics& metrics_;
};

}  // namespace ebra
