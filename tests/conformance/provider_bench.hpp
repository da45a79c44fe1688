/// @file
/// ProviderBench: an instance of a provider with a host that takes its completions, from any
/// thread, and counts them per operation. Owned by a case; its own functions are thread-safe.
#pragma once

#include "suite.hpp"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ebra::conformance {

/// How an operation ended, the first time.
struct SeenResult {
    int completions = 0;
    bool is_after_destroy = false;
    std::int32_t answer = 0;
    std::int32_t error_class = 0;
    std::string provider_call_id;
    std::size_t state_bytes = 0;
    std::size_t message_bytes = 0;
    bool has_event = false;
};

class ProviderBench final : private OperationSink {
 public:
    /// Throws CaseFailure when the instance can not be made.
    explicit ProviderBench(const Trial& trial);
    ~ProviderBench() override;

    bool can(std::uint64_t capability) const;
    void require(std::uint64_t capability, const char* name) const;
    const ebra_provider& table() const { return table_; }
    void* self() const { return self_; }

    /// What a start or a question is about.
    struct Wanted {
        std::string reference;
        std::string provider_call_id = {};
        std::string to = "+15550100";
        std::string script_id = {};
        std::string metadata_json = "{}";
        /// From now; negative = in the past.
        std::int64_t send_within_ms = 30'000;
    };
    using Function = ebra_status (*)(void*, const ebra_placement_request*, ebra_op, ebra_error*);

    /// Starts a call as operation `op`; the plugin's answer.
    ebra_status start(const Wanted& wanted, ebra_op op);
    /// Calls `function` of the table, query_call or cancel_call.
    ebra_status ask(Function function, const Wanted& wanted, ebra_op op);

    /// Waits until `count` operations have ended; false when they have not in time.
    bool wait_for(std::size_t count, std::int64_t patience_ms = 20'000);
    /// Ends the instance. What it completes later is marked.
    void destroy();
    /// Waits a moment for completions that must not come.
    void linger();
    SeenResult result(ebra_op op) const;
    std::size_t ended_count() const;

 private:
    ebra_status op_done(ebra_op op, const ebra_op_result& result) noexcept override;

    const ebra_plugin& plugin_;
    const ebra_provider table_;
    SystemClock clock_;
    SystemRandom random_;
    PluginHost host_;
    void* self_ = nullptr;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<ebra_op, SeenResult> results_;  // Guarded by mutex_.
    bool is_destroyed_ = false;              // Guarded by mutex_.
};

}  // namespace ebra::conformance
