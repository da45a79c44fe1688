/// @file
/// Store: the C++ face of a store plugin. Verbs with values in and out over `ebra/abi/store.h`.
/// Owned by the engine, thread-safe, every call may block. A plugin that throws is caught here;
/// what it was asked to write is then in doubt.
#pragma once

#include "call.hpp"
#include "clock.hpp"

#include "ebra/abi/ebra.h"
#include "ebra/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ebra {

/// What became of one item of a batch.
struct ItemResult {
    ebra_status status = EBRA_INTERNAL;
    std::optional<Call> call;  ///< The call as it is now, when there is one.
};

/// A change of a PENDING call: each field that is set replaces the old one whole.
struct Patch {
    std::string id;
    std::optional<std::string> to;
    std::optional<std::string> script_id;
    std::optional<std::string> metadata_json;
};

/// One step of `advance`: what `ebra_advance` says, owning its text.
struct Step {
    std::int32_t step = 0;  ///< EBRA_STEP_*
    std::string call_id;
    std::uint32_t placement = 0;
    std::uint32_t flags = 0;
    std::uint64_t claim = 0;
    std::string provider;
    std::string provider_call_id;
    std::string provider_state;
    std::string dedup_key;
    std::string reason;
    Outcome outcome = Outcome::kNone;
    Disposition disposition = Disposition::kNone;
    ErrorClass error_class = ErrorClass::kNone;
    TimeMs occurred_at = 0;
    TimeMs due_at = 0;
    CallDetails details;
};

struct ClaimRequest {
    std::uint32_t limit = 0;
    TimeMs now = 0;
    std::uint64_t token = 0;
    std::string node;
    std::span<const std::string> providers;  ///< In routing order.
};

struct Claimed {
    std::vector<Call> calls;
    ebra_claim_report report{};
};

struct ReclaimRequest {
    std::uint32_t limit = 0;
    TimeMs now = 0;
    std::uint64_t token = 0;
    std::string node;
    std::int64_t dead_ask_after_ms = 0;
    std::int64_t ask_after_ms = 0;
    std::int64_t stale_after_ms = 0;
    std::int64_t undecided_after_ms = 0;
};

struct LeaseRequest {
    TimeMs now = 0;
    std::int64_t lease_ms = 0;
    std::string node;
    std::string config_digest;
    std::string about;
};

/// One limit; -1 = none. See `ebra_limit`.
struct Limit {
    std::uint32_t mask = 0;  ///< EBRA_LIMIT_SET_*
    std::string key;
    std::int64_t max_in_flight = -1;
    std::int64_t grants_per_1000s = -1;
    std::int64_t burst = 0;
    std::int64_t in_flight = 0;
    bool is_paused = false;
    TimeMs blocked_until = 0;
    std::string note;
};

/// What a store may offer beyond its table; each may be null.
struct StoreExtensions {
    const ebra_store_timeline* timeline = nullptr;
    const ebra_store_gap* gap = nullptr;
    const ebra_store_retain* retain = nullptr;
};

/// One step of removing finished calls. See `ebra_prune_request`.
struct PruneRequest {
    std::uint32_t limit = 0;
    TimeMs now = 0;
    TimeMs before = 0;
    std::uint64_t after = 0;
    bool is_dry_run = false;
};

class Store {
 public:
    /// `table` must have every function (the loader sees to it) and, with `self` and the optional
    /// tables, outlive this.
    Store(const ebra_store* table, void* self, const StoreExtensions& extensions);

    std::uint64_t capabilities();
    Result<TimeMs> now();

    Result<std::vector<ItemResult>> enqueue(TimeMs now, std::span<const NewCall> calls);
    Result<std::vector<ItemResult>> patch(TimeMs now, std::span<const Patch> patches);
    Result<Claimed> claim(const ClaimRequest& request);
    Result<std::vector<ItemResult>> advance(TimeMs now, std::span<const Step* const> steps);
    Result<std::vector<Call>> reclaim(const ReclaimRequest& request);
    Result<ebra_lease_report> lease_renew(const LeaseRequest& request);
    Status lease_end(TimeMs now, std::string_view node);
    Status limits_set(TimeMs now, std::span<const Limit> limits);
    bool can_keep_gap() const { return extensions_.gap != nullptr; }
    /// For how long a number is left alone after a call. kUnsupported when the store cannot.
    Status gap_set(TimeMs now, std::int64_t min_gap_ms);
    /// Events are owed to nobody here, so those of the calls go too. kUnsupported when the store
    /// cannot.
    Result<ebra_prune_report> prune(const PruneRequest& request);
    Result<std::string> setting(std::string_view key, std::string_view proposed);

    Result<std::vector<Limit>> limits();
    Result<std::optional<Call>> get(std::string_view id);
    Result<std::vector<Call>> find_by_provider_id(std::string_view provider, std::string_view id);
    Result<std::vector<Call>> find_by_claim(std::uint64_t claim);
    /// A page, oldest first; `status` empty = all.
    Result<std::vector<Call>> list(std::optional<CallStatus> status, std::uint64_t offset,
                                   std::uint64_t limit);
    Result<Counts> counts();
    Result<std::vector<WhyNot>> explain(TimeMs now, std::string_view id);
    /// kUnsupported when the store keeps no history.
    Result<Timeline> timeline(std::string_view id);
    Status health();

    /// Waits at most `timeout_ms` for something to claim; true = look now.
    bool wait(std::int64_t timeout_ms);
    void wake();

 private:
    const ebra_store* table_;
    void* self_;
    const StoreExtensions extensions_;
};

/// The Error that a plugin's status and message make.
Error error_from(ebra_status status, const ebra_error& error);

}  // namespace ebra
