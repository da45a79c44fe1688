#include "looks.hpp"

#include <algorithm>

namespace ebra::postgres {

namespace {

// A look that walks farther is dear: more than the most that is due can be, and a millisecond's
// worth. Counted and not timed, so that a busy machine changes no order.
constexpr std::int64_t kDearEntries = 10'000;
// How long after a dear one the next is due: some thirty times what it takes.
constexpr std::chrono::seconds kRestMin{1};
constexpr std::chrono::microseconds kRestOfAnEntry{3};
// Longer than any transaction of ours lasts: what one is about to commit is not due earlier.
constexpr std::int64_t kLateMs = 60'000;
constexpr int kReady = 1;  // As column hold has it.

}  // namespace

RowLiteral FirstHead::literal() const {
    RowLiteral row;
    row.add(seq).add(due_at).add(0).add(lane).add(priority).add(kReady).add("");
    return row;
}

LookFrom Looks::next() const {
    const std::lock_guard lock(mutex_);
    if (walked_ <= kDearEntries || marks_.empty() || now_() >= whole_at_) return {};
    ArrayLiteral marks;
    for (const auto& [lane, head] : marks_) marks.add(head.literal());
    return {marks.text(), since_};
}

void Looks::took(const LookFrom& from, const Seen& seen) {
    const std::lock_guard lock(mutex_);
    for (const FirstHead& head : seen.heads) marks_[head.lane] = head;
    if (from.is_whole()) {
        walked_ = seen.walked - static_cast<std::int64_t>(seen.heads.size());
        since_ = std::max<ebra_time_ms>(seen.now - kLateMs, 0);
        rest();
    }
    // What is left is for the next one.
    if (!seen.is_house_kept) since_ = 0;
}

void Looks::found_nothing(const LookFrom& from) {
    const std::lock_guard lock(mutex_);
    if (from.is_whole()) rest();
}

void Looks::rest() {
    whole_at_ = now_() + std::max<Clock::duration>(kRestMin, walked_ * kRestOfAnEntry);
}

}  // namespace ebra::postgres
