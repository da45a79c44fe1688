/// @file
/// FakeEngine: stands where the engine stands at link time. It remembers what the API asked and
/// answers what the test told it to, at once and on the same thread. One test owns it.
#pragma once

#include "ebra/engine.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ebra::testing {

struct FakeEngine {
    FakeEngine();

    Engine& engine() { return *engine_; }

    struct Listed {
        std::optional<CallStatus> status;
        std::uint64_t offset = 0;
        std::uint64_t limit = 0;
    };

    std::vector<CallRequest> enqueued;
    std::vector<CallChange> changed;
    std::vector<std::string> canceled;
    std::vector<std::string> asked_ids;
    std::vector<StatusCallback> callbacks;
    std::vector<ProviderWebhook> webhooks;
    std::vector<Listed> listed;

    Result<Enqueued> enqueue_answer{Enqueued{}};
    Result<Call> call_answer{Call{}};
    Result<CallbackAnswer> callback_answer{CallbackAnswer{}};
    Result<std::optional<Call>> get_answer{std::optional<Call>()};
    Result<std::vector<Call>> list_answer{std::vector<Call>()};
    Result<Counts> counts_answer{Counts{}};
    Result<Timeline> timeline_answer{Timeline{}};
    Result<std::vector<WhyNot>> explain_answer{std::vector<WhyNot>()};
    Result<Readiness> readiness_answer{Readiness{true, {}}};
    Metrics metrics;

 private:
    std::unique_ptr<Engine> engine_;
};

}  // namespace ebra::testing
