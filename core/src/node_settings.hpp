/// @file
/// What a node needs to know from the config, and the limits of its queues. Plain data.
#pragma once

#include "ebra/call.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace ebra {

/// What to do with a placement when, after `stale_after`, nobody can say whether the phone rang.
enum class UnknownPolicy { kRetry, kFail };

struct NodeSettings {
    // Retry (semantics: after the n-th counted failure base * 2^(n-1), at most max).
    std::uint32_t max_attempts = 3;
    std::int64_t base_retry_ms = 30'000;
    std::int64_t max_retry_ms = 3'600'000;
    std::uint32_t retry_jitter_percent = 10;
    /// Failures that a provider reports and that are tried again, with the shortest wait.
    std::map<Disposition, std::int64_t> retry_on;

    // Silence and leases.
    std::int64_t stale_after_ms = 900'000;
    std::int64_t query_after_ms = 120'000;
    UnknownPolicy on_unknown = UnknownPolicy::kRetry;
    /// In its place for placements at providers that are no longer configured.
    std::map<std::string, UnknownPolicy> orphan_policies;
    std::int64_t lease_ms = 15'000;
    std::int64_t start_timeout_ms = 30'000;
    std::int64_t query_timeout_ms = 10'000;

    /// How long finished calls are kept; 0 = for ever.
    std::int64_t keep_finished_ms = 0;

    // Limits of work in hand. Reaching one is visible: 503, or a claim that waits.
    std::size_t intake_queue_max = 20'000;
    std::size_t intake_lanes = 1;  ///< Of Intake::kLanesMax.
    std::size_t callback_queue_max = 20'000;
    std::uint32_t claim_batch_max = 100;
    std::uint32_t starts_in_hand_max = 10'000;
    std::uint32_t queries_in_hand_max = 200;

    /// Where providers call back, e.g. "https://calls.example.com"; no slash at the end.
    std::string public_url;
    std::string config_digest;
    std::string about;
};

}  // namespace ebra
