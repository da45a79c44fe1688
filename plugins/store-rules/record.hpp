/// @file
/// The rows of the store as values: a call, a placement, a step; and their faces at the border.
/// Plain data, no behaviour.
#pragma once

#include "ebra/abi/ebra.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ebra::rules {

/// What decides, beside the number, whether a call can go now: the provider it is pinned to and the
/// further limits it counts against. All calls of a lane are open or closed together.
struct Lane {
    std::int64_t number = 0;
    std::string provider;  ///< Pinned, or empty = any.
    std::vector<std::string> cap_keys;
};

using LanePtr = std::shared_ptr<const Lane>;

/// What a PENDING call waits for. DO NOT RENUMBER: stored.
enum class Hold : std::int32_t { kNone = 0, kReady = 1, kScheduled = 2, kParked = 3 };

struct CallRecord {
    std::int64_t seq = 0;
    std::string id;
    std::string tenant;
    std::string campaign;
    LanePtr lane;
    std::int32_t priority = 0;
    std::string to;
    std::string exclusive_key;
    std::string script_id;
    std::string idempotency_key;
    std::string request_digest;
    ebra_time_ms not_before = 0;
    ebra_time_ms not_after = 0;
    std::int32_t status = EBRA_CALL_PENDING;
    Hold hold = Hold::kNone;
    std::uint32_t attempts = 0;
    std::uint32_t placements = 0;
    bool undecided = false;
    std::int32_t fixed_outcome = EBRA_OUTCOME_NONE;
    ebra_time_ms created_at = 0;
    ebra_time_ms updated_at = 0;
    ebra_time_ms started_at = 0;
    ebra_time_ms ended_at = 0;
    ebra_time_ms due_at = 0;  ///< 0 unless PENDING.
    ebra_time_ms undecided_at = 0;
    std::string last_error;
    std::string metadata_json;

    // As the row has it.
    std::int32_t stored_status = 0;
    Hold stored_hold = Hold::kNone;
    ebra_time_ms stored_due_at = 0;
    bool stored_undecided = false;
    ebra_time_ms stored_undecided_at = 0;

    bool is_terminal() const { return status >= EBRA_CALL_COMPLETED; }
};

struct PlacementRecord {
    std::int64_t call_seq = 0;
    std::uint32_t number = 0;
    std::string exclusive_key;
    std::int32_t state = EBRA_PLACEMENT_CLAIMED;
    std::int32_t outcome = EBRA_OUTCOME_NONE;
    std::int32_t disposition = EBRA_DISPOSITION_NONE;
    std::int32_t error_class = EBRA_CLASS_NONE;
    bool counted = true;
    std::int32_t decision = 0;          ///< The last one taken.
    std::uint32_t decisions_taken = 0;  ///< One bit each: see transition.hpp.
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
    ebra_time_ms ended_at = 0;
    ebra_time_ms evidence_at = 0;
    ebra_time_ms ask_at = 0;
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;

    std::string stored_provider_call_id;  ///< As the row has it.

    bool is_open() const { return state <= EBRA_PLACEMENT_UNKNOWN; }
};

/// A call and its latest placement.
struct FullCall {
    CallRecord call;
    std::optional<PlacementRecord> placement;
};

/// One step of `advance`, owning its text: it may be kept.
struct StepRecord {
    std::int32_t step = 0;
    std::string call_id;
    std::uint32_t placement = 0;
    std::uint32_t flags = 0;
    std::uint64_t claim = 0;
    std::string provider;
    std::string provider_call_id;
    std::string provider_state;
    std::string dedup_key;
    std::string reason;
    std::int32_t outcome = EBRA_OUTCOME_NONE;
    std::int32_t disposition = EBRA_DISPOSITION_NONE;
    std::int32_t error_class = EBRA_CLASS_NONE;
    ebra_time_ms occurred_at = 0;
    ebra_time_ms due_at = 0;
    ebra_time_ms told_at = 0;  ///< Of kept evidence: when the store was told; 0 = now.
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;
};

StepRecord step_from_abi(const ebra_advance& step);

/// One limit with its bucket.
struct LimitRecord {
    std::string key;
    std::int64_t max_in_flight = -1;
    std::int64_t grants_per_1000s = -1;
    std::int64_t burst = 0;
    bool paused = false;
    ebra_time_ms blocked_until = 0;
    std::string note;
    std::int64_t level_micro = 0;
    ebra_time_ms refilled_at = 0;
};

ebra_placement to_abi(const PlacementRecord& record);

/// A FullCall as the border shows it. Points into the FullCall, which must outlive it.
class AbiCall {
 public:
    explicit AbiCall(const FullCall& full);
    AbiCall(const AbiCall&) = delete;
    AbiCall& operator=(const AbiCall&) = delete;

    const ebra_call* get() const { return &call_; }

 private:
    std::vector<ebra_str> cap_keys_;
    ebra_call_spec spec_;
    ebra_call_state state_;
    ebra_placement placement_;
    ebra_call call_;
};

/// Puts each call, in order.
void put_calls(const std::vector<FullCall>& calls, const ebra_call_sink& sink);

}  // namespace ebra::rules
