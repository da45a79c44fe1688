// Seeded random operations against a naive model of the contract: a claim must give exactly the
// calls that a scan over all calls in global order gives, and the store's own check must stay
// silent.
#include "store_face.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace ebra::sqlite::test {
namespace {

constexpr int kSeeds = 12;
constexpr int kOperations = 250;

struct ModelCall {
    NewCall spec;
    std::size_t age = 0;
    ebra_time_ms due_at = 0;
    std::int32_t status = EBRA_CALL_PENDING;
    std::string provider;  ///< Of the open placement; empty = none is open.
    std::uint64_t token = 0;
};

class World {
 public:
    explicit World(std::uint32_t seed)
        : random_(seed), store_(host_, folder_.file("calls.db"), R"(, "durability": "normal")") {
        limits_ = {{"global", 6}, {"provider:a", 3}, {"provider:b", 2}, {"cap:x", 2}};
        for (const auto& [key, max] : limits_) store_.set_max(kStart, key, max);
        EXPECT_EQ(store_.renew(kStart, 1'000'000'000), EBRA_OK);
    }

    void step() {
        switch (pick(8)) {
            case 0:
            case 1:
            case 2:
                enqueue();
                break;
            case 3:
            case 4:
                claim();
                break;
            case 5:
                finish();
                break;
            case 6:
                release();
                break;
            default:
                disturb();
                break;
        }
    }

    void check() { ASSERT_THAT(store_.check(), testing::IsEmpty()); }
    int claimed() const { return claimed_; }

 private:
    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_()) % below;
    }

    void enqueue() {
        ModelCall call;
        call.age = calls_.size();
        call.spec.id = "c" + std::to_string(call.age);
        call.spec.to = "+1" + std::to_string(pick(6));
        call.spec.priority = static_cast<std::int32_t>(pick(3));
        if (pick(3) == 0) call.spec.provider = pick(2) == 0 ? "a" : "b";
        if (pick(3) == 0) call.spec.cap_keys = {"cap:x"};
        if (pick(4) == 0) call.spec.not_before = now_ + pick(50);
        if (pick(5) == 0) call.spec.not_after = now_ + 1 + pick(80);
        call.due_at = std::max(now_, call.spec.not_before);
        ASSERT_EQ(store_.enqueue_status(now_, call.spec), EBRA_OK);
        calls_.push_back(call);
    }

    void claim() {
        std::vector<std::string> providers = {"a", "b"};
        if (pick(2) == 0) std::swap(providers[0], providers[1]);
        if (pick(3) == 0) providers.pop_back();
        const std::uint32_t limit = 1 + pick(6);
        const std::uint64_t token = ++token_;
        const auto expected = expected_claim(providers, limit, token);

        const SeenClaim claim = store_.claim(now_, limit, token, providers);

        std::vector<std::string> got;
        for (const SeenCall& call : claim.calls) got.push_back(call.id + "@" + call.provider);
        ASSERT_EQ(claim.status, EBRA_OK);
        ASSERT_EQ(got, expected);
        claimed_ += static_cast<int>(got.size());
    }

    /// What the contract says: all calls, in order, each to the first provider with room.
    std::vector<std::string> expected_claim(const std::vector<std::string>& providers,
                                            std::uint32_t limit, std::uint64_t token) {
        std::vector<ModelCall*> order;
        for (ModelCall& call : calls_) {
            if (call.status != EBRA_CALL_PENDING) continue;
            if (call.spec.not_after > 0 && call.spec.not_after <= now_) {
                call.status = EBRA_CALL_EXPIRED;
            } else if (call.due_at <= now_) {
                order.push_back(&call);
            }
        }
        std::sort(order.begin(), order.end(), [](const ModelCall* left, const ModelCall* right) {
            return std::tuple(-left->spec.priority, left->due_at, left->age) <
                   std::tuple(-right->spec.priority, right->due_at, right->age);
        });
        std::vector<std::string> taken;
        for (ModelCall* call : order) {
            if (taken.size() >= limit) break;
            const std::string provider = provider_for(*call, providers);
            if (provider.empty()) continue;
            call->status = EBRA_CALL_IN_PROGRESS;
            call->provider = provider;
            call->token = token;
            taken.push_back(call->spec.id + "@" + provider);
        }
        return taken;
    }

    std::string provider_for(const ModelCall& call, const std::vector<std::string>& providers) {
        if (is_busy(call.spec.to) || is_full("global")) return {};
        for (const std::string& key : call.spec.cap_keys) {
            if (is_full(key)) return {};
        }
        for (const std::string& name : providers) {
            const bool may_carry = call.spec.provider.empty() || call.spec.provider == name;
            if (may_carry && !is_full("provider:" + name)) return name;
        }
        return {};
    }

    bool is_busy(const std::string& number) const {
        return std::any_of(calls_.begin(), calls_.end(), [&](const ModelCall& call) {
            return !call.provider.empty() && call.spec.to == number;
        });
    }

    bool is_full(const std::string& key) const {
        const auto counts = std::count_if(calls_.begin(), calls_.end(), [&](const ModelCall& call) {
            if (call.provider.empty()) return false;
            const auto& keys = call.spec.cap_keys;
            return key == "global" || key == "provider:" + call.provider ||
                   std::find(keys.begin(), keys.end(), key) != keys.end();
        });
        return counts >= limits_.at(key);
    }

    ModelCall* random_call(bool is_open) {
        std::vector<ModelCall*> found;
        for (ModelCall& call : calls_) {
            const bool matches =
                is_open ? !call.provider.empty() : call.status == EBRA_CALL_PENDING;
            if (matches) found.push_back(&call);
        }
        if (found.empty()) return nullptr;
        return found[pick(static_cast<std::uint32_t>(found.size()))];
    }

    ebra_advance about(const ModelCall& call, std::int32_t kind) {
        ebra_advance step = step_of(kind);
        step.call_id = plugin::str(call.spec.id);
        step.claim = call.token;
        return step;
    }

    void finish() {
        ModelCall* call = random_call(true);
        if (call == nullptr) return;
        ebra_advance ended = about(*call, EBRA_STEP_ENDED);
        ended.outcome = EBRA_OUTCOME_COMPLETED;
        ASSERT_EQ(store_.advance_one(now_, ended).status, EBRA_OK);
        call->status = EBRA_CALL_COMPLETED;
        call->provider.clear();
    }

    void release() {
        ModelCall* call = random_call(true);
        if (call == nullptr) return;
        ebra_advance release = about(*call, EBRA_STEP_RELEASE);
        release.due_at = now_ + pick(20);
        ASSERT_EQ(store_.advance_one(now_, release).status, EBRA_OK);
        call->status = EBRA_CALL_PENDING;
        call->provider.clear();
        call->due_at = release.due_at;
    }

    void disturb() {
        now_ += pick(30);
        host_.monotonic_ns = 5'000'000'000 + (now_ - kStart) * 1'000'000;
        ModelCall* call = random_call(false);
        if (call == nullptr) return;
        if (pick(2) == 0) {
            ASSERT_EQ(store_.advance_one(now_, about(*call, EBRA_STEP_CANCEL)).status, EBRA_OK);
            call->status = EBRA_CALL_CANCELED;
        } else {
            call->spec.to = "+1" + std::to_string(pick(6));
            ASSERT_EQ(store_.patch_number(now_, call->spec.id, call->spec.to).status, EBRA_OK);
        }
    }

    std::mt19937 random_;
    Folder folder_;
    Host host_;
    StoreFace store_;
    std::map<std::string, std::int64_t> limits_;
    std::vector<ModelCall> calls_;
    ebra_time_ms now_ = kStart;
    std::uint64_t token_ = 0;
    int claimed_ = 0;
};

class Model : public testing::TestWithParam<int> {};

TEST_P(Model, AgreesWithEveryClaimAndKeepsItsInvariants) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    World world(static_cast<std::uint32_t>(GetParam()));

    for (int operation = 0; operation < kOperations; ++operation) {
        SCOPED_TRACE("operation " + std::to_string(operation));
        world.step();
        if (HasFatalFailure()) return;
        if (operation % 25 == 0) world.check();
        if (HasFatalFailure()) return;
    }

    world.check();
    EXPECT_GT(world.claimed(), 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Model, testing::Range(1, kSeeds + 1));

}  // namespace
}  // namespace ebra::sqlite::test
