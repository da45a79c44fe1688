/// @file
/// What goes into a store and what comes out of it, as values that own their text: plain data for
/// StoreFace and its users.
#pragma once

#include "ebra/abi/ebra.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebra::conformance {

/// What a call looks like from outside.
struct SeenCall {
    std::string id;
    std::string tenant;
    std::string to;
    std::string exclusive_key;
    std::string script_id;
    std::string metadata_json;
    std::string last_error;
    std::vector<std::string> cap_keys;
    std::int32_t priority = 0;
    std::int32_t status = 0;
    std::uint32_t attempts = 0;
    std::uint32_t placements = 0;
    bool undecided = false;
    std::int32_t fixed_outcome = 0;
    ebra_time_ms created_at = 0;
    ebra_time_ms updated_at = 0;
    ebra_time_ms started_at = 0;
    ebra_time_ms ended_at = 0;
    ebra_time_ms next_run_at = 0;
    bool has_placement = false;
    std::uint32_t number = 0;
    std::int32_t state = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    std::int32_t error_class = 0;
    std::int32_t decision = 0;
    std::uint32_t asked = 0;
    std::uint32_t contradictions = 0;
    std::uint64_t claim = 0;
    std::string provider;
    std::string provider_call_id;
    std::string provider_state;
    std::string node;
    std::string reason;
    ebra_time_ms claimed_at = 0;
    ebra_time_ms accepted_at = 0;
    ebra_time_ms ask_at = 0;
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;

    bool operator==(const SeenCall&) const = default;
};

/// An owning copy of what a sink was given.
SeenCall seen(const ebra_call& call);
SeenCall seen(const ebra_placement& placement);

struct SeenItem {
    ebra_status status = EBRA_INTERNAL;
    std::optional<SeenCall> call;
};

struct SeenClaim {
    ebra_status status = EBRA_INTERNAL;
    std::vector<SeenCall> calls;
    ebra_claim_report report{};
};

struct SeenReason {
    std::int32_t why = 0;
    std::string subject;
    ebra_time_ms until = 0;
};

struct SeenEntry {
    std::int32_t kind = 0;
    std::uint32_t placement = 0;
    std::int32_t status = 0;
    bool is_applied = false;
    ebra_time_ms at = 0;
};

struct SeenOutboxRow {
    std::uint64_t sequence = 0;
    std::string call_id;
    std::int32_t status = 0;
    ebra_time_ms at = 0;
};

struct SeenLimit {
    std::string key;
    std::int64_t max_in_flight = 0;
    std::int64_t grants_per_1000s = 0;
    std::int64_t burst = 0;
    std::int64_t in_flight = 0;
    bool is_paused = false;
    ebra_time_ms blocked_until = 0;
    std::string note;
};

/// What is enqueued; unless said otherwise the number is the exclusive key.
struct NewCall {
    std::string id = {};
    std::string to = "+15550000";
    std::int32_t priority = 0;
    std::string provider = {};
    ebra_time_ms not_before = 0;
    ebra_time_ms not_after = 0;
    std::vector<std::string> cap_keys = {};
    std::string idempotency_key = {};
    std::string request_digest = {};
    std::string metadata_json = "{}";
    std::string tenant = {};
    std::string script_id = {};
    std::string campaign = {};
    std::string exclusive_key = {};
};

/// A step that owns its text. What it does not say is unsaid.
struct NewStep {
    std::int32_t step = 0;
    std::string call_id = {};
    std::uint32_t placement = 0;
    std::uint64_t claim = 0;
    std::int32_t outcome = 0;
    std::string provider = {};
    std::string provider_call_id = {};
    std::string dedup_key = {};
    std::string reason = {};
    std::int32_t error_class = 0;
    std::int32_t disposition = 0;
    std::uint32_t flags = 0;
    ebra_time_ms occurred_at = 0;
    ebra_time_ms due_at = 0;
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency = {};
    std::string recording_url = {};
    std::string transcript_url = {};
    std::string provider_state = {};
};

/// What a reclaim asks for beside node, time and token.
struct Patience {
    std::uint32_t limit = 100;
    std::int64_t dead_ask_after_ms = 5'000;
    std::int64_t ask_after_ms = 1'000;
    std::int64_t stale_after_ms = 60'000;
    std::int64_t undecided_after_ms = 2'000;
};

/// A step with everything unsaid.
ebra_advance step_of(std::int32_t step);
/// The ABI's view of a step; valid as long as `step` is.
ebra_advance abi_of(const NewStep& step);
/// The ABI's view of a call; valid as long as `call` and `cap_keys`, which it fills, are.
ebra_call_spec abi_of(const NewCall& call, std::vector<ebra_str>& cap_keys);

}  // namespace ebra::conformance
