#include "lines.hpp"

namespace ebra::memory {

void Lines::join(CallRecord& call, ebra_time_ms now) {
    if (call.state.next_run_at > now) {
        call.hold = Hold::kScheduled;
        scheduled_.insert({call.state.next_run_at, call.seq, &call});
        return;
    }
    CallRecord* head = holder(call.exclusive_key);
    if (head == nullptr) return become_ready(call);
    const bool overtakes = head->hold == Hold::kReady && turn_of(call) < turn_of(*head);
    if (!overtakes) return park(call);
    ready_[head->provider].erase(turn_of(*head));
    park(*head);
    become_ready(call);
}

void Lines::leave(CallRecord& call) {
    const Hold hold = call.hold;
    call.hold = Hold::kNone;
    if (hold == Hold::kScheduled) scheduled_.erase({call.state.next_run_at, call.seq, &call});
    if (hold == Hold::kParked) {
        Line& line = parked_[call.exclusive_key];
        parked_count_ -= line.erase(turn_of(call));
        if (line.empty()) parked_.erase(call.exclusive_key);
    }
    if (hold == Hold::kReady) {
        ready_[call.provider].erase(turn_of(call));
        free_number(call);
    }
}

void Lines::start(CallRecord& call) {
    ready_[call.provider].erase(turn_of(call));
    call.hold = Hold::kNone;
}

void Lines::free_number(CallRecord& call) {
    if (holder(call.exclusive_key) != &call) return;
    holders_.erase(call.exclusive_key);
    const auto line = parked_.find(call.exclusive_key);
    if (line == parked_.end()) return;
    const bool is_parking_now = loses_wakeups_ && line->second.size() == 1 && call.seq % 4 == 0;
    if (is_parking_now) return;
    CallRecord& next = *line->second.begin()->second;
    line->second.erase(line->second.begin());
    --parked_count_;
    if (line->second.empty()) parked_.erase(line);
    become_ready(next);
}

void Lines::promote(ebra_time_ms now, std::size_t limit) {
    for (; limit > 0 && !scheduled_.empty() && std::get<0>(*scheduled_.begin()) <= now; --limit) {
        CallRecord& call = *std::get<2>(*scheduled_.begin());
        scheduled_.erase(scheduled_.begin());
        join(call, now);
    }
}

const Lines::Line& Lines::ready(const std::string& provider) const {
    static const Line kNobody;
    const auto found = ready_.find(provider);
    return found == ready_.end() ? kNobody : found->second;
}

ebra_time_ms Lines::next_due_at() const {
    return scheduled_.empty() ? 0 : std::get<0>(*scheduled_.begin());
}

CallRecord* Lines::holder(const std::string& key) const {
    const auto found = holders_.find(key);
    return found == holders_.end() ? nullptr : found->second;
}

void Lines::become_ready(CallRecord& call) {
    call.hold = Hold::kReady;
    holders_[call.exclusive_key] = &call;
    ready_[call.provider].emplace(turn_of(call), &call);
}

void Lines::park(CallRecord& call) {
    call.hold = Hold::kParked;
    parked_[call.exclusive_key].emplace(turn_of(call), &call);
    ++parked_count_;
}

}  // namespace ebra::memory
