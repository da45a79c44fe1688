#include "fake_host.hpp"

#include "ebra/plugin.hpp"

#include <ctime>

namespace ebra::sim::test {

namespace {

std::int64_t clock_ns(clockid_t id) {
    timespec reading{};
    clock_gettime(id, &reading);
    return static_cast<std::int64_t>(reading.tv_sec) * 1'000'000'000 + reading.tv_nsec;
}

}  // namespace

FakeHost::FakeHost() {
    table_.struct_size = sizeof table_;
    table_.abi_minor = EBRA_ABI_MINOR;
    table_.impl = this;
    table_.log = [](const ebra_host* host, std::int32_t, ebra_str message) {
        const std::lock_guard lock(of(host).mutex_);
        of(host).log_ += plugin::copy(message) + "\n";
    };
    table_.now_ms = [](const ebra_host* host) -> ebra_time_ms {
        const std::int64_t fixed = of(host).fixed_wall_ms.load();
        return fixed != 0 ? fixed : clock_ns(CLOCK_REALTIME) / 1'000'000;
    };
    table_.monotonic_ns = [](const ebra_host* host) {
        return static_cast<std::uint64_t>(clock_ns(CLOCK_BOOTTIME)) + of(host).ahead_ns.load();
    };
    table_.random_u64 = [](const ebra_host*) { return std::uint64_t{4}; };
    table_.op_done = [](const ebra_host* host, ebra_op op, const ebra_op_result* result) {
        of(host).take(op, *result);
        return ebra_status{EBRA_OK};
    };
    table_.get_interface = [](const ebra_host*, const char*) -> const void* { return nullptr; };
}

void FakeHost::take(ebra_op op, const ebra_op_result& result) {
    const std::lock_guard lock(mutex_);
    Completion& made = completed_[op];
    ++made.times;
    made.answer = result.answer;
    made.error_class = result.error_class;
    made.retry_after_ms = result.retry_after_ms;
    made.id = plugin::copy(result.provider_call_id);
    made.message = plugin::copy(result.message);
    made.at = std::chrono::steady_clock::now();
    made.has_event = result.event != nullptr;
    if (made.has_event) {
        made.kind = result.event->kind;
        made.outcome = result.event->outcome;
        made.disposition = result.event->disposition;
        made.duration_ms = result.event->duration_ms;
    }
    changed_.notify_all();
}

std::optional<Completion> FakeHost::completed(ebra_op op) const {
    const std::lock_guard lock(mutex_);
    const auto found = completed_.find(op);
    if (found == completed_.end()) return std::nullopt;
    return found->second;
}

std::optional<Completion> FakeHost::wait(ebra_op op, std::chrono::milliseconds patience) const {
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience, [&] { return completed_.count(op) != 0; });
    }
    return completed(op);
}

bool FakeHost::wait_for(std::size_t count, std::chrono::milliseconds patience) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return completed_.size() >= count; });
}

std::size_t FakeHost::completions() const {
    const std::lock_guard lock(mutex_);
    return completed_.size();
}

std::string FakeHost::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

}  // namespace ebra::sim::test
