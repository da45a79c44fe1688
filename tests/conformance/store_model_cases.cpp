// Seeded random operations, compared with a model after each: a claim must give exactly what a scan
// over all calls in order gives. Durable stores are reopened now and then, shared ones are used
// through two instances.
#include "store_bench.hpp"
#include "store_model.hpp"

#include <algorithm>
#include <set>

namespace ebra::conformance {
namespace {

constexpr int kOperations = 400;
constexpr int kReopenEach = 90;
constexpr int kNumbers = 6;

class World {
 public:
    explicit World(Trial& trial, std::uint64_t salt)
        : trial_(trial),
          random_(trial.seed() + salt),
          bench_(trial, false),
          model_({{"global", 6}, {"provider:a", 3}, {"provider:b", 2}, {"cap:x", 2}}) {
        for (const auto& [key, max] :
             {std::pair{"global", 6}, {"provider:a", 3}, {"provider:b", 2}, {"cap:x", 2}}) {
            bench_->set_max(bench_.at(), key, max);
        }
        const std::uint64_t capabilities = bench_->capabilities();
        is_durable_ = (capabilities & EBRA_STORE_DURABLE) != 0;
        is_shared_ = (capabilities & EBRA_STORE_SHARED) != 0;
        if (is_shared_) other_ = open_store(trial, trial.options());
    }

    void run() {
        for (int operation = 1; operation <= kOperations; ++operation) {
            step();
            compare(operation % 10 == 0);
            if (is_durable_ && operation % kReopenEach == 0) reopen();
        }
        bench_.expect_sound();
        expect(claimed_ > 10, "something was claimed");
    }

 private:
    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_.below(below));
    }

    StoreFace& store() { return other_ && pick(2) == 0 ? *other_ : bench_.store(); }

    void reopen() {
        other_.reset();
        bench_.reopen();
        if (is_shared_) other_ = open_store(trial_, trial_.options());
    }

    void step() {
        switch (pick(12)) {
            case 0:
            case 1:
            case 2:
                return enqueue();
            case 3:
            case 4:
                return claim();
            case 5:
                return end();
            case 6:
                return release();
            case 7:
                return learn();
            case 8:
                return refuse();
            case 9:
                return decide();
            case 10:
                return change_pending();
            default:
                now_ms_ += pick(30);
        }
    }

    void enqueue() {
        NewCall call = numbered(static_cast<int>(model_.calls().size()));
        call.to = "+1" + std::to_string(pick(kNumbers));
        call.priority = static_cast<std::int32_t>(pick(3));
        if (pick(3) == 0) call.provider = pick(2) == 0 ? "a" : "b";
        if (pick(3) == 0) call.cap_keys = {"cap:x"};
        if (pick(4) == 0) call.not_before = now() + pick(50);
        if (pick(5) == 0) call.not_after = now() + 1 + pick(80);
        expect_status(store().enqueue_status(now(), call), EBRA_OK, "enqueue");
        model_.enqueue(call, now());
        touched_ = call.id;
    }

    void claim() {
        std::vector<std::string> providers = {"a", "b"};
        if (pick(2) == 0) std::swap(providers[0], providers[1]);
        if (pick(3) == 0) providers.pop_back();
        const std::uint32_t limit = 1 + pick(6);
        const std::uint64_t token = ++token_;
        const auto wanted = model_.claim(providers, limit, token, now());

        const SeenClaim claim = store().claim(now(), limit, token, providers);

        std::vector<std::string> seen;
        for (const SeenCall& call : claim.calls) seen.push_back(call.id + "@" + call.provider);
        expect_status(claim.status, EBRA_OK, "claim");
        expect_equal(seen, wanted, "what was claimed");
        claimed_ += seen.size();
        note_expired();
    }

    /// When a call expires is the store's choice, as long as it is not claimed.
    void note_expired() {
        for (StoreModel::Call& call : model_.calls()) {
            const bool may_expire = call.status == EBRA_CALL_PENDING && call.spec.not_after > 0 &&
                                    call.spec.not_after <= now();
            if (!may_expire) continue;
            if (bench_.get(call.spec.id).status == EBRA_CALL_EXPIRED) {
                model_.end(call, EBRA_CALL_EXPIRED);
            }
        }
    }

    template <typename Matches>
    StoreModel::Call* any(Matches&& matches) {
        std::vector<StoreModel::Call*> found;
        for (StoreModel::Call& call : model_.calls()) {
            if (matches(call)) found.push_back(&call);
        }
        if (found.empty()) return nullptr;
        StoreModel::Call* chosen = found[pick(static_cast<std::uint32_t>(found.size()))];
        touched_ = chosen->spec.id;
        return chosen;
    }

    StoreModel::Call* any_open() {
        return any([](const auto& call) { return call.open != StoreModel::Open::kNo; });
    }

    void take(const StoreModel::Call& call, NewStep step) {
        step.call_id = call.spec.id;
        step.placement = call.placements;
        step.claim = call.token;
        expect_status(store().take(now(), step).status, EBRA_OK,
                      "step " + std::to_string(step.step) + " of " + call.spec.id);
    }

    void end() {
        StoreModel::Call* call = any_open();
        if (call == nullptr) return;
        const bool is_good = pick(2) == 0;
        take(*call, {.step = EBRA_STEP_ENDED,
                     .outcome = is_good ? EBRA_OUTCOME_COMPLETED : EBRA_OUTCOME_FAILED});
        model_.end(*call, is_good ? EBRA_CALL_COMPLETED : EBRA_CALL_FAILED);
    }

    void release() {
        StoreModel::Call* call =
            any([](const auto& one) { return one.open == StoreModel::Open::kClaimed; });
        if (call == nullptr) return;
        const ebra_time_ms due_at = now() + pick(20);
        take(*call, {.step = EBRA_STEP_RELEASE, .due_at = due_at});
        model_.release(*call, due_at);
    }

    void learn() {
        StoreModel::Call* call =
            any([](const auto& one) { return one.open == StoreModel::Open::kClaimed; });
        if (call == nullptr) return;
        const bool is_lost = pick(2) == 0;
        take(*call, {.step = is_lost ? EBRA_STEP_LOST : EBRA_STEP_ACCEPTED});
        call->open = is_lost ? StoreModel::Open::kUnknown : StoreModel::Open::kPlaced;
    }

    void refuse() {
        StoreModel::Call* call = any([](const auto& one) {
            return one.open == StoreModel::Open::kClaimed || one.open == StoreModel::Open::kUnknown;
        });
        if (call == nullptr) return;
        const bool is_capacity = pick(2) == 0;
        take(*call, {.step = EBRA_STEP_REFUSED,
                     .error_class = is_capacity ? EBRA_CLASS_CAPACITY : EBRA_CLASS_TRANSIENT});
        model_.leave_undecided(*call, is_capacity);
    }

    void decide() {
        StoreModel::Call* silent = any([](const auto& one) {
            return one.open == StoreModel::Open::kUnknown || one.open == StoreModel::Open::kPlaced;
        });
        if (silent != nullptr && pick(2) == 0) {
            take(*silent, {.step = EBRA_STEP_GIVE_UP});
            return model_.leave_undecided(*silent, false);
        }
        StoreModel::Call* call = any([](const auto& one) { return one.is_undecided; });
        if (call == nullptr) return;
        if (pick(3) == 0) {
            take(*call, {.step = EBRA_STEP_FAIL, .reason = "enough"});
            return model_.end(*call, EBRA_CALL_FAILED);
        }
        const ebra_time_ms due_at = now() + pick(40);
        take(*call, {.step = EBRA_STEP_RETRY, .due_at = due_at});
        model_.make_pending(*call, due_at);
    }

    void change_pending() {
        StoreModel::Call* call =
            any([](const auto& one) { return one.status == EBRA_CALL_PENDING; });
        if (call == nullptr) return;
        if (pick(2) == 0) {
            NewStep cancel = {.step = EBRA_STEP_CANCEL, .call_id = call->spec.id};
            expect_status(store().take(now(), cancel).status, EBRA_OK, "cancel");
            return model_.end(*call, EBRA_CALL_CANCELED);
        }
        call->spec.to = "+1" + std::to_string(pick(kNumbers));
        expect_status(store().patch_number(now(), call->spec.id, call->spec.to).status, EBRA_OK,
                      "patch");
    }

    /// The call last touched; or all of them, and what the store says about itself.
    void compare(bool is_thorough) {
        for (const StoreModel::Call& call : model_.calls()) {
            if (!is_thorough && call.spec.id != touched_) continue;
            const std::string difference = StoreModel::difference(call, bench_.get(call.spec.id));
            if (!difference.empty()) fail_case(difference);
        }
        if (!is_thorough) return;
        if (bench_->has_check()) {
            expect_equal(bench_->check(now()), std::vector<std::string>{}, "ebra.store.check/1");
        }
        const ebra_counts counts = bench_->counts();
        const auto count = [&](auto matches) {
            return std::count_if(model_.calls().begin(), model_.calls().end(), matches);
        };
        expect_equal(counts.in_progress,
                     count([](auto& call) { return call.status == EBRA_CALL_IN_PROGRESS; }),
                     "in_progress");
        expect_equal(counts.undecided, count([](auto& call) { return call.is_undecided; }),
                     "undecided");
        expect_equal(counts.completed,
                     count([](auto& call) { return call.status == EBRA_CALL_COMPLETED; }),
                     "completed");
        if (!bench_->has_outbox()) return;
        expect_equal(bench_->outbox().size(),
                     count([](auto& call) { return call.status >= EBRA_CALL_COMPLETED; }),
                     "rows of the outbox");
    }

    ebra_time_ms now() const { return bench_.at(now_ms_); }

    Trial& trial_;
    SeededRandom random_;
    StoreBench bench_;
    StoreModel model_;
    std::unique_ptr<StoreFace> other_;
    bool is_durable_ = false;
    bool is_shared_ = false;
    std::string touched_;
    std::int64_t now_ms_ = 0;
    std::uint64_t token_ = 0;
    std::size_t claimed_ = 0;
};

template <std::uint64_t Salt>
void random_operations_agree_with_the_model(Trial& trial) {
    World(trial, Salt).run();
}

}  // namespace

Group store_model_cases() {
    return {
        "store.model",
        Interface::kStore,
        {{"random_operations_agree_with_the_model_1", random_operations_agree_with_the_model<0>},
         {"random_operations_agree_with_the_model_2", random_operations_agree_with_the_model<1>},
         {"random_operations_agree_with_the_model_3", random_operations_agree_with_the_model<2>},
         {"random_operations_agree_with_the_model_4", random_operations_agree_with_the_model<3>}}};
}

}  // namespace ebra::conformance
