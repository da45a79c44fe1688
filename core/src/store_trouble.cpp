#include "store_trouble.hpp"

#include "log.hpp"

namespace ebra {

namespace {

/// A reason without its details, which change from case to case: file names, numbers.
std::string without_details(const std::string& message) {
    return message.substr(0, message.find(" ("));
}

}  // namespace

void StoreTrouble::met(std::string_view event, const Error& error) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = now_ms();
    if (!is_any_.exchange(true)) began_at_ms_ = now;
    last_met_at_ms_ = now;
    const std::string reason = without_details(error.message);
    const auto known = reasons_.find(reason);
    if (known != reasons_.end() && now - known->second.told_at_ms < kRepeatMs) {
        ++known->second.times;
        return;
    }
    if (!may_tell(now)) return;
    const std::int64_t times = known == reasons_.end() ? 0 : known->second.times;
    log::warn(event, {{"error", error.message}, {"times_since_told", times}});
    reasons_[reason] = {now, 0};
}

void StoreTrouble::passed() {
    if (!is_any_) return;
    const std::lock_guard lock(mutex_);
    const std::int64_t now = now_ms();
    if (!is_any_ || now - last_met_at_ms_ < kCalmMs) return;
    is_any_ = false;
    const bool was_told = !reasons_.empty();
    reasons_.clear();
    if (was_told) log::warn("store_trouble_over", {{"lasted_ms", last_met_at_ms_ - began_at_ms_}});
}

/// Under mutex_. Counts the line.
bool StoreTrouble::may_tell(std::int64_t now) {
    if (now - minute_began_at_ms_ >= kRepeatMs) {
        minute_began_at_ms_ = now;
        lines_in_minute_ = 0;
    }
    return ++lines_in_minute_ <= kLinesMax;
}

std::int64_t StoreTrouble::now_ms() const {
    return static_cast<std::int64_t>(clock_.monotonic_ns() / kNsPerMs);
}

}  // namespace ebra
