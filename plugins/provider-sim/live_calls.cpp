#include "live_calls.hpp"

namespace ebra::sim {

LiveCalls::Entry LiveCalls::enter() {
    const std::lock_guard lock(mutex_);
    if (capacity_ > 0 && in_flight_ >= capacity_) return Entry::kAtCapacity;
    if (in_flight_ + owed_ >= kUnfinishedMax) return Entry::kTooMany;
    ++in_flight_;
    return Entry::kEntered;
}

void LiveCalls::add(const std::shared_ptr<DialedCall>& call, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    if (now_ms != ids_of_ms_) serials_.clear();
    ids_of_ms_ = now_ms;
    // Only a reference that is started twice within a millisecond finds its serial taken.
    std::uint64_t serial = call->fate.serial;
    do {
        while (!serials_.insert(serial).second) ++serial;
        call->id = "sim-" + std::to_string(now_ms) + "-" + std::to_string(serial);
    } while (by_id_.count(call->id) != 0);
    by_id_.emplace(call->id, call);
    by_reference_.emplace(call->reference, call);
    if (call->end_ns) return;
    passive_.push_back(call);
    if (passive_.size() > kPassiveMax) forget_oldest_passive();
}

void LiveCalls::forget_oldest_passive() {
    const std::shared_ptr<DialedCall> oldest = passive_.front().lock();
    passive_.pop_front();
    if (oldest == nullptr || by_id_.erase(oldest->id) == 0) return;
    const auto [from, to] = by_reference_.equal_range(oldest->reference);
    for (auto one = from; one != to; ++one) {
        if (one->second != oldest) continue;
        by_reference_.erase(one);
        break;
    }
    --in_flight_;
}

void LiveCalls::remove(const DialedCall& call, bool owes_webhook) {
    const std::lock_guard lock(mutex_);
    if (by_id_.erase(call.id) == 0) return;
    const auto [from, to] = by_reference_.equal_range(call.reference);
    for (auto one = from; one != to; ++one) {
        if (one->second.get() != &call) continue;
        by_reference_.erase(one);
        break;
    }
    --in_flight_;
    if (owes_webhook) ++owed_;
}

void LiveCalls::settled() {
    const std::lock_guard lock(mutex_);
    --owed_;
}

std::shared_ptr<DialedCall> LiveCalls::find(std::string_view reference, std::string_view id) const {
    const std::lock_guard lock(mutex_);
    if (!id.empty()) {
        const auto found = by_id_.find(std::string(id));
        return found == by_id_.end() ? nullptr : found->second;
    }
    const auto found = by_reference_.find(std::string(reference));
    return found == by_reference_.end() ? nullptr : found->second;
}

std::size_t LiveCalls::size() const {
    const std::lock_guard lock(mutex_);
    return by_id_.size();
}

}  // namespace ebra::sim
