#include "callbacks.hpp"

#include "fake_store.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

const std::string kOurs = "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11";
const std::string kOther = "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d22";

class CallbacksTest : public ::testing::Test {
 protected:
    CallbacksTest() { EXPECT_TRUE(clock_.sync(store_.store()).ok()); }

    Result<CallbackAnswer> take(const StatusCallback& callback) {
        std::optional<Result<CallbackAnswer>> answer;
        callbacks_.take(callback, [&](Result<CallbackAnswer> made) { answer = std::move(made); });
        while (committer_.waiting() > 0) committer_.step();
        EXPECT_TRUE(answer.has_value()) << "every callback is answered";
        return *answer;
    }

    static StatusCallback completed() {
        StatusCallback callback;
        callback.outcome = Outcome::kCompleted;
        return callback;
    }

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock clock_{system_};
    NodeSettings settings_;
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Providers providers_;
    CallbackRef ref_{"secret"};
    Committer committer_{store_.store(), clock_, settings_, trouble_, metrics_};
    Callbacks callbacks_{
        store_.store(), clock_,  providers_,
        committer_,     ref_,    [](const std::function<void()>& read) { return read(), true; },
        settings_,      metrics_};
};

TEST_F(CallbacksTest, SettleByTheSealedReference) {
    StatusCallback callback = completed();
    callback.ref = ref_.seal({kOurs, 2});

    EXPECT_TRUE(take(callback).ok());

    ASSERT_EQ(store_.advanced.size(), 1u);
    EXPECT_EQ(store_.advanced.front().call_id, kOurs);
    EXPECT_EQ(store_.advanced.front().placement, 2u);
}

TEST_F(CallbacksTest, RefuseAReferenceWhoseSealIsWrong) {
    StatusCallback callback = completed();
    callback.ref = CallbackRef("another secret").seal({kOurs, 2});

    const auto answer = take(callback);

    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kUnauthenticated);
    EXPECT_TRUE(store_.advanced.empty());
}

TEST_F(CallbacksTest, SettleByTheProvidersId) {
    StatusCallback callback = completed();
    callback.provider_call_id = "pc-1";

    EXPECT_TRUE(take(callback).ok());
    EXPECT_EQ(store_.advanced.front().provider_call_id, "pc-1");
}

TEST_F(CallbacksTest, KeepEvidenceForAProvidersIdNobodyKnowsYet) {
    store_.item_status = [](const auto&) { return EBRA_KEPT; };
    StatusCallback callback = completed();
    callback.provider_call_id = "pc-1";

    const auto answer = take(callback);

    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->kind, CallbackAnswer::Kind::kKept);
}

TEST_F(CallbacksTest, TakeCallIdForOursFirstAndThenForTheProviders) {
    store_.item_status = [](const ebra_advance& step) {
        return from_abi(step.call_id) == kOther ? EBRA_NOT_FOUND : EBRA_OK;
    };
    store_.known_provider_ids = {kOther};
    StatusCallback callback = completed();
    callback.call_id = kOther;

    EXPECT_TRUE(take(callback).ok());

    ASSERT_EQ(store_.advanced.size(), 2u);
    EXPECT_EQ(store_.advanced.back().provider_call_id, kOther);
}

TEST_F(CallbacksTest, AnswerNotFoundForAnIdThatIsNobodys) {
    store_.item_status = [](const auto&) { return EBRA_NOT_FOUND; };
    for (const std::string& id : {kOther, std::string("not-a-uuid")}) {
        StatusCallback callback = completed();
        callback.call_id = id;

        const auto answer = take(callback);

        ASSERT_FALSE(answer.ok()) << id;
        EXPECT_EQ(answer.error().code, ErrorCode::kNotFound) << id;
    }
}

TEST_F(CallbacksTest, RefuseIdsOfDifferentCallsAndChangeNothing) {
    store_.known_ids = {kOther};
    StatusCallback callback = completed();
    callback.ref = ref_.seal({kOurs, 1});
    callback.call_id = kOther;

    const auto answer = take(callback);

    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(store_.advanced.empty());
}

TEST_F(CallbacksTest, TakeACallIdBesideTheReferenceForTheProvidersWhenItIsNotOurs) {
    StatusCallback callback = completed();
    callback.ref = ref_.seal({kOurs, 1});
    callback.call_id = "pc-9";

    EXPECT_TRUE(take(callback).ok());

    EXPECT_EQ(store_.advanced.front().call_id, kOurs);
    EXPECT_EQ(store_.advanced.front().provider_call_id, "pc-9");
}

TEST_F(CallbacksTest, TellTheSenderToRepeatWhenTheStoreIsAway) {
    store_.on_advance = [](const auto&) { return EBRA_UNAVAILABLE; };
    StatusCallback callback = completed();
    callback.provider_call_id = "pc-1";

    const auto answer = take(callback);

    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST_F(CallbacksTest, KnowNoWebhooksOfAProviderThatIsNotThere) {
    std::optional<Result<CallbackAnswer>> answer;
    ProviderWebhook webhook;
    webhook.provider = "nobody";

    callbacks_.take(webhook, [&](Result<CallbackAnswer> made) { answer = std::move(made); });

    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->error().code, ErrorCode::kNotFound);
}

TEST_F(CallbacksTest, AFailureIsFinalUnlessItsDispositionIsTriedAgain) {
    settings_.retry_on = {{Disposition::kBusy, 0}};
    StatusCallback callback;
    callback.outcome = Outcome::kFailed;
    callback.ref = ref_.seal({kOurs, 2});

    for (const Disposition disposition : {Disposition::kBusy, Disposition::kNoAnswer}) {
        callback.disposition = disposition;
        EXPECT_TRUE(take(callback).ok());
    }

    ASSERT_EQ(store_.advanced.size(), 2u);
    EXPECT_EQ(store_.advanced[0].flags, EBRA_ADVANCE_RETRYABLE);
    EXPECT_EQ(store_.advanced[1].flags, 0u);
}

}  // namespace
}  // namespace ebra
