#include "transitions.hpp"

#include "ebra/abi/store.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <vector>

namespace ebra::simulation {

using rules::CallChange;
using rules::CallFacts;
using rules::PlacementFacts;
using rules::StepFacts;
using rules::Transition;

namespace {

/// A third placement meets nothing that a second did not.
constexpr std::size_t kPlacementsMax = 2;

const char* text_of_state(std::int32_t state) {
    static const char* const kNames[] = {"",         "CLAIMED", "PLACED", "UNKNOWN",
                                         "RELEASED", "REFUSED", "ENDED"};
    return kNames[state];
}

const char* text_of_status(const CallFacts& call) {
    static const char* const kNames[] = {"",       "PENDING",  "IN_PROGRESS", "COMPLETED",
                                         "FAILED", "CANCELED", "EXPIRED"};
    return call.is_undecided ? "undecided" : kNames[call.status];
}

const char* text_of_step(const StepFacts& step) {
    switch (step.step) {
        case EBRA_STEP_ACCEPTED:
            return "accepted";
        case EBRA_STEP_LOST:
            return "lost";
        case EBRA_STEP_NOT_SENT:
            return "not sent";
        case EBRA_STEP_REFUSED:
            return step.error_class == EBRA_CLASS_CAPACITY ? "refused, no capacity" : "refused";
        case EBRA_STEP_ENDED:
            return step.outcome == EBRA_OUTCOME_COMPLETED ? "ended COMPLETED" : "ended FAILED";
        case EBRA_STEP_PROGRESS:
            return "sign of life";
        case EBRA_STEP_RELEASE:
            return "release";
        case EBRA_STEP_RETRY:
            return "retry";
        case EBRA_STEP_FAIL:
            return "fail";
        default:
            return "give up";
    }
}

const char* text_of_change(CallChange change) {
    static const char* const kNames[] = {"",
                                         ", the call PENDING",
                                         ", the call undecided",
                                         ", the call COMPLETED",
                                         ", the call FAILED",
                                         ", the call CANCELED"};
    return kNames[static_cast<std::size_t>(change)];
}

/// A placement, and whether its phone rang: the world never says otherwise.
struct ModelPlacement {
    PlacementFacts facts;
    bool rang = false;
};

struct Model {
    CallFacts call;
    std::vector<ModelPlacement> placements;

    auto key() const {
        std::vector<std::tuple<std::int32_t, std::int32_t, bool, std::uint32_t, bool>> all;
        for (const ModelPlacement& one : placements) {
            all.emplace_back(one.facts.state, one.facts.outcome, one.facts.is_accepted,
                             one.facts.decisions_taken, one.rang);
        }
        return std::tuple(call.status, call.is_undecided, call.fixed_outcome, all);
    }
};

/// What may be said of a placement, by what became of its phone.
std::vector<StepFacts> sayings(const ModelPlacement& placement, bool is_latest) {
    std::vector<StepFacts> steps;
    const auto add = [&](std::int32_t step, std::int32_t outcome, std::int32_t error_class) {
        steps.push_back({step, outcome, error_class, false, placement.facts.claim});
    };
    add(EBRA_STEP_LOST, 0, 0);
    if (placement.rang) {
        add(EBRA_STEP_ACCEPTED, 0, 0);
        add(EBRA_STEP_PROGRESS, 0, 0);
        add(EBRA_STEP_ENDED, EBRA_OUTCOME_COMPLETED, 0);
        add(EBRA_STEP_ENDED, EBRA_OUTCOME_FAILED, 0);
    } else {
        add(EBRA_STEP_NOT_SENT, 0, EBRA_CLASS_TRANSIENT);
        add(EBRA_STEP_REFUSED, 0, EBRA_CLASS_TRANSIENT);
        add(EBRA_STEP_REFUSED, 0, EBRA_CLASS_CAPACITY);
    }
    if (!is_latest) return steps;
    if (!placement.rang) add(EBRA_STEP_RELEASE, 0, 0);
    add(EBRA_STEP_RETRY, 0, 0);
    add(EBRA_STEP_FAIL, 0, 0);
    add(EBRA_STEP_GIVE_UP, 0, 0);
    return steps;
}

void apply(Model& model, ModelPlacement& placement, const Transition& change) {
    PlacementFacts& facts = placement.facts;
    if (change.placement_state != 0) facts.state = change.placement_state;
    if (change.outcome != EBRA_OUTCOME_NONE) facts.outcome = change.outcome;
    if (change.is_acceptance) facts.is_accepted = true;
    if (change.decision != 0) facts.decisions_taken |= rules::decision_bit(change.decision);
    if (change.fixes_outcome) model.call.fixed_outcome = EBRA_OUTCOME_COMPLETED;
    const PlacementFacts& latest = model.placements.back().facts;
    model.call.is_latest_open = latest.state <= EBRA_PLACEMENT_UNKNOWN;
    if (change.call == CallChange::kNone) return;
    model.call.is_undecided = change.call == CallChange::kUndecided;
    if (change.call == CallChange::kPending) model.call.status = EBRA_CALL_PENDING;
    if (change.call == CallChange::kCompleted) model.call.status = EBRA_CALL_COMPLETED;
    if (change.call == CallChange::kFailed) model.call.status = EBRA_CALL_FAILED;
}

Model claimed(Model model, bool rings) {
    ModelPlacement placement;
    placement.facts.number = static_cast<std::uint32_t>(model.placements.size() + 1);
    placement.facts.claim = placement.facts.number;
    placement.rang = rings;
    model.placements.push_back(placement);
    model.call.status = EBRA_CALL_IN_PROGRESS;
    model.call.latest = placement.facts.number;
    model.call.is_latest_open = true;
    return model;
}

/// Walks everything that can follow from a new call.
class Walk {
 public:
    std::set<std::string> run() {
        visit(Model{});
        while (!open_.empty()) {
            const Model model = std::move(open_.front());
            open_.pop_front();
            if (model.call.status == EBRA_CALL_PENDING &&
                model.placements.size() < kPlacementsMax) {
                visit(claimed(model, true));
                visit(claimed(model, false));
            }
            for (std::size_t at = 0; at < model.placements.size(); ++at) follow(model, at);
        }
        return names_;
    }

 private:
    void visit(Model model) {
        if (seen_.insert(model.key()).second) open_.push_back(std::move(model));
    }

    void follow(const Model& model, std::size_t at) {
        const bool is_latest = at + 1 == model.placements.size();
        for (const StepFacts& step : sayings(model.placements[at], is_latest)) {
            Model next = model;
            ModelPlacement& placement = next.placements[at];
            const Transition change = rules::transition(model.call, &placement.facts, step);
            if (change.result != EBRA_OK) continue;
            const std::string name = name_of(model.call, placement.facts, step, change);
            if (!name.empty()) names_.insert(name);
            apply(next, placement, change);
            visit(std::move(next));
        }
    }

    std::set<decltype(Model{}.key())> seen_;
    std::deque<Model> open_;
    std::set<std::string> names_;
};

}  // namespace

std::string name_of(const CallFacts& call, const PlacementFacts& placement, const StepFacts& step,
                    const Transition& change) {
    if (change.result != EBRA_OK || !change.is_applied) return {};
    std::string name = "transition: ";
    name += text_of_status(call);
    if (call.fixed_outcome == EBRA_OUTCOME_COMPLETED) name += ", completed before";
    name += placement.number == call.latest ? ": " : ": earlier ";
    name += text_of_state(placement.state);
    name += std::string(" + ") + text_of_step(step) + " ->";
    if (change.placement_state != 0) {
        name += std::string(" ") + text_of_state(change.placement_state);
    }
    if (change.fixes_outcome) name += " the outcome is fixed";
    return name + text_of_change(change.call);
}

const std::set<std::string>& legal_transitions() {
    static const std::set<std::string> names = Walk().run();
    return names;
}

}  // namespace ebra::simulation
