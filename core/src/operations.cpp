#include "operations.hpp"

#include "assert.hpp"
#include "log.hpp"

namespace ebra {

namespace {

/// How long an operation that timed out still takes its true answer as evidence.
constexpr std::uint64_t kLateAnswerNs = 3'600'000 * kNsPerMs;

constexpr ebra_op token_of(std::size_t index, std::uint32_t generation) {
    return static_cast<ebra_op>(generation) << 32 | static_cast<ebra_op>(index);
}

constexpr std::size_t index_of(ebra_op op) {
    return static_cast<std::size_t>(op & 0xFFFF'FFFF);
}

constexpr std::uint32_t generation_of(ebra_op op) {
    return static_cast<std::uint32_t>(op >> 32);
}

}  // namespace

ebra_op Operations::begin(std::int64_t timeout_ms, Handler handler) {
    EBRA_ASSERT(timeout_ms > 0);
    const std::lock_guard lock(mutex_);
    if (free_slots_.empty()) {
        free_slots_.push_back(slots_.size());
        slots_.emplace_back();
    }
    const std::size_t index = free_slots_.back();
    free_slots_.pop_back();
    Slot& slot = slots_[index];
    ++slot.generation;  // From 1, so that no token is ever 0.
    slot.state = SlotState::kOpen;
    slot.deadline_ns = clock_.monotonic_ns() + static_cast<std::uint64_t>(timeout_ms) * kNsPerMs;
    slot.handler = std::move(handler);
    ++open_;
    return token_of(index, slot.generation);
}

void Operations::abandon(ebra_op op) {
    const std::lock_guard lock(mutex_);
    Slot* slot = find(op);
    if (slot == nullptr) return;
    if (slot->state == SlotState::kOpen) --open_;
    free_slot(index_of(op));
}

ebra_status Operations::op_done(ebra_op op, const ebra_op_result& result) noexcept {
    Handler handler;
    bool was_open = false;
    {
        const std::lock_guard lock(mutex_);
        Slot* slot = find(op);
        if (slot == nullptr) return EBRA_NOT_FOUND;
        was_open = slot->state == SlotState::kOpen;
        if (was_open) --open_;
        handler = std::move(slot->handler);
        free_slot(index_of(op));
    }
    handler(from_abi(result));
    return was_open ? EBRA_OK : EBRA_STALE;
}

void Operations::expire() {
    std::vector<Handler> ended;
    const std::size_t forgotten = time_out(ended);
    if (forgotten > 0) log::warn("late_answers_given_up", {{"operations", forgotten}});
    for (const Handler& handler : ended) handler(std::nullopt);
}

std::size_t Operations::time_out(std::vector<Handler>& ended) {
    const MonotonicNs now_ns = clock_.monotonic_ns();
    const std::lock_guard lock(mutex_);
    for (std::size_t index = 0; index < slots_.size(); ++index) {
        Slot& slot = slots_[index];
        if (slot.state == SlotState::kFree || now_ns < slot.deadline_ns) continue;
        if (slot.state == SlotState::kTimedOut) {
            free_slot(index);
            continue;
        }
        slot.state = SlotState::kTimedOut;
        slot.deadline_ns = now_ns + kLateAnswerNs;
        --open_;
        ended.push_back(slot.handler);
        late_.push_back(token_of(index, slot.generation));
    }
    return forget_oldest();
}

std::size_t Operations::forget_oldest() {
    std::size_t forgotten = 0;
    for (; late_.size() > kLateAnswersMax; late_.pop_front()) {
        if (find(late_.front()) == nullptr) continue;
        free_slot(index_of(late_.front()));
        ++forgotten;
    }
    return forgotten;
}

std::size_t Operations::open() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

Operations::Slot* Operations::find(ebra_op op) {
    const std::size_t index = index_of(op);
    if (index >= slots_.size()) return nullptr;
    Slot& slot = slots_[index];
    const bool is_current = slot.generation == generation_of(op) && slot.state != SlotState::kFree;
    return is_current ? &slot : nullptr;
}

void Operations::free_slot(std::size_t index) {
    slots_[index].state = SlotState::kFree;
    slots_[index].handler = nullptr;
    free_slots_.push_back(index);
}

}  // namespace ebra
