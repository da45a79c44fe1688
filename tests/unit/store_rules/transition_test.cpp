// The rules of evidence and decisions: one row per rule, and every order of the events of two
// placements.
#include "transition.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ebra::rules {
namespace {

constexpr std::uint64_t kToken = 5;

CallFacts call_in(std::int32_t status, std::uint32_t latest, bool is_latest_open,
                  bool is_undecided = false) {
    CallFacts call;
    call.status = status;
    call.latest = latest;
    call.is_latest_open = is_latest_open;
    call.is_undecided = is_undecided;
    return call;
}

PlacementFacts placement_in(std::int32_t state, std::uint32_t number = 1) {
    PlacementFacts placement;
    placement.number = number;
    placement.state = state;
    placement.claim = kToken;
    return placement;
}

StepFacts step_with(std::int32_t step, std::int32_t outcome = EBRA_OUTCOME_NONE) {
    StepFacts facts;
    facts.step = step;
    facts.outcome = outcome;
    facts.claim = kToken;
    return facts;
}

const CallFacts kInCall = call_in(EBRA_CALL_IN_PROGRESS, 1, true);
const CallFacts kUndecidedCall = call_in(EBRA_CALL_IN_PROGRESS, 1, false, true);
const CallFacts kPendingAgain = call_in(EBRA_CALL_PENDING, 1, false);

struct Row {
    std::string name;
    CallFacts call;
    PlacementFacts placement;
    StepFacts step;
    ebra_status result;
    std::int32_t placement_state;
    CallChange change;
};

StepFacts retryable_failure() {
    StepFacts step = step_with(EBRA_STEP_ENDED, EBRA_OUTCOME_FAILED);
    step.is_retryable = true;
    return step;
}

PlacementFacts ended_with(std::int32_t outcome) {
    PlacementFacts placement = placement_in(EBRA_PLACEMENT_ENDED);
    placement.outcome = outcome;
    return placement;
}

const StepFacts kCompletedStep = step_with(EBRA_STEP_ENDED, EBRA_OUTCOME_COMPLETED);
const StepFacts kFailedStep = step_with(EBRA_STEP_ENDED, EBRA_OUTCOME_FAILED);

std::vector<Row> rows() {
    const auto claimed = placement_in(EBRA_PLACEMENT_CLAIMED);
    const auto placed = placement_in(EBRA_PLACEMENT_PLACED);
    const auto unknown = placement_in(EBRA_PLACEMENT_UNKNOWN);
    const auto refused = placement_in(EBRA_PLACEMENT_REFUSED);
    const auto given_up = placement_in(EBRA_PLACEMENT_ENDED);
    const auto later = call_in(EBRA_CALL_IN_PROGRESS, 2, true);
    const auto over = call_in(EBRA_CALL_FAILED, 1, false);
    CallFacts fixed = later;
    fixed.fixed_outcome = EBRA_OUTCOME_COMPLETED;
    const auto second = placement_in(EBRA_PLACEMENT_PLACED, 2);
    return {
        {"accepted", kInCall, claimed, step_with(EBRA_STEP_ACCEPTED), EBRA_OK,
         EBRA_PLACEMENT_PLACED, CallChange::kNone},
        {"accepted after lost", kInCall, unknown, step_with(EBRA_STEP_ACCEPTED), EBRA_OK,
         EBRA_PLACEMENT_PLACED, CallChange::kNone},
        {"lost", kInCall, claimed, step_with(EBRA_STEP_LOST), EBRA_OK, EBRA_PLACEMENT_UNKNOWN,
         CallChange::kNone},
        {"lost after accepted", kInCall, placed, step_with(EBRA_STEP_LOST), EBRA_ALREADY, 0,
         CallChange::kNone},
        {"not sent", kInCall, unknown, step_with(EBRA_STEP_NOT_SENT), EBRA_OK,
         EBRA_PLACEMENT_REFUSED, CallChange::kUndecided},
        {"refused", kInCall, claimed, step_with(EBRA_STEP_REFUSED), EBRA_OK, EBRA_PLACEMENT_REFUSED,
         CallChange::kUndecided},
        {"refused again", kUndecidedCall, refused, step_with(EBRA_STEP_REFUSED), EBRA_ALREADY, 0,
         CallChange::kNone},
        {"refused after accepted", kInCall, placed, step_with(EBRA_STEP_REFUSED), EBRA_ALREADY, 0,
         CallChange::kNone},
        {"completed", kInCall, placed, kCompletedStep, EBRA_OK, EBRA_PLACEMENT_ENDED,
         CallChange::kCompleted},
        {"completed before accepted", kInCall, claimed, kCompletedStep, EBRA_OK,
         EBRA_PLACEMENT_ENDED, CallChange::kCompleted},
        {"failed", kInCall, placed, kFailedStep, EBRA_OK, EBRA_PLACEMENT_ENDED,
         CallChange::kFailed},
        {"failed, may be retried", kInCall, placed, retryable_failure(), EBRA_OK,
         EBRA_PLACEMENT_ENDED, CallChange::kUndecided},
        {"completed again", kUndecidedCall, ended_with(EBRA_OUTCOME_COMPLETED), kCompletedStep,
         EBRA_ALREADY, 0, CallChange::kNone},
        {"completed after failed", kUndecidedCall, ended_with(EBRA_OUTCOME_FAILED), kCompletedStep,
         EBRA_ALREADY, 0, CallChange::kNone},
        {"completed after given up", kUndecidedCall, given_up, kCompletedStep, EBRA_OK,
         EBRA_PLACEMENT_ENDED, CallChange::kCompleted},
        {"failed after given up and retried", kPendingAgain, given_up, kFailedStep, EBRA_OK,
         EBRA_PLACEMENT_ENDED, CallChange::kFailed},
        {"completed after the call failed", over, given_up, kCompletedStep, EBRA_ALREADY, 0,
         CallChange::kNone},
        {"earlier completed, later open", later, given_up, kCompletedStep, EBRA_OK, 0,
         CallChange::kNone},
        {"earlier failed, later open", later, given_up, kFailedStep, EBRA_OK, 0, CallChange::kNone},
        {"later refused after earlier completed", fixed, placement_in(EBRA_PLACEMENT_CLAIMED, 2),
         step_with(EBRA_STEP_REFUSED), EBRA_OK, EBRA_PLACEMENT_REFUSED, CallChange::kCompleted},
        {"later failed after earlier completed", fixed, second, kFailedStep, EBRA_OK,
         EBRA_PLACEMENT_ENDED, CallChange::kCompleted},
        {"release", kInCall, claimed, step_with(EBRA_STEP_RELEASE), EBRA_OK,
         EBRA_PLACEMENT_RELEASED, CallChange::kPending},
        {"release after lost", kInCall, unknown, step_with(EBRA_STEP_RELEASE), EBRA_CONFLICT, 0,
         CallChange::kNone},
        {"retry", kUndecidedCall, refused, step_with(EBRA_STEP_RETRY), EBRA_OK, 0,
         CallChange::kPending},
        {"retry while open", kInCall, placed, step_with(EBRA_STEP_RETRY), EBRA_CONFLICT, 0,
         CallChange::kNone},
        {"fail", kUndecidedCall, refused, step_with(EBRA_STEP_FAIL), EBRA_OK, 0,
         CallChange::kFailed},
        {"fail when over", over, refused, step_with(EBRA_STEP_FAIL), EBRA_ALREADY, 0,
         CallChange::kNone},
        {"give up", kInCall, unknown, step_with(EBRA_STEP_GIVE_UP), EBRA_OK, EBRA_PLACEMENT_ENDED,
         CallChange::kUndecided},
        {"give up what was never sent", kInCall, claimed, step_with(EBRA_STEP_GIVE_UP),
         EBRA_CONFLICT, 0, CallChange::kNone},
        {"decide about an earlier one", later, refused, step_with(EBRA_STEP_RETRY), EBRA_STALE, 0,
         CallChange::kNone},
    };
}

TEST(Transition, FollowsTheTable) {
    for (const Row& row : rows()) {
        SCOPED_TRACE(row.name);

        const Transition made = transition(row.call, &row.placement, row.step);

        EXPECT_EQ(made.result, row.result);
        EXPECT_EQ(made.placement_state, row.placement_state);
        EXPECT_EQ(made.call, row.change);
    }
}

TEST(Transition, DecisionWithAnotherTokenIsStale) {
    StepFacts step = step_with(EBRA_STEP_RETRY);
    step.claim = kToken + 1;
    const auto placement = placement_in(EBRA_PLACEMENT_REFUSED);

    EXPECT_EQ(transition(kUndecidedCall, &placement, step).result, EBRA_STALE);
}

TEST(Transition, SameDecisionAgainIsAlreadyEvenAfterALaterClaim) {
    PlacementFacts placement = placement_in(EBRA_PLACEMENT_REFUSED);
    placement.decisions_taken = decision_bit(EBRA_STEP_RETRY);
    const auto later = call_in(EBRA_CALL_IN_PROGRESS, 2, true);

    EXPECT_EQ(transition(later, &placement, step_with(EBRA_STEP_RETRY)).result, EBRA_ALREADY);
}

TEST(Transition, OnlyACapacityRefusalGivesTheAttemptBack) {
    const auto placement = placement_in(EBRA_PLACEMENT_CLAIMED);
    StepFacts refused = step_with(EBRA_STEP_REFUSED);
    StepFacts not_sent = step_with(EBRA_STEP_NOT_SENT);
    refused.error_class = EBRA_CLASS_CAPACITY;
    not_sent.error_class = EBRA_CLASS_CAPACITY;

    EXPECT_TRUE(transition(kInCall, &placement, refused).gives_attempt_back);
    EXPECT_FALSE(transition(kInCall, &placement, not_sent).gives_attempt_back);
}

TEST(Transition, EvidenceForACallNeverPlacedIsAConflict) {
    const auto pending = call_in(EBRA_CALL_PENDING, 0, false);

    EXPECT_EQ(transition(pending, nullptr, kCompletedStep).result, EBRA_CONFLICT);
}

TEST(Transition, CancelTakesOnlyPendingCalls) {
    EXPECT_EQ(cancel_transition(kPendingAgain).call, CallChange::kCanceled);
    EXPECT_EQ(cancel_transition(kInCall).result, EBRA_CONFLICT);
    EXPECT_EQ(cancel_transition(kUndecidedCall).result, EBRA_CONFLICT);
}

/// A call with two placements, moved by transitions alone.
class Model {
 public:
    struct Event {
        std::uint32_t number;
        StepFacts step;
    };

    Model() { claim(); }

    void apply(const Event& event) {
        if (event.number > placements_.size()) return;
        PlacementFacts& placement = placements_[event.number - 1];
        const Transition made = transition(call_, &placement, event.step);
        if (made.placement_state != 0) placement.state = made.placement_state;
        if (made.outcome != EBRA_OUTCOME_NONE) placement.outcome = made.outcome;
        if (made.is_acceptance) placement.is_accepted = true;
        if (made.decision != 0) placement.decisions_taken |= decision_bit(made.decision);
        if (made.fixes_outcome) call_.fixed_outcome = EBRA_OUTCOME_COMPLETED;
        change(made.call);
        call_.is_latest_open = placements_.back().state <= EBRA_PLACEMENT_UNKNOWN;
        if (call_.status == EBRA_CALL_PENDING && placements_.size() < 2) claim();
    }

    const CallFacts& call() const { return call_; }
    bool has_completed_evidence() const {
        return std::any_of(placements_.begin(), placements_.end(), [](const auto& placement) {
            return placement.outcome == EBRA_OUTCOME_COMPLETED;
        });
    }

 private:
    void claim() {
        call_.status = EBRA_CALL_IN_PROGRESS;
        call_.latest += 1;
        call_.is_latest_open = true;
        placements_.push_back(placement_in(EBRA_PLACEMENT_CLAIMED, call_.latest));
    }

    void change(CallChange change) {
        if (change == CallChange::kNone) return;
        ASSERT_LT(call_.status, EBRA_CALL_COMPLETED) << "a terminal status changed";
        call_.is_undecided = change == CallChange::kUndecided;
        if (change == CallChange::kPending) call_.status = EBRA_CALL_PENDING;
        if (change == CallChange::kCompleted) call_.status = EBRA_CALL_COMPLETED;
        if (change == CallChange::kFailed) call_.status = EBRA_CALL_FAILED;
    }

    CallFacts call_;
    std::vector<PlacementFacts> placements_;
};

TEST(Transition, EveryOrderOfTwoPlacementsKeepsThePromises) {
    const std::array<Model::Event, 7> events = {{
        {1, step_with(EBRA_STEP_ACCEPTED)},
        {1, step_with(EBRA_STEP_GIVE_UP)},
        {1, step_with(EBRA_STEP_RETRY)},
        {1, kCompletedStep},
        {2, step_with(EBRA_STEP_ACCEPTED)},
        {2, kFailedStep},
        {1, retryable_failure()},
    }};
    std::array<std::size_t, 7> order = {0, 1, 2, 3, 4, 5, 6};
    int completed = 0;
    int failed = 0;
    do {
        Model model;
        std::int32_t terminal = 0;
        for (const std::size_t index : order) {
            model.apply(events[index]);
            if (terminal != 0) {
                ASSERT_EQ(model.call().status, terminal);
            }
            if (model.call().status >= EBRA_CALL_COMPLETED) terminal = model.call().status;
        }
        // Completed evidence that came before the end decides; without it nothing may complete.
        if (terminal == EBRA_CALL_COMPLETED) {
            ASSERT_TRUE(model.has_completed_evidence());
            ++completed;
        }
        if (terminal == EBRA_CALL_FAILED) ++failed;
        if (model.call().fixed_outcome == EBRA_OUTCOME_COMPLETED && !model.call().is_latest_open) {
            ASSERT_EQ(model.call().status, EBRA_CALL_COMPLETED);
        }
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_GT(completed, 0);
    EXPECT_GT(failed, 0);
}

}  // namespace
}  // namespace ebra::rules
