/// @file
/// What the memory store keeps: owning copies of the ABI's records, and the views of them that it
/// shows. Plain data.
#pragma once

#include "ebra/plugin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebra::memory {

/// Where a PENDING call waits.
enum class Hold { kNone, kReady, kScheduled, kParked };

struct PlacementRecord {
    ebra_placement fields = plugin::sized<ebra_placement>();
    std::string provider, provider_call_id, provider_state, node, reason;
    std::string exclusive_key;  ///< The call's, when it was claimed.
    std::string cost_currency, recording_url, transcript_url;
    std::uint32_t decisions_taken = 0;
    ebra_time_ms undecided_since = 0;

    /// The ABI's view; valid as long as this record is not changed.
    ebra_placement view() const;
};

struct EntryRecord {
    ebra_entry fields = plugin::sized<ebra_entry>();
    std::string provider_call_id, detail;
};

struct CallRecord {
    std::uint64_t seq = 0;  ///< Order of arrival.
    ebra_call_state state = plugin::sized<ebra_call_state>();
    std::int32_t priority = 0;
    std::string id, tenant, campaign, provider, to, exclusive_key, script_id, metadata_json;
    std::string idempotency_key, request_digest, last_error;
    std::vector<std::string> cap_keys;
    ebra_time_ms not_before = 0;
    ebra_time_ms not_after = 0;
    Hold hold = Hold::kNone;
    std::optional<PlacementRecord> mapped_by_hand;  ///< Placement 0.
    std::vector<PlacementRecord> placements;        ///< Placement n stands at n - 1.
    std::vector<EntryRecord> entries;

    PlacementRecord* latest() { return placements.empty() ? nullptr : &placements.back(); }
    const PlacementRecord* latest() const {
        return placements.empty() ? nullptr : &placements.back();
    }
    /// Placement `number`, 0 being the one mapped by hand; nullptr when there is none.
    PlacementRecord* placement(std::uint32_t number);
};

/// A limit with its token bucket, in thousandths of a token.
struct LimitRecord {
    std::int64_t max_in_flight = -1;
    std::int64_t grants_per_1000s = -1;
    std::int64_t burst = 1;
    std::int64_t milli_tokens = 0;
    ebra_time_ms refilled_at = 0;
    bool is_paused = false;
    ebra_time_ms blocked_until = 0;
    std::string note;
};

struct NodeRecord {
    ebra_time_ms lease_until = 0;
    bool is_dead = false;
    std::string config_digest;
};

bool is_open(const PlacementRecord& placement);
bool is_terminal(const CallRecord& call);

/// Puts `call` with its latest placement into a function that takes an ebra_call.
template <typename Put>
void show(const CallRecord& call, Put&& put) {
    auto spec = plugin::sized<ebra_call_spec>();
    spec.priority = call.priority;
    spec.id = plugin::str(call.id);
    spec.tenant = plugin::str(call.tenant);
    spec.campaign = plugin::str(call.campaign);
    spec.provider = plugin::str(call.provider);
    spec.to = plugin::str(call.to);
    spec.exclusive_key = plugin::str(call.exclusive_key);
    spec.script_id = plugin::str(call.script_id);
    spec.metadata_json = plugin::str(call.metadata_json);
    spec.idempotency_key = plugin::str(call.idempotency_key);
    spec.request_digest = plugin::str(call.request_digest);
    spec.not_before = call.not_before;
    spec.not_after = call.not_after;
    std::vector<ebra_str> caps;
    for (const std::string& key : call.cap_keys) caps.push_back(plugin::str(key));
    spec.cap_keys = caps.data();
    spec.cap_key_count = caps.size();
    ebra_call_state state = call.state;
    state.last_error = plugin::str(call.last_error);
    auto shown = plugin::sized<ebra_call>();
    shown.spec = &spec;
    shown.state = &state;
    ebra_placement placement{};
    if (const PlacementRecord* latest = call.latest()) {
        placement = latest->view();
        shown.placement = &placement;
    } else if (call.mapped_by_hand) {
        placement = call.mapped_by_hand->view();
        shown.placement = &placement;
    }
    put(&shown);
}

}  // namespace ebra::memory
