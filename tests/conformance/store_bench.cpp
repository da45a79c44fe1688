#include "store_bench.hpp"

namespace ebra::conformance {

namespace {

constexpr std::int64_t kHistoryDays = 30;

}  // namespace

std::unique_ptr<StoreFace> open_store(const Trial& trial, const std::string& options) {
    auto store = std::make_unique<StoreFace>(trial.plugin(), trial.store(), trial.host(), options);
    if (store->status() != EBRA_OK) {
        fail_case("create answered " + status_name(store->status()) + ": " + store->message());
    }
    return store;
}

StoreBench::StoreBench(Trial& trial, bool is_checked)
    : trial_(trial), is_checked_(is_checked), store_(open_store(trial, trial.options())) {
    start_ = store_->now() - kHistoryDays * kMsPerDay;
    expect_status(store_->status(), EBRA_OK, "now");
    expect_status(store_->renew(start_, kHistoryDays * kMsPerDay), EBRA_OK, "lease_renew");
    if (is_checked_) store_->check_after_writes();
}

StoreBench::~StoreBench() = default;

void StoreBench::add(const NewCall& call, std::int64_t offset_ms) {
    expect_status(store_->enqueue_status(at(offset_ms), call), EBRA_OK, "enqueue of " + call.id);
}

SeenCall StoreBench::claim_one(const std::string& id, std::uint64_t token, std::int64_t offset_ms) {
    const SeenClaim claim = store_->claim(at(offset_ms), 1, token);
    expect_status(claim.status, EBRA_OK, "claim");
    expect_equal(ids_of(claim.calls), std::vector{id}, "what was claimed");
    return claim.calls.front();
}

std::vector<std::string> StoreBench::claim_ids(std::int64_t offset_ms, std::uint32_t limit,
                                               std::uint64_t token,
                                               const std::vector<std::string>& providers) {
    const SeenClaim claim = store_->claim(at(offset_ms), limit, token, providers);
    expect_status(claim.status, EBRA_OK, "claim");
    expect_equal(claim.report.claimed, claim.calls.size(), "report.claimed");
    return ids_of(claim.calls);
}

SeenCall StoreBench::step(const NewStep& step, ebra_status wanted, std::int64_t offset_ms,
                          const Where& where) {
    const SeenItem item = store_->take(at(offset_ms), step);
    expect_status(item.status, wanted, "step " + std::to_string(step.step), where);
    return item.call.value_or(SeenCall());
}

SeenCall StoreBench::complete(const std::string& id, std::int64_t offset_ms) {
    return step(ended(id, EBRA_OUTCOME_COMPLETED), EBRA_OK, offset_ms);
}

SeenCall StoreBench::get(const std::string& id, const Where& where) {
    const std::optional<SeenCall> call = store_->get(id);
    if (!call) fail_case("call " + id + " is gone", where);
    return *call;
}

void StoreBench::expect_status_of(const std::string& id, std::int32_t wanted, const Where& where) {
    expect_equal(get(id, where).status, wanted, "the status of " + id, where);
}

void StoreBench::reopen() {
    store_.reset();
    store_ = open_store(trial_, trial_.options());
    if (is_checked_) store_->check_after_writes();
}

void StoreBench::require(std::uint64_t capabilities, const char* name) {
    if ((store_->capabilities() & capabilities) == capabilities) return;
    throw CaseSkipped(std::string("the store is not ") + name);
}

void StoreBench::require_outbox() {
    if (!store_->has_outbox()) throw CaseSkipped("no " EBRA_STORE_OUTBOX_ID);
}

void StoreBench::require_timeline() {
    if (!store_->has_timeline()) throw CaseSkipped("no " EBRA_STORE_TIMELINE_ID);
}

void StoreBench::require_gap() {
    if (!store_->has_gap()) throw CaseSkipped("no " EBRA_STORE_GAP_ID);
}

void StoreBench::require_retain() {
    if (!store_->has_retain()) throw CaseSkipped("no " EBRA_STORE_RETAIN_ID);
}

void StoreBench::expect_sound(const Where& where) {
    if (!store_->has_check()) return;
    expect_equal(store_->check(at(0)), std::vector<std::string>{}, "ebra.store.check/1", where);
}

NewCall numbered(int number) {
    NewCall call;
    call.id = "c" + std::to_string(number);
    call.to = "+1" + std::to_string(number);
    return call;
}

NewStep ended(const std::string& id, std::int32_t outcome, std::uint32_t placement) {
    NewStep step;
    step.step = EBRA_STEP_ENDED;
    step.call_id = id;
    step.placement = placement;
    step.outcome = outcome;
    return step;
}

std::vector<std::string> ids_of(const std::vector<SeenCall>& calls) {
    std::vector<std::string> ids;
    for (const SeenCall& call : calls) ids.push_back(call.id);
    return ids;
}

}  // namespace ebra::conformance
