/// @file
/// Callbacks: what providers report, turned into evidence. Finds out which call is meant, hands the
/// steps to the committer, and answers only after the commit. One per node, thread-safe; reading
/// the store, when an id may mean two things, is left to `reads`.
#pragma once

#include "callback_ref.hpp"
#include "committer.hpp"
#include "providers.hpp"

#include "ebra/engine.hpp"

#include <functional>
#include <string>

namespace ebra {

class Callbacks {
 public:
    using Answer = std::function<void(Result<CallbackAnswer>)>;
    /// Runs something that blocks on the store, elsewhere; false when there is no room for it.
    using Reads = std::function<bool(std::function<void()>)>;

    Callbacks(Store& store, const StoreClock& clock, Providers& providers, Committer& committer,
              const CallbackRef& callback_ref, Reads reads, const NodeSettings& settings,
              Metrics& metrics);

    /// See Engine::callback().
    void take(const StatusCallback& callback, Answer answer);

    /// See Engine::webhook().
    void take(const ProviderWebhook& webhook, Answer answer);

 private:
    void resolve_ambiguous(const StatusCallback& callback, const Reference& reference,
                           Answer answer);
    void take_by_call_id(Step step, const std::string& call_id, Answer answer);
    void take_by_provider_id(Step step, const std::string& id, Answer answer);
    void submit(Step step, Answer answer);
    void submit(StepGroup group, WebhookReading reading, Answer answer);
    Step step_for(const ProviderEvent& event, const Provider& provider,
                  const std::optional<Reference>& from_url) const;
    Answer counted(Answer answer);

    Store& store_;
    const StoreClock& clock_;
    Providers& providers_;
    Committer& committer_;
    const CallbackRef& callback_ref_;
    Reads reads_;
    const NodeSettings& settings_;
    Metrics& metrics_;
};

}  // namespace ebra
