#include "order_oracle.hpp"

namespace ebra::conformance {

namespace {

/// The rules name no answer where a step is only recorded.
const Statuses kRecordedOnly = {EBRA_OK, EBRA_ALREADY};

std::string unequal(const char* what, std::int64_t seen, std::int64_t wanted) {
    if (seen == wanted) return {};
    return std::string(what) + " is " + std::to_string(seen) + ", must be " +
           std::to_string(wanted);
}

std::string first_of(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts) {
        if (!text.empty()) return text;
    }
    return {};
}

}  // namespace

const char* name_of(Happening happening) {
    switch (happening) {
        case Happening::kAccepted1:
            return "accepted 1";
        case Happening::kCompleted1:
            return "COMPLETED 1";
        case Happening::kFailed1:
            return "FAILED 1";
        case Happening::kGivenUp1:
            return "give up and retry";
        case Happening::kClaimed2:
            return "claim 2";
        case Happening::kAccepted2:
            return "accepted 2";
        case Happening::kCompleted2:
            return "COMPLETED 2";
        case Happening::kFailed2:
            return "FAILED 2";
    }
    return "?";
}

OrderOracle::OrderOracle(bool is_retryable) : is_retryable_(is_retryable), placements_(1) {}

// "ACCEPTED: It is placed: CLAIMED or UNKNOWN becomes PLACED."
Statuses OrderOracle::accepted(std::uint32_t number) {
    if (number > placements_.size()) return {EBRA_CONFLICT};
    Placement& placement = placements_[number - 1];
    const bool moves =
        placement.state == EBRA_PLACEMENT_CLAIMED || placement.state == EBRA_PLACEMENT_UNKNOWN;
    if (!moves) return kRecordedOnly;
    placement.state = EBRA_PLACEMENT_PLACED;
    return {EBRA_OK};
}

// "LOST: Perhaps sent, answer lost: CLAIMED becomes UNKNOWN."
Statuses OrderOracle::lost(std::uint32_t number) {
    Placement& placement = placements_[number - 1];
    if (placement.state != EBRA_PLACEMENT_CLAIMED) return kRecordedOnly;
    placement.state = EBRA_PLACEMENT_UNKNOWN;
    return {EBRA_OK};
}

void OrderOracle::settle(std::int32_t outcome) {
    if (outcome == EBRA_OUTCOME_COMPLETED) {
        status_ = EBRA_CALL_COMPLETED;
        is_undecided_ = false;
    } else if (!is_retryable_) {
        status_ = EBRA_CALL_FAILED;
        is_undecided_ = false;
    } else if (status_ == EBRA_CALL_IN_PROGRESS) {
        is_undecided_ = true;
    }
}

/// "The call is COMPLETED ... as soon as that one closes in whatever way."
void OrderOracle::close_latest(std::int32_t outcome) {
    latest().state = EBRA_PLACEMENT_ENDED;
    if (is_fixed_) {
        settle(EBRA_OUTCOME_COMPLETED);
    } else if (outcome == EBRA_OUTCOME_NONE) {
        is_undecided_ = true;
    } else {
        settle(outcome);
    }
}

// "Earlier than the latest": COMPLETED counts, FAILED is recorded, nothing else changes.
Statuses OrderOracle::ended_earlier(Placement& placement, std::int32_t outcome) {
    placement.outcome = outcome;
    if (outcome == EBRA_OUTCOME_FAILED) return kRecordedOnly;
    if (latest().is_open()) {
        is_fixed_ = true;
    } else {
        settle(outcome);
    }
    return {EBRA_OK};
}

Statuses OrderOracle::ended(std::uint32_t number, std::int32_t outcome) {
    if (number > placements_.size()) return {EBRA_CONFLICT};
    Placement& placement = placements_[number - 1];
    if (placement.outcome == outcome) return {EBRA_ALREADY};
    if (placement.outcome != EBRA_OUTCOME_NONE) {
        ++placement.contradictions;
        return {EBRA_ALREADY};
    }
    const bool is_latest = number == placements_.size();
    if (is_terminal()) {
        // A terminal status never changes; evidence is always recorded.
        placement.outcome = outcome;
        // "A contradiction when COMPLETED and the call is not. FAILED is none."
        const bool is_contradiction =
            outcome == EBRA_OUTCOME_COMPLETED && status_ != EBRA_CALL_COMPLETED;
        if (is_contradiction) ++placement.contradictions;
        return kRecordedOnly;
    }
    if (!is_latest) return ended_earlier(placement, outcome);
    placement.outcome = outcome;
    if (placement.is_open()) {
        close_latest(outcome);
        return {EBRA_OK};
    }
    // "Latest but closed, call PENDING or undecided: settles the call", unless it is not final.
    const bool is_final = outcome == EBRA_OUTCOME_COMPLETED || !is_retryable_;
    settle(is_final ? outcome : EBRA_OUTCOME_FAILED);
    return is_final ? Statuses{EBRA_OK} : kRecordedOnly;
}

// "GIVE_UP: Open and UNKNOWN or silent: closes as ENDED, GIVEN_UP; the call is undecided."
Statuses OrderOracle::give_up() {
    if (is_terminal()) return {EBRA_ALREADY};
    if (!latest().is_open()) return {EBRA_CONFLICT, EBRA_ALREADY};
    close_latest(EBRA_OUTCOME_NONE);
    return {EBRA_OK};
}

// "RETRY: Undecided: PENDING again from due_at."
Statuses OrderOracle::retry() {
    if (is_terminal()) return {EBRA_ALREADY};
    if (!is_undecided_) return {EBRA_CONFLICT, EBRA_ALREADY};
    is_undecided_ = false;
    status_ = EBRA_CALL_PENDING;
    return {EBRA_OK};
}

bool OrderOracle::claim() {
    if (status_ != EBRA_CALL_PENDING) return false;
    status_ = EBRA_CALL_IN_PROGRESS;
    placements_.emplace_back();
    return true;
}

std::string OrderOracle::differs_from(const SeenCall& call) const {
    const Placement& last = placements_.back();
    const bool is_over = status_ >= EBRA_CALL_COMPLETED;
    const std::int32_t fixed = is_fixed_ ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_NONE;
    return first_of(
        {unequal("status", call.status, status_),
         unequal("undecided", call.undecided, is_undecided_),
         is_over ? "" : unequal("fixed_outcome", call.fixed_outcome, fixed),
         unequal("attempts", call.attempts, static_cast<std::int64_t>(placements_.size())),
         unequal("placements", call.placements, static_cast<std::int64_t>(placements_.size())),
         unequal("(ended_at != 0)", call.ended_at != 0, is_over),
         unequal("(next_run_at != 0)", call.next_run_at != 0, status_ == EBRA_CALL_PENDING),
         unequal("placement.number", call.number, static_cast<std::int64_t>(placements_.size())),
         unequal("placement.state", call.state, last.state),
         unequal("placement.outcome", call.outcome, last.outcome)});
}

std::string OrderOracle::differs_from_placement(const SeenCall& placement) const {
    if (placement.number == 0 || placement.number > placements_.size()) return "number is odd";
    const Placement& known = placements_[placement.number - 1];
    return first_of({unequal("state", placement.state, known.state),
                     unequal("outcome", placement.outcome, known.outcome),
                     unequal("contradictions", placement.contradictions, known.contradictions)});
}

}  // namespace ebra::conformance
