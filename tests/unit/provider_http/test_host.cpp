#include "test_host.hpp"

#include "ebra/plugin.hpp"

#include <random>

namespace ebra::provider_http::test {

using plugin::copy;

SeenEvent seen(const ebra_event& event) {
    SeenEvent made;
    made.kind = event.kind;
    made.outcome = event.outcome;
    made.disposition = event.disposition;
    made.verified = event.verified;
    made.provider_call_id = copy(event.provider_call_id);
    made.reference = copy(event.reference);
    made.dedup_key = copy(event.dedup_key);
    made.reason = copy(event.reason);
    made.provider_state = copy(event.provider_state);
    made.occurred_at = event.occurred_at;
    made.duration_ms = event.duration_ms;
    made.cost_micros = event.cost_micros;
    made.cost_currency = copy(event.cost_currency);
    made.recording_url = copy(event.recording_url);
    made.transcript_url = copy(event.transcript_url);
    return made;
}

TestHost::TestHost() {
    table_.struct_size = sizeof table_;
    table_.abi_minor = EBRA_ABI_MINOR;
    table_.impl = this;
    table_.log = [](const ebra_host* host, std::int32_t, ebra_str line) {
        const std::lock_guard lock(self(host).mutex_);
        self(host).log_lines_.push_back(copy(line));
    };
    table_.now_ms = [](const ebra_host*) -> ebra_time_ms {
        return static_cast<ebra_time_ms>(time(nullptr)) * 1000;
    };
    table_.monotonic_ns = [](const ebra_host* host) { return self(host).monotonic_ns(); };
    table_.random_u64 = [](const ebra_host*) -> std::uint64_t { return std::random_device{}(); };
    table_.op_done = [](const ebra_host* host, ebra_op op, const ebra_op_result* result) {
        self(host).take(op, *result);
        return static_cast<ebra_status>(EBRA_OK);
    };
    table_.get_interface = [](const ebra_host*, const char*) -> const void* { return nullptr; };
}

std::uint64_t TestHost::monotonic_ns() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void TestHost::take(ebra_op op, const ebra_op_result& result) {
    SeenResult made;
    made.answer = result.answer;
    made.error_class = result.error_class;
    made.http_status = result.http_status;
    made.retry_after_ms = result.retry_after_ms;
    made.provider_call_id = copy(result.provider_call_id);
    made.provider_state = copy(result.provider_state);
    made.message = copy(result.message);
    if (result.event != nullptr) made.event = seen(*result.event);
    const std::lock_guard lock(mutex_);
    if (!results_.emplace(op, std::move(made)).second) ++doubled_;
    if (!awaited_.empty() && results_.size() >= *awaited_.begin()) changed_.notify_all();
}

std::optional<SeenResult> TestHost::wait_for(ebra_op op) {
    std::unique_lock lock(mutex_);
    const auto awaited = awaited_.insert(0);
    const bool is_there =
        changed_.wait_for(lock, kPatience, [&] { return results_.count(op) != 0; });
    awaited_.erase(awaited);
    if (!is_there) return {};
    return results_.at(op);
}

bool TestHost::wait_for_count(std::size_t count) {
    std::unique_lock lock(mutex_);
    const auto awaited = awaited_.insert(count);
    const bool is_reached =
        changed_.wait_for(lock, kPatience, [&] { return results_.size() >= count; });
    awaited_.erase(awaited);
    return is_reached;
}

std::size_t TestHost::done() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
}

std::size_t TestHost::doubled() const {
    const std::lock_guard lock(mutex_);
    return doubled_;
}

std::vector<std::string> TestHost::log_lines() const {
    const std::lock_guard lock(mutex_);
    return log_lines_;
}

}  // namespace ebra::provider_http::test
