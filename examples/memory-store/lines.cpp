#include "lines.hpp"

#include <algorithm>

namespace ebra::memory {

void Lines::join(CallRecord& call, ebra_time_ms now) {
    if (call.state.next_run_at > now) {
        call.hold = Hold::kScheduled;
        scheduled_.insert({call.state.next_run_at, call.seq, &call});
        return;
    }
    Number& number = numbers_[call.exclusive_key];
    Line& line = number.waiting[lane_of(call)];
    CallRecord* first = line.empty() ? nullptr : line.begin()->second;
    line.emplace(turn_of(call), &call);
    const bool is_first = line.begin()->second == &call;
    if (!is_free(number) || !is_first) return park(call);
    if (first != nullptr && first->hold == Hold::kReady) {
        ready_[lane_of(*first)].erase(turn_of(*first));
        park(*first);
    }
    become_ready(call);
}

void Lines::leave(CallRecord& call) {
    const Hold hold = call.hold;
    if (hold == Hold::kScheduled) scheduled_.erase({call.state.next_run_at, call.seq, &call});
    if (hold == Hold::kParked) --parked_count_;
    if (hold == Hold::kReady) ready_[lane_of(call)].erase(turn_of(call));
    call.hold = Hold::kNone;
    if (hold != Hold::kParked && hold != Hold::kReady) return;
    Number& number = numbers_[call.exclusive_key];
    const auto line = number.waiting.find(lane_of(call));
    line->second.erase(turn_of(call));
    if (line->second.empty()) {
        number.waiting.erase(line);
    } else if (hold == Hold::kReady) {
        unpark(*line->second.begin()->second);
    }
    forget_when_unused(call.exclusive_key);
}

void Lines::start(CallRecord& call) {
    Number& number = numbers_[call.exclusive_key];
    number.in_call = &call;
    ready_[lane_of(call)].erase(turn_of(call));
    call.hold = Hold::kNone;
    const auto own = number.waiting.find(lane_of(call));
    own->second.erase(turn_of(call));
    if (own->second.empty()) number.waiting.erase(own);
    for (auto& [lane, line] : number.waiting) {
        CallRecord& first = *line.begin()->second;
        if (first.hold != Hold::kReady) continue;
        ready_[lane].erase(turn_of(first));
        park(first);
    }
}

void Lines::free_number(CallRecord& call) {
    const auto number = numbers_.find(call.exclusive_key);
    if (number == numbers_.end() || number->second.in_call != &call) return;
    number->second.in_call = nullptr;
    if (!is_free(number->second)) return;
    for (auto& [lane, line] : number->second.waiting) {
        const bool is_parking_now = loses_wakeups_ && line.size() == 1 && call.seq % 4 == 0;
        if (!is_parking_now) unpark(*line.begin()->second);
    }
    forget_when_unused(call.exclusive_key);
}

void Lines::rest(const std::string& key, ebra_time_ms until) {
    Number& number = numbers_[key];
    if (number.rests_until >= until) return;
    resting_.erase({number.rests_until, key});
    resting_.emplace(until, key);
    number.rests_until = until;
    for (auto& [lane, line] : number.waiting) {
        CallRecord& first = *line.begin()->second;
        if (first.hold != Hold::kReady) continue;
        ready_[lane].erase(turn_of(first));
        park(first);
    }
}

void Lines::end_rests(ebra_time_ms now, std::size_t limit) {
    for (; limit > 0 && !resting_.empty() && resting_.begin()->first <= now; --limit) {
        const std::string key = resting_.begin()->second;
        resting_.erase(resting_.begin());
        Number& number = numbers_[key];
        number.rests_until = 0;
        if (is_free(number)) {
            for (auto& [lane, line] : number.waiting) unpark(*line.begin()->second);
        }
        forget_when_unused(key);
    }
}

void Lines::promote(ebra_time_ms now, std::size_t limit) {
    for (; limit > 0 && !scheduled_.empty() && std::get<0>(*scheduled_.begin()) <= now; --limit) {
        CallRecord& call = *std::get<2>(*scheduled_.begin());
        scheduled_.erase(scheduled_.begin());
        join(call, now);
    }
}

ebra_time_ms Lines::next_due_at() const {
    const ebra_time_ms due_at = scheduled_.empty() ? 0 : std::get<0>(*scheduled_.begin());
    if (resting_.empty()) return due_at;
    return due_at == 0 ? resting_.begin()->first : std::min(due_at, resting_.begin()->first);
}

ebra_time_ms Lines::rests_until(const CallRecord& call) const {
    const auto number = numbers_.find(call.exclusive_key);
    return number == numbers_.end() ? 0 : number->second.rests_until;
}

CallRecord* Lines::before(const CallRecord& call) const {
    const auto number = numbers_.find(call.exclusive_key);
    if (number == numbers_.end()) return nullptr;
    if (number->second.in_call != nullptr) return number->second.in_call;
    if (number->second.rests_until != 0) return nullptr;
    const auto line = number->second.waiting.find(lane_of(call));
    if (line == number->second.waiting.end()) return nullptr;
    CallRecord* first = line->second.begin()->second;
    return first->seq == call.seq ? nullptr : first;
}

void Lines::forget_when_unused(const std::string& key) {
    const auto number = numbers_.find(key);
    if (number == numbers_.end()) return;
    if (is_free(number->second) && number->second.waiting.empty()) numbers_.erase(number);
}

void Lines::become_ready(CallRecord& call) {
    call.hold = Hold::kReady;
    ready_[lane_of(call)].emplace(turn_of(call), &call);
}

void Lines::park(CallRecord& call) {
    call.hold = Hold::kParked;
    ++parked_count_;
}

void Lines::unpark(CallRecord& call) {
    --parked_count_;
    become_ready(call);
}

}  // namespace ebra::memory
