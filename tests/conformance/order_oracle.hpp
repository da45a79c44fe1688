/// @file
/// OrderOracle: what a call must look like after each step, by an independent reading of the rules
/// in ebra/abi/store.h ("advance"). It shares no code with any store, on purpose. Plain values, one
/// thread.
#pragma once

#include "store_values.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ebra::conformance {

/// What may happen to a call that is placed twice. The names say of which placement.
enum class Happening {
    kAccepted1,
    kCompleted1,
    kFailed1,
    kGivenUp1,  ///< Lost, given up, to be retried: three steps.
    kClaimed2,
    kAccepted2,
    kCompleted2,
    kFailed2,
};

const char* name_of(Happening happening);

using Statuses = std::vector<ebra_status>;

class OrderOracle {
 public:
    /// A call that was just claimed for the first time. With `is_retryable`, FAILED is said with
    /// EBRA_ADVANCE_RETRYABLE.
    explicit OrderOracle(bool is_retryable);

    // Each returns the answers that the rules allow; where they allow several, more than one.
    Statuses accepted(std::uint32_t number);
    Statuses lost(std::uint32_t number);
    Statuses ended(std::uint32_t number, std::int32_t outcome);
    Statuses give_up();
    Statuses retry();
    /// A claim of everything that is due. True when it must give this call.
    bool claim();

    bool is_terminal() const { return status_ >= EBRA_CALL_COMPLETED; }
    /// Empty, or what is wrong with `call`.
    std::string differs_from(const SeenCall& call) const;
    /// The same for its placement `number`.
    std::string differs_from_placement(const SeenCall& placement) const;

 private:
    struct Placement {
        std::int32_t state = EBRA_PLACEMENT_CLAIMED;
        std::int32_t outcome = EBRA_OUTCOME_NONE;
        std::uint32_t contradictions = 0;

        bool is_open() const { return state <= EBRA_PLACEMENT_UNKNOWN; }
    };

    Placement& latest() { return placements_.back(); }
    void settle(std::int32_t outcome);
    void close_latest(std::int32_t outcome);
    Statuses ended_earlier(Placement& placement, std::int32_t outcome);

    const bool is_retryable_;
    std::int32_t status_ = EBRA_CALL_IN_PROGRESS;
    bool is_undecided_ = false;
    bool is_fixed_ = false;
    std::vector<Placement> placements_;
};

}  // namespace ebra::conformance
