// The table of all orders: everything that can happen to a call that is placed twice, in every
// order in which it can come in, with what the rules say after each step.
#include "order_oracle.hpp"
#include "store_bench.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ebra::conformance {
namespace {

using Order = std::vector<Happening>;

constexpr std::size_t kBatchMax = 900;
constexpr std::int64_t kRoundMs = 1'000;
constexpr std::uint32_t kClaimMax = 1'000;

/// Every order that begins with `first`: the second placement comes after the first is given up,
/// and news about it after it was made. News about the first comes at any time.
std::vector<Order> orders_beginning_with(Happening first) {
    Order order;
    for (int i = 0; i <= static_cast<int>(Happening::kFailed2); ++i) {
        order.push_back(static_cast<Happening>(i));
    }
    std::vector<Order> orders;
    const auto place = [&](Happening one) {
        return std::find(order.begin(), order.end(), one) - order.begin();
    };
    do {
        const auto claimed = place(Happening::kClaimed2);
        const bool is_possible = order.front() == first && place(Happening::kGivenUp1) < claimed &&
                                 claimed < place(Happening::kAccepted2) &&
                                 claimed < place(Happening::kCompleted2) &&
                                 claimed < place(Happening::kFailed2);
        if (is_possible) orders.push_back(order);
    } while (std::next_permutation(order.begin(), order.end()));
    return orders;
}

struct Story {
    NewCall call;
    Order order;
    OrderOracle oracle;
    std::uint64_t token = 0;  ///< Of the first placement.
    ebra_time_ms second_at = 0;

    std::string so_far(std::size_t round) const {
        std::string text;
        for (std::size_t i = 0; i <= round; ++i) {
            text += (i > 0 ? ", " : "") + std::string(name_of(order[i]));
        }
        return "after [" + text + "]: ";
    }
};

struct Expected {
    Story* story;
    NewStep step;
    Statuses answers;
    OrderOracle after;
};

class Table {
 public:
    Table(Trial& trial, Happening first, bool is_retryable)
        : bench_(trial, false), is_retryable_(is_retryable) {
        for (const Order& order : orders_beginning_with(first)) {
            const auto number = static_cast<int>(stories_.size());
            const auto claimed =
                std::find(order.begin(), order.end(), Happening::kClaimed2) - order.begin();
            stories_.push_back({numbered(number), order, OrderOracle(is_retryable), 0,
                                bench_.at((claimed + 1) * kRoundMs)});
        }
    }

    void run() {
        expect(stories_.size() > 100, "there are orders to try");
        enqueue();
        claim(0);
        for (std::size_t round = 0; round < stories_.front().order.size(); ++round) {
            play(round);
        }
        check_the_end();
    }

 private:
    static ebra_time_ms offset_of(std::size_t round) {
        return static_cast<std::int64_t>(round + 1) * kRoundMs;
    }

    void enqueue() {
        std::vector<NewCall> calls;
        for (const Story& story : stories_) {
            calls.push_back(story.call);
            if (calls.size() < kBatchMax) continue;
            bench_->enqueue(bench_.at(), calls);
            calls.clear();
        }
        bench_->enqueue(bench_.at(), calls);
        for (Story& story : stories_) by_id_[story.call.id] = &story;
    }

    /// Claims everything due; gives the ids.
    std::set<std::string> claim(std::int64_t offset_ms) {
        std::set<std::string> ids;
        for (;;) {
            const auto claimed = bench_->claim(bench_.at(offset_ms), kClaimMax, ++token_);
            expect_status(claimed.status, EBRA_OK, "claim");
            for (const SeenCall& call : claimed.calls) {
                ids.insert(call.id);
                if (call.number == 1) by_id_.at(call.id)->token = call.claim;
            }
            if (claimed.calls.empty()) return ids;
        }
    }

    void play(std::size_t round) {
        std::vector<Expected> batch;
        std::set<std::string> claimable;
        for (Story& story : stories_) {
            if (story.order[round] == Happening::kClaimed2) {
                if (story.oracle.claim()) claimable.insert(story.call.id);
                continue;
            }
            add_steps(story, round, batch);
            if (batch.size() < kBatchMax - 3) continue;
            take(batch, round);
            batch.clear();
        }
        take(batch, round);
        const auto claimed = claim(offset_of(round));
        for (const std::string& id : claimable) {
            if (claimed.contains(id)) continue;
            fail_case(by_id_.at(id)->so_far(round) + "must be claimed");
        }
        for (const std::string& id : claimed) {
            if (claimable.contains(id)) continue;
            fail_case(by_id_.at(id)->so_far(round) + "must not be claimed");
        }
    }

    void add(Story& story, NewStep step, const Statuses& answers, std::vector<Expected>& batch) {
        step.call_id = story.call.id;
        batch.push_back({&story, std::move(step), answers, story.oracle});
    }

    void add_steps(Story& story, std::size_t round, std::vector<Expected>& batch) {
        OrderOracle& oracle = story.oracle;
        const Happening what = story.order[round];
        const bool is_second = what > Happening::kClaimed2;
        const std::uint32_t number = is_second ? 2 : 1;
        switch (what) {
            case Happening::kAccepted1:
            case Happening::kAccepted2:
                add(story, {.step = EBRA_STEP_ACCEPTED, .placement = number},
                    oracle.accepted(number), batch);
                break;
            case Happening::kCompleted1:
            case Happening::kCompleted2:
                add(story, ended("", EBRA_OUTCOME_COMPLETED, number),
                    oracle.ended(number, EBRA_OUTCOME_COMPLETED), batch);
                break;
            case Happening::kFailed1:
            case Happening::kFailed2: {
                NewStep step = ended("", EBRA_OUTCOME_FAILED, number);
                if (is_retryable_) step.flags = EBRA_ADVANCE_RETRYABLE;
                add(story, step, oracle.ended(number, EBRA_OUTCOME_FAILED), batch);
                break;
            }
            default:
                add(story, {.step = EBRA_STEP_LOST, .placement = 1}, oracle.lost(1), batch);
                add(story, {.step = EBRA_STEP_GIVE_UP, .placement = 1, .claim = story.token},
                    oracle.give_up(), batch);
                add(story,
                    {.step = EBRA_STEP_RETRY,
                     .placement = 1,
                     .claim = story.token,
                     .due_at = story.second_at},
                    oracle.retry(), batch);
        }
    }

    void take(const std::vector<Expected>& batch, std::size_t round) {
        std::vector<NewStep> steps;
        for (const Expected& one : batch) steps.push_back(one.step);
        const auto items = bench_->take_all(bench_.at(offset_of(round)), steps);
        expect_status(bench_->status(), EBRA_OK, "advance");
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Expected& one = batch[i];
            const std::string place =
                one.story->so_far(round) + "step " + std::to_string(one.step.step) + ": ";
            const auto& answers = one.answers;
            if (std::find(answers.begin(), answers.end(), items[i].status) == answers.end()) {
                fail_case(place + "answered " + status_name(items[i].status) + ", must answer " +
                          status_name(answers.front()));
            }
            if (!items[i].call) fail_case(place + "the sink got no call");
            const std::string difference = one.after.differs_from(*items[i].call);
            if (!difference.empty()) fail_case(place + difference);
        }
    }

    void check_the_end() {
        std::vector<std::string> over;
        for (const Story& story : stories_) {
            const std::size_t last = story.order.size() - 1;
            if (story.oracle.is_terminal()) over.push_back(story.call.id);
            const std::string difference = story.oracle.differs_from(bench_.get(story.call.id));
            if (!difference.empty()) fail_case(story.so_far(last) + "at the end: " + difference);
            if (!bench_->has_timeline()) continue;
            for (const SeenCall& placement : bench_->placements(story.call.id)) {
                const std::string wrong = story.oracle.differs_from_placement(placement);
                if (wrong.empty()) continue;
                fail_case(story.so_far(last) + "placement " + std::to_string(placement.number) +
                          ": " + wrong);
            }
        }
        bench_.expect_sound();
        if (!bench_->has_outbox()) return;
        std::vector<std::string> told;
        for (std::uint64_t after = 0;;) {
            const auto rows = bench_->outbox(after);
            if (rows.empty()) break;
            after = rows.back().sequence;
            for (const SeenOutboxRow& row : rows) told.push_back(row.call_id);
        }
        std::sort(told.begin(), told.end());
        std::sort(over.begin(), over.end());
        expect(told == over, "the outbox has each terminal call exactly once");
    }

    StoreBench bench_;
    const bool is_retryable_;
    std::vector<Story> stories_;
    std::map<std::string, Story*> by_id_;
    std::uint64_t token_ = 0;
};

template <Happening First, bool IsRetryable>
void every_order(Trial& trial) {
    Table(trial, First, IsRetryable).run();
}

}  // namespace

Group store_order_cases() {
    return {"store.order",
            Interface::kStore,
            {{"beginning_with_accepted", every_order<Happening::kAccepted1, false>},
             {"beginning_with_completed", every_order<Happening::kCompleted1, false>},
             {"beginning_with_failed", every_order<Happening::kFailed1, false>},
             {"beginning_with_giving_up", every_order<Happening::kGivenUp1, false>},
             {"retryable_beginning_with_accepted", every_order<Happening::kAccepted1, true>},
             {"retryable_beginning_with_completed", every_order<Happening::kCompleted1, true>},
             {"retryable_beginning_with_failed", every_order<Happening::kFailed1, true>},
             {"retryable_beginning_with_giving_up", every_order<Happening::kGivenUp1, true>}}};
}

}  // namespace ebra::conformance
