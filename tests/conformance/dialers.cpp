#include "dialers.hpp"

#include <chrono>
#include <exception>
#include <mutex>
#include <random>
#include <thread>

namespace ebra::conformance {

namespace {

using Time = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{45};
/// Calls a dialer has open before it settles some.
constexpr std::size_t kHeldMax = 6;
/// A call that is never completed by chance is, when it comes around so often.
constexpr std::uint32_t kPlacementsMax = 4;

std::size_t index_of(const std::string& name) {
    return static_cast<std::size_t>(std::stoul(name.substr(1)));
}

class Dialer {
 public:
    Dialer(StoreFace& store, const DialPlan& plan, ClaimObserver& observer, std::string node,
           std::uint64_t seed)
        : store_(store), plan_(plan), observer_(observer), node_(std::move(node)), random_(seed) {}

    void run() {
        const auto deadline = Time::now() + kPatience;
        while (observer_.over_count() < plan_.calls) {
            if (Time::now() > deadline) {
                fail_case("only " + std::to_string(observer_.over_count()) + " of " +
                          std::to_string(plan_.calls) + " calls are over after 45 s");
            }
            const auto limit = static_cast<std::uint32_t>(1 + random_() % 4);
            const SeenClaim claim = claim_some(limit);
            for (const SeenCall& call : claim.calls) {
                observer_.began(index_of(call.id), index_of(call.to));
                held_.push_back(call);
            }
            // Holding some while others claim is what makes a cap bite.
            const std::size_t kept = claim.calls.empty() ? 0 : kHeldMax;
            if (held_.empty()) std::this_thread::yield();
            while (held_.size() > kept) settle_one();
        }
    }

 private:
    // The store's functions are thread-safe; a StoreFace's last status is not, so each has its own
    // error and sinks.
    SeenClaim claim_some(std::uint32_t limit) {
        auto request = plugin::sized<ebra_claim_request>();
        const ebra_str provider = plugin::str("sim");
        request.limit = limit;
        request.now = plan_.start + 1;
        request.token = random_() | 1u;
        request.node = plugin::str(node_);
        request.providers = &provider;
        request.provider_count = 1;
        SeenClaim made;
        made.report.struct_size = sizeof(made.report);
        const ebra_call_sink sink = {
            &made.calls, [](void* context, const ebra_call* call) {
                static_cast<std::vector<SeenCall>*>(context)->push_back(seen(*call));
            }};
        auto error = plugin::sized<ebra_error>();
        const ebra_status status =
            store_.table().claim(store_.self(), &request, &sink, &made.report, &error);
        if (status != EBRA_OK) {
            fail_case("claim answered " + status_name(status) + ": " + error.message);
        }
        return made;
    }

    void take(const NewStep& step) {
        const ebra_advance made = abi_of(step);
        const ebra_advance* pointer = &made;
        ebra_status item = EBRA_INTERNAL;
        const ebra_item_sink sink = {
            &item, [](void* context, std::size_t, ebra_status status, const ebra_call*) {
                *static_cast<ebra_status*>(context) = status;
            }};
        auto error = plugin::sized<ebra_error>();
        const ebra_status status =
            store_.table().advance(store_.self(), plan_.start + 1, &pointer, 1, &sink, &error);
        if (status != EBRA_OK) {
            fail_case("advance answered " + status_name(status) + ": " + error.message);
        }
        expect_status(item, EBRA_OK, "step " + std::to_string(step.step) + " of " + step.call_id);
    }

    void settle_one() {
        std::swap(held_[random_() % held_.size()], held_.back());
        const SeenCall call = held_.back();
        held_.pop_back();
        settle(call);
    }

    void settle(const SeenCall& call) {
        NewStep step = {.call_id = call.id, .placement = call.number, .claim = call.claim};
        const auto choice = call.number >= kPlacementsMax ? 0 : random_() % 4;
        if (choice == 1) {
            step.step = EBRA_STEP_RELEASE;
            step.due_at = plan_.start;
            observer_.ends(index_of(call.id), index_of(call.to));
            return take(step);
        }
        if (choice == 2) {
            step.step = EBRA_STEP_NOT_SENT;
            step.error_class = EBRA_CLASS_TRANSIENT;
            observer_.ends(index_of(call.id), index_of(call.to));
            take(step);
            step.step = EBRA_STEP_RETRY;
            step.due_at = plan_.start;
            return take(step);
        }
        if (choice == 3) {
            step.step = EBRA_STEP_ACCEPTED;
            take(step);
        }
        observer_.ends(index_of(call.id), index_of(call.to));
        take(ended(call.id, EBRA_OUTCOME_COMPLETED, call.number));
        observer_.is_over(index_of(call.id));
    }

    StoreFace& store_;
    const DialPlan& plan_;
    ClaimObserver& observer_;
    const std::string node_;
    std::mt19937_64 random_;
    std::vector<SeenCall> held_;
};

}  // namespace

void prepare(StoreBench& bench, DialPlan& plan) {
    plan.start = bench.at();
    bench->set_max(plan.start, EBRA_LIMIT_GLOBAL, plan.cap);
    std::vector<NewCall> calls;
    for (int i = 0; i < plan.calls; ++i) {
        NewCall call = numbered(i);
        call.to = "+" + std::to_string(i % plan.numbers);
        calls.push_back(call);
    }
    bench->enqueue(plan.start, calls);
    expect_status(bench->status(), EBRA_OK, "enqueue");
}

void dial(StoreFace& store, const DialPlan& plan, ClaimObserver& observer, const std::string& node,
          std::uint64_t seed) {
    Dialer(store, plan, observer, node, seed).run();
}

void expect_all_over(StoreFace& store, const DialPlan& plan, const ClaimObserver& observer) {
    expect_equal(observer.violation(), std::string(), "what the observer saw broken");
    expect(observer.highest() > 0, "something ran");
    expect_equal(store.counts().completed, plan.calls, "completed");
    if (store.has_outbox()) {
        std::size_t rows = 0;
        for (std::uint64_t after = 0;;) {
            const auto page = store.outbox(after);
            if (page.empty()) break;
            after = page.back().sequence;
            rows += page.size();
        }
        expect_equal(rows, plan.calls, "rows of the outbox");
    }
    if (store.has_check()) {
        expect_equal(store.check(plan.start + 1), std::vector<std::string>{}, "ebra.store.check/1");
    }
}

void in_threads(int count, const std::function<void(int index)>& body) {
    std::mutex mutex;
    std::exception_ptr first;
    std::vector<std::thread> threads;
    for (int index = 0; index < count; ++index) {
        threads.emplace_back([&, index] {
            try {
                body(index);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!first) first = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    if (first) std::rethrow_exception(first);
}

}  // namespace ebra::conformance
