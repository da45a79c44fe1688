/// @file
/// SeenStore: the store as the observer sees it, read over the C ABI and nothing else, so that no
/// code of the engine stands between the judge and what is judged. Plain copies. One thread.
#pragma once

#include "store_under_test.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebra::simulation {

struct SeenPlacement {
    std::uint32_t number = 0;
    std::int32_t state = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    bool is_counted = false;
    std::uint32_t contradictions = 0;
    std::string provider;
    std::string provider_call_id;
    std::int64_t claimed_at = 0;
    std::int64_t ended_at = 0;

    bool is_open() const { return state <= EBRA_PLACEMENT_UNKNOWN; }
};

struct SeenCall {
    std::string id;
    std::string to;
    std::int32_t status = 0;
    std::uint32_t attempts = 0;
    std::int64_t not_before = 0;
    std::int64_t not_after = 0;
    std::optional<SeenPlacement> latest;

    bool is_over() const { return status >= EBRA_CALL_COMPLETED; }
};

struct SeenEntry {
    std::int32_t kind = 0;
    std::uint32_t placement = 0;
    bool is_applied = false;
    std::int64_t at = 0;
    std::string detail;
};

class SeenStore {
 public:
    explicit SeenStore(const OpenStore& store) : store_(store) {}

    std::optional<SeenCall> call(const std::string& id) const;
    /// Every call there is, oldest first.
    std::vector<SeenCall> calls() const;
    std::vector<SeenPlacement> placements(const std::string& id) const;
    std::vector<SeenEntry> entries(const std::string& id) const;
    ebra_counts counts() const;
    /// Why the call does not run, in the numbers of the ABI.
    std::vector<std::int32_t> reasons(const std::string& id, ebra_time_ms now) const;
    /// What the store's own check of itself finds wrong.
    std::vector<std::string> inner_faults(ebra_time_ms now) const;

 private:
    const OpenStore store_;
};

}  // namespace ebra::simulation
