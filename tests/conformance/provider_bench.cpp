#include "provider_bench.hpp"

#include "ebra/plugin.hpp"

#include <chrono>

namespace ebra::conformance {

using plugin::sized;
using plugin::str;

namespace {

constexpr std::chrono::milliseconds kLinger{300};
constexpr std::uint32_t kTimeoutMs = 10'000;

/// A call with a placement, as the ABI wants to see it; lives as long as its parts.
struct CallView {
    ebra_call_spec spec = sized<ebra_call_spec>();
    ebra_call_state state = sized<ebra_call_state>();
    ebra_placement placement = sized<ebra_placement>();
    ebra_call call = sized<ebra_call>();

    explicit CallView(const ProviderBench::Wanted& wanted) {
        spec.id = str(wanted.reference);
        spec.to = str(wanted.to);
        spec.exclusive_key = str(wanted.to);
        spec.script_id = str(wanted.script_id);
        spec.metadata_json = str(wanted.metadata_json);
        state.status = EBRA_CALL_IN_PROGRESS;
        state.attempts = state.placements = 1;
        placement.number = 1;
        placement.state = EBRA_PLACEMENT_CLAIMED;
        placement.counted = 1;
        placement.claim = 7;
        placement.provider = str("provider");
        placement.provider_call_id = str(wanted.provider_call_id);
        placement.duration_ms = placement.cost_micros = -1;
        call.spec = &spec;
        call.state = &state;
        call.placement = &placement;
    }
};

}  // namespace

ProviderBench::ProviderBench(const Trial& trial)
    : plugin_(trial.plugin()),
      table_(trial.provider()),
      host_("conformance", clock_, random_, this) {
    auto error = sized<ebra_error>();
    const ebra_status status = plugin_.create(host_.table(), str(trial.options()), &self_, &error);
    if (status != EBRA_OK) {
        fail_case("create answered " + status_name(status) + ": " + error.message);
    }
}

ProviderBench::~ProviderBench() {
    destroy();
}

bool ProviderBench::can(std::uint64_t capability) const {
    return (table_.capabilities(self_) & capability) != 0;
}

void ProviderBench::require(std::uint64_t capability, const char* name) const {
    if (!can(capability)) throw CaseSkipped(std::string("it has no capability ") + name);
}

ebra_status ProviderBench::start(const Wanted& wanted, ebra_op op) {
    const CallView view(wanted);
    auto request = sized<ebra_start_request>();
    const auto now_ns = static_cast<std::int64_t>(clock_.monotonic_ns());
    request.timeout_ms = kTimeoutMs;
    request.send_by_ns = static_cast<std::uint64_t>(now_ns + wanted.send_within_ms * 1'000'000);
    request.call = &view.call;
    request.reference = str(wanted.reference);
    auto error = sized<ebra_error>();
    return table_.start_call(self_, &request, op, &error);
}

ebra_status ProviderBench::ask(Function function, const Wanted& wanted, ebra_op op) {
    const CallView view(wanted);
    auto request = sized<ebra_placement_request>();
    request.timeout_ms = kTimeoutMs;
    request.call = &view.call;
    request.reference = str(wanted.reference);
    auto error = sized<ebra_error>();
    return function(self_, &request, op, &error);
}

bool ProviderBench::wait_for(std::size_t count, std::int64_t patience_ms) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                             [&] { return results_.size() >= count; });
}

void ProviderBench::destroy() {
    if (self_ == nullptr) return;
    plugin_.destroy(self_);
    self_ = nullptr;
    const std::lock_guard lock(mutex_);
    is_destroyed_ = true;
}

void ProviderBench::linger() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLinger, [] { return false; });
}

SeenResult ProviderBench::result(ebra_op op) const {
    const std::lock_guard lock(mutex_);
    const auto found = results_.find(op);
    return found == results_.end() ? SeenResult() : found->second;
}

std::size_t ProviderBench::ended_count() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
}

ebra_status ProviderBench::op_done(ebra_op op, const ebra_op_result& result) noexcept {
    const std::lock_guard lock(mutex_);
    SeenResult& seen = results_[op];
    seen.is_after_destroy |= is_destroyed_;
    changed_.notify_all();
    if (++seen.completions > 1) return EBRA_NOT_FOUND;
    seen.answer = result.answer;
    seen.error_class = result.error_class;
    seen.provider_call_id = plugin::copy(result.provider_call_id);
    seen.state_bytes = result.provider_state.size;
    seen.message_bytes = result.message.size;
    seen.has_event = result.event != nullptr;
    return EBRA_OK;
}

}  // namespace ebra::conformance
