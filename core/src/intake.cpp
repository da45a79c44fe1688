#include "intake.hpp"

#include "assert.hpp"
#include "fault_point.hpp"
#include "log.hpp"
#include "mutants.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace ebra {

namespace {

/// Calls in one transaction.
constexpr std::size_t kBatchCallsMax = 512;
/// How long an idle intake sleeps at most; it is woken by submit().
constexpr std::int64_t kIntakeIdleMs = 1'000;
/// How often a batch whose commit is in doubt is written again: writing it twice changes nothing,
/// and the second answer says what became of the first.
constexpr int kDoubtTriesMax = 5;
/// What a client is told to wait when there is no room.
constexpr std::int64_t kFullRetryAfterMs = 1'000;

/// What fits into one batch, from the front.
template <typename Queue>
Queue first_of(Queue& queue) {
    if (queue.size() <= kBatchCallsMax) return std::exchange(queue, {});
    const auto middle = queue.begin() + kBatchCallsMax;
    Queue taken(std::make_move_iterator(queue.begin()), std::make_move_iterator(middle));
    queue.erase(queue.begin(), middle);
    return taken;
}

}  // namespace

Intake::Intake(Store& store, const StoreClock& clock, const NodeSettings& settings,
               StoreTrouble& trouble, Metrics& metrics)
    : store_(store), clock_(clock), settings_(settings), trouble_(trouble), metrics_(metrics) {}

void Intake::enqueue(NewCall call, Answer answer) {
    submit(calls_, std::move(call), std::move(answer));
}

void Intake::patch(Patch patch, Answer answer) {
    submit(patches_, std::move(patch), std::move(answer));
}

template <typename Item>
void Intake::submit(Queue<Item>& queue, Item item, Answer answer) {
    bool is_full = false;
    Lane* lane = nullptr;
    {
        const std::lock_guard lock(mutex_);
        is_full = queue.size() >= settings_.intake_queue_max;
        if (!is_full) queue.push_back({std::move(item), std::move(answer)});
        lane = lane_to_wake();
    }
    if (lane != nullptr) lane->ready.set();
    if (!is_full) return;
    metrics_.intake_refused.Increment();
    answer(
        Error{ErrorCode::kUnavailable, "too many requests wait to be stored", kFullRetryAfterMs});
}

/// A lane that has nothing under way, when there is enough for it. A lane that is busy looks by
/// itself when it is done. With mutex_ held.
Intake::Lane* Intake::lane_to_wake() {
    if (calls_.size() + patches_.size() < under_way()) return nullptr;
    const auto end = lanes_.begin() + static_cast<std::ptrdiff_t>(settings_.intake_lanes);
    const auto idle = std::find_if(lanes_.begin(), end,
                                   [](const Lane& lane) { return lane.under_way == 0; });
    return idle == end ? nullptr : &*idle;
}

/// With mutex_ held.
std::size_t Intake::under_way() const {
    return std::accumulate(
        lanes_.begin(), lanes_.end(), std::size_t{0},
        [](std::size_t sum, const Lane& lane) { return sum + lane.under_way; });
}

/// What the lane had is done; nothing when what waits is too little to go beside another's.
Intake::Work Intake::take(Lane& lane) {
    const std::lock_guard lock(mutex_);
    lane.under_way = 0;
    if (calls_.size() + patches_.size() < under_way()) return {};
    Work work{first_of(calls_), first_of(patches_)};
    lane.under_way = work.calls.size() + work.patches.size();
    return work;
}

std::int64_t Intake::step(std::size_t lane) {
    Work work = take(lanes_[lane]);
    if (work.calls.empty() && work.patches.empty()) return kIntakeIdleMs;
    store_batch(std::move(work.calls), [this](TimeMs now, const std::vector<NewCall>& calls) {
        return store_.enqueue(now, calls);
    });
    store_batch(std::move(work.patches), [this](TimeMs now, const std::vector<Patch>& patches) {
        return store_.patch(now, patches);
    });
    return 0;
}

std::size_t Intake::waiting() const {
    const std::lock_guard lock(mutex_);
    return calls_.size() + patches_.size();
}

template <typename Item, typename Write>
void Intake::store_batch(Queue<Item> batch, Write&& write) {
    if (batch.empty()) return;
    std::vector<Item> items;
    items.reserve(batch.size());
    for (Waiting<Item>& waiting : batch) items.push_back(std::move(waiting.item));
    metrics_.batch_calls.Observe(static_cast<double>(items.size()));

    if (is_planted(Mutant::kAcknowledgeBeforeCommit)) {
        for (std::size_t at = 0; at < batch.size(); ++at) {
            Call promised;
            promised.id = items[at].id;
            batch[at].answer(ItemResult{EBRA_OK, promised});
        }
        fault_point("intake_before_commit");
        (void)write_surely(items, write);
        return;
    }
    fault_point("intake_before_commit");
    Result<std::vector<ItemResult>> results = write_surely(items, write);
    fault_point("intake_after_commit");
    if (!results) {
        metrics_.store_errors.Increment();
        trouble_.met("batch_not_stored", results.error());
        for (Waiting<Item>& waiting : batch) waiting.answer(results.error());
        return;
    }
    trouble_.passed();
    EBRA_ASSERT(results->size() == batch.size());
    for (std::size_t at = 0; at < batch.size(); ++at) {
        batch[at].answer(std::move(results.value()[at]));
    }
}

template <typename Item, typename Write>
Result<std::vector<ItemResult>> Intake::write_surely(const std::vector<Item>& items,
                                                     Write&& write) {
    Result<std::vector<ItemResult>> results = write(clock_.now(), items);
    for (int tries = 1; tries < kDoubtTriesMax; ++tries) {
        if (results || results.error().code != ErrorCode::kInDoubt) break;
        results = write(clock_.now(), items);
    }
    return results;
}

}  // namespace ebra
