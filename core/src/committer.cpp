#include "committer.hpp"

#include "fault_point.hpp"
#include "log.hpp"
#include "mutants.hpp"
#include "step_report.hpp"

#include <algorithm>
#include <iterator>

namespace ebra {

namespace {

/// Steps in one transaction: enough to spread the commit thin, few enough to keep it short.
constexpr std::size_t kBatchStepsMax = 512;
/// How long an idle committer sleeps at most; it is woken by submit().
constexpr std::int64_t kCommitterIdleMs = 1'000;
/// The pause after the store could not take a batch.
constexpr std::int64_t kCommitterPauseFirstMs = 20;
constexpr std::int64_t kCommitterPauseMaxMs = 1'000;

/// True when the store itself is in trouble, not the batch: the same batch may pass later.
bool is_store_trouble(ErrorCode code) {
    return code == ErrorCode::kUnavailable || code == ErrorCode::kInDoubt ||
           code == ErrorCode::kTimeout || code == ErrorCode::kCorrupt ||
           code == ErrorCode::kRateLimited;
}

}  // namespace

Committer::Committer(Store& store, const StoreClock& clock, const NodeSettings& settings,
                     StoreTrouble& trouble, Metrics& metrics)
    : store_(store), clock_(clock), settings_(settings), trouble_(trouble), metrics_(metrics) {}

void Committer::submit(StepGroup group) {
    bool is_full = false;
    {
        const std::lock_guard lock(mutex_);
        is_full = !group.must_land && queue_.size() >= settings_.callback_queue_max;
        if (!is_full) queue_.push_back(std::move(group));
    }
    if (!is_full) {
        ready_.set();
        return;
    }
    metrics_.intake_refused.Increment();
    if (group.answer) {
        group.answer(Error{ErrorCode::kUnavailable, "too many callbacks wait to be stored", 1'000});
    }
}

void Committer::block_provider(const std::string& provider, TimeMs until, std::string note) {
    Limit tap;
    tap.mask = EBRA_LIMIT_SET_BLOCKED;
    tap.key = EBRA_LIMIT_PROVIDER_PREFIX + provider;
    tap.blocked_until = until;
    tap.note = std::move(note);
    {
        const std::lock_guard lock(mutex_);
        Limit& waiting = taps_[tap.key];
        if (tap.blocked_until > waiting.blocked_until) waiting = std::move(tap);
    }
    ready_.set();
}

std::int64_t Committer::step() {
    pause_ms_ = 0;
    commit_taps();
    std::vector<StepGroup> groups = take_batch();
    if (!groups.empty()) commit(std::move(groups));
    if (pause_ms_ > 0) return pause_ms_;
    return waiting() > 0 ? 0 : kCommitterIdleMs;
}

std::size_t Committer::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::vector<StepGroup> Committer::take_batch() {
    const std::lock_guard lock(mutex_);
    std::vector<StepGroup> groups;
    std::size_t steps = 0;
    while (!queue_.empty() &&
           (groups.empty() || steps + queue_.front().steps.size() <= kBatchStepsMax)) {
        steps += queue_.front().steps.size();
        groups.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return groups;
}

void Committer::put_back(std::vector<StepGroup> groups) {
    const std::lock_guard lock(mutex_);
    queue_.insert(queue_.begin(), std::make_move_iterator(groups.begin()),
                  std::make_move_iterator(groups.end()));
}

void Committer::commit(std::vector<StepGroup> groups) {
    std::vector<const Step*> steps;
    for (const StepGroup& group : groups) {
        for (const Step& step : group.steps) steps.push_back(&step);
    }
    if (is_planted(Mutant::kAnswerWebhookBeforeCommit)) {
        for (StepGroup& group : groups) {
            if (!group.must_land && group.answer) {
                group.answer(std::vector<ItemResult>(group.steps.size(), ItemResult{EBRA_OK, {}}));
                group.answer = nullptr;
            }
        }
    }
    fault_point("committer_before_commit");
    Result<std::vector<ItemResult>> items = store_.advance(clock_.now(), steps);
    fault_point("committer_after_commit");
    if (items) {
        trouble_.passed();
        metrics_.batch_steps.Observe(static_cast<double>(steps.size()));
        answer_all(groups, std::move(items).value());
        return;
    }
    metrics_.store_errors.Increment();
    const Error error = std::move(items).error();
    if (is_store_trouble(error.code) || groups.size() == 1) {
        fail(std::move(groups), error);
        return;
    }
    // One bad group must not stop the rest: look for it by halves.
    std::vector<StepGroup> second(std::make_move_iterator(groups.begin() + groups.size() / 2),
                                  std::make_move_iterator(groups.end()));
    groups.resize(groups.size() / 2);
    commit(std::move(groups));
    commit(std::move(second));
}

void Committer::answer_all(std::vector<StepGroup>& groups, std::vector<ItemResult> items) {
    auto next = items.begin();
    for (StepGroup& group : groups) {
        const auto end = next + static_cast<std::ptrdiff_t>(group.steps.size());
        std::vector<ItemResult> own(std::make_move_iterator(next), std::make_move_iterator(end));
        next = end;
        for (std::size_t at = 0; at < own.size(); ++at) {
            report_step(group.steps[at], own[at], metrics_);
            if (seen_ && own[at].status == EBRA_OK && own[at].call) seen_(*own[at].call);
        }
        if (group.answer) group.answer(std::move(own));
    }
}

void Committer::fail(std::vector<StepGroup> groups, const Error& error) {
    const bool is_trouble = is_store_trouble(error.code);
    std::vector<StepGroup> kept;
    for (StepGroup& group : groups) {
        if (group.must_land && is_trouble) {
            kept.push_back(std::move(group));
            continue;
        }
        if (!is_trouble) {
            log::error("steps_rejected", {{"call", group.steps.front().call_id},
                                          {"step", group.steps.front().step},
                                          {"error", error.message}});
        }
        if (group.answer) group.answer(error);
    }
    if (kept.empty()) return;
    pause_ms_ = std::clamp(error.retry_after_ms, kCommitterPauseFirstMs, kCommitterPauseMaxMs);
    trouble_.met("store_away", error);
    put_back(std::move(kept));
}

void Committer::commit_taps() {
    std::map<std::string, Limit> taps;
    {
        const std::lock_guard lock(mutex_);
        taps.swap(taps_);
    }
    if (taps.empty()) return;
    std::vector<Limit> limits;
    for (const auto& [key, tap] : taps) limits.push_back(tap);
    const Status status = store_.limits_set(clock_.now(), limits);
    if (status) return;
    log::warn("tap_not_closed", {{"limit", limits.front().key}, {"error", status.error().message}});
    pause_ms_ =
        std::clamp(status.error().retry_after_ms, kCommitterPauseFirstMs, kCommitterPauseMaxMs);
    const std::lock_guard lock(mutex_);
    // One that was queued meanwhile is newer.
    taps_.merge(taps);
}

}  // namespace ebra
