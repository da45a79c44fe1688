#include "dialer.hpp"

#include "fake_store.hpp"

#include "ebra/plugin.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

/// A provider that answers what a test says, inline.
struct FakeProvider {
    ebra_status taken = EBRA_OK;
    bool throws = false;
    bool answers = true;
    ebra_op_result answer = plugin::sized<ebra_op_result>();
    Operations* operations = nullptr;
    ebra_op last_op = 0;
    int starts = 0;
    std::string reference;
    std::string callback_url;

    static const ebra_provider* table() {
        static const ebra_provider made = [] {
            auto table = plugin::sized<ebra_provider>();
            table.capabilities = [](void*) -> std::uint64_t { return 0; };
            table.start_call = [](void* self, const ebra_start_request* request, ebra_op op,
                                  ebra_error*) {
                return static_cast<FakeProvider*>(self)->start(*request, op);
            };
            return table;
        }();
        return &made;
    }

    ebra_status start(const ebra_start_request& request, ebra_op op) {
        ++starts;
        last_op = op;
        reference = plugin::copy(request.reference);
        callback_url = plugin::copy(request.callback_url);
        if (throws) throw std::runtime_error("a plugin's bug");
        if (taken == EBRA_OK && answers) (void)operations->op_done(op, answer);
        return taken;
    }
};

class DialerTest : public ::testing::Test {
 protected:
    DialerTest() {
        EXPECT_TRUE(store_clock_.sync(store_.store()).ok());
        settings_.public_url = "http://h";
        provider_.operations = &operations_;
        providers_.add(std::make_unique<Provider>("p", FakeProvider::table(), &provider_));
    }

    /// Dials one call with a minute to spare and commits; what was committed, as step numbers.
    std::vector<std::int32_t> dial(const Call& call) {
        dialer_.dial({call}, system_.monotonic_ns() + 60'000 * kNsPerMs);
        return commit();
    }

    std::vector<std::int32_t> commit() {
        store_.advanced.clear();
        while (committer_.waiting() > 0) committer_.step();
        std::vector<std::int32_t> steps;
        for (const Step& step : store_.advanced) steps.push_back(step.step);
        return steps;
    }

    void refuse(std::int32_t error_class) {
        provider_.answer.answer = EBRA_START_REFUSED;
        provider_.answer.error_class = error_class;
    }

    using Steps = std::vector<std::int32_t>;

    ManualClock system_{0};
    testing::FakeStore store_;
    StoreClock store_clock_{system_};
    NodeSettings settings_;
    SeededRandom random_{1};
    StoreTrouble trouble_{system_};
    Metrics metrics_;
    Operations operations_{system_};
    FakeProvider provider_;
    Providers providers_;
    RetryPolicy retry_policy_{settings_, random_};
    Decisions decisions_{retry_policy_};
    CallbackRef callback_ref_{"secret"};
    Committer committer_{store_.store(), store_clock_, settings_, trouble_, metrics_};
    Taps taps_{committer_, store_clock_, metrics_};
    Dialer dialer_{providers_,    operations_, committer_,   taps_,     decisions_,
                   callback_ref_, system_,     store_clock_, settings_, metrics_};
};

TEST_F(DialerTest, RecordsAnAcceptedStartWithTheProvidersId) {
    provider_.answer.answer = EBRA_START_PLACED;
    provider_.answer.provider_call_id = plugin::str("pc-1");

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_ACCEPTED}));

    EXPECT_EQ(store_.advanced.front().provider_call_id, "pc-1");
    EXPECT_EQ(provider_.reference, "c.1");
    EXPECT_EQ(provider_.callback_url,
              "http://h/callbacks/call-status?ref=" + callback_ref_.seal({"c", 1}));
}

TEST_F(DialerTest, SettlesAStartThatEndedAtOnce) {
    auto event = plugin::sized<ebra_event>();
    event.kind = EBRA_EVENT_ENDED;
    event.outcome = EBRA_OUTCOME_COMPLETED;
    provider_.answer.answer = EBRA_START_PLACED;
    provider_.answer.event = &event;

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_ACCEPTED, EBRA_STEP_ENDED}));
    EXPECT_EQ(store_.advanced.back().outcome, Outcome::kCompleted);
}

TEST_F(DialerTest, RetriesATransientRefusalAndFailsAtTheLastAttempt) {
    refuse(EBRA_CLASS_TRANSIENT);

    EXPECT_EQ(dial(testing::claimed_call("c", 1)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_RETRY}));
    EXPECT_GE(store_.advanced.back().due_at, store_clock_.now() + settings_.base_retry_ms);
    EXPECT_EQ(store_.advanced.back().claim, 7u);
    EXPECT_EQ(dial(testing::claimed_call("c", 3)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_FAIL}));
}

TEST_F(DialerTest, FailsAPermanentRefusalAtOnce) {
    refuse(EBRA_CLASS_PERMANENT);

    EXPECT_EQ(dial(testing::claimed_call("c", 1)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_FAIL}));
}

TEST_F(DialerTest, ClosesTheTapWhenTheProviderHasNoCapacityAndTriesAgainWhateverTheAttempts) {
    refuse(EBRA_CLASS_CAPACITY);
    provider_.answer.retry_after_ms = 9'000;

    EXPECT_EQ(dial(testing::claimed_call("c", 3)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_RETRY}));
    EXPECT_EQ(store_.advanced.back().due_at, store_clock_.now() + 9'000);
    ASSERT_EQ(store_.limits.size(), 1u);
    EXPECT_EQ(store_.limits.front().blocked_until, store_clock_.now() + 9'000);
}

TEST_F(DialerTest, ClosesTheTapAtOnceWhenTheAccountIsBroken) {
    refuse(EBRA_CLASS_BILLING);

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_RETRY}));

    ASSERT_EQ(store_.limits.size(), 1u);
    EXPECT_GE(store_.limits.front().blocked_until, store_clock_.now() + 60'000);
    EXPECT_EQ(metrics_.taps_closed_account.Value(), 1);
}

TEST_F(DialerTest, CountsAnAttemptForACallThatMeetsABrokenAccount) {
    refuse(EBRA_CLASS_CONFIGURATION);

    EXPECT_EQ(dial(testing::claimed_call("c", 2)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_RETRY}));
    EXPECT_EQ(dial(testing::claimed_call("d", 3)), (Steps{EBRA_STEP_REFUSED, EBRA_STEP_FAIL}));
    EXPECT_EQ(store_.limits.size(), 1u);
}

TEST_F(DialerTest, ClosesTheTapWhenStartsGoUnansweredInARow) {
    provider_.answer.answer = EBRA_START_UNKNOWN;

    for (std::uint32_t n = 1; n < Taps::kFaultsInARowMax; ++n) dial(testing::claimed_call("c"));
    EXPECT_TRUE(store_.limits.empty());
    dial(testing::claimed_call("c"));

    EXPECT_EQ(store_.limits.size(), 1u);
}

TEST_F(DialerTest, DoesNotBlameTheProviderForAStartThatItsOwnNodeSentTooLate) {
    provider_.answer.answer = EBRA_START_NOT_SENT;
    provider_.answer.error_class = EBRA_CLASS_TRANSIENT;
    provider_.answers = false;
    for (std::uint32_t n = 0; n < Taps::kFaultsInARowMax; ++n) {
        dialer_.dial({testing::claimed_call("c")}, system_.monotonic_ns() + kNsPerMs);
        system_.advance_ms(2);
        (void)operations_.op_done(provider_.last_op, provider_.answer);
    }

    const Steps steps = commit();

    EXPECT_EQ(steps, Steps(Taps::kFaultsInARowMax, EBRA_STEP_RELEASE));
    EXPECT_TRUE(store_.limits.empty());
}

TEST_F(DialerTest, ProbesAgainWhenItsOwnNodeSentTheProbeTooLate) {
    for (std::uint32_t n = 0; n < Taps::kFaultsInARowMax; ++n) taps_.failed("p", 0, "down");
    system_.advance_ms(5'000);
    ASSERT_TRUE(taps_.turn({"p"}).is_probe);
    provider_.answers = false;
    dial(testing::claimed_call("c"));
    ASSERT_TRUE(taps_.turn({"p"}).providers.empty()) << "one probe at a time";

    system_.advance_ms(60'000);
    provider_.answer.answer = EBRA_START_NOT_SENT;
    provider_.answer.error_class = EBRA_CLASS_TRANSIENT;
    (void)operations_.op_done(provider_.last_op, provider_.answer);

    EXPECT_EQ(commit(), (Steps{EBRA_STEP_RELEASE}));
    EXPECT_TRUE(taps_.turn({"p"}).is_probe);
}

TEST_F(DialerTest, TakesALostAnswerForUnknownAndNeverForARefusal) {
    provider_.answer.answer = EBRA_START_UNKNOWN;

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_LOST}));
}

TEST_F(DialerTest, HasAPlacementLookedAtNoLaterThanWhenPatienceEnds) {
    settings_.stale_after_ms = 30'000;
    settings_.start_timeout_ms = 40'000;
    Call call = testing::claimed_call("c");
    call.placement->evidence_at = store_clock_.now() - 10'000;

    provider_.answer.answer = EBRA_START_PLACED;
    EXPECT_EQ(dial(call), (Steps{EBRA_STEP_ACCEPTED}));
    EXPECT_EQ(store_.advanced.back().due_at, store_clock_.now() + 30'000);

    provider_.answer.answer = EBRA_START_UNKNOWN;
    EXPECT_EQ(dial(call), (Steps{EBRA_STEP_LOST}));
    EXPECT_EQ(store_.advanced.back().due_at, store_clock_.now() + 20'000);
}

TEST_F(DialerTest, TakesAnAnswerItDoesNotKnowForUnknown) {
    provider_.answer.answer = 4711;

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_LOST}));
}

TEST_F(DialerTest, TakesAPluginThatThrowsForUnknownAndOffersItNoMoreWork) {
    provider_.throws = true;

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_LOST}));
    EXPECT_TRUE(providers_.able().empty());
}

TEST_F(DialerTest, KnowsThatAStartThePluginDidNotTakeWasNotSent) {
    provider_.taken = EBRA_UNAVAILABLE;

    EXPECT_EQ(dial(testing::claimed_call("c")), (Steps{EBRA_STEP_NOT_SENT, EBRA_STEP_RETRY}));
    EXPECT_EQ(operations_.open(), 0u);
}

TEST_F(DialerTest, MakesAStartUnknownAfterTheTimeOutAndStillTakesTheLateAnswer) {
    provider_.answers = false;
    provider_.answer.answer = EBRA_START_PLACED;
    EXPECT_TRUE(dial(testing::claimed_call("c")).empty());

    system_.advance_ms(settings_.start_timeout_ms);
    operations_.expire();
    EXPECT_EQ(commit(), (Steps{EBRA_STEP_LOST}));

    EXPECT_EQ(operations_.op_done(provider_.last_op, provider_.answer), EBRA_STALE);
    EXPECT_EQ(commit(), (Steps{EBRA_STEP_ACCEPTED}));
}

TEST_F(DialerTest, ReleasesAClaimItCanNoLongerSendInTime) {
    dialer_.dial({testing::claimed_call("c")}, system_.monotonic_ns());

    EXPECT_EQ(commit(), (Steps{EBRA_STEP_RELEASE}));
    EXPECT_EQ(provider_.starts, 0);
}

TEST_F(DialerTest, BringsTheEvidenceWhenAReleaseIsRefusedAsStale) {
    store_.item_status = [](const ebra_advance& step) {
        return step.step == EBRA_STEP_RELEASE ? EBRA_STALE : EBRA_OK;
    };

    dialer_.dial({testing::claimed_call("c")}, system_.monotonic_ns());

    EXPECT_EQ(commit(), (Steps{EBRA_STEP_RELEASE, EBRA_STEP_NOT_SENT}));
}

TEST_F(DialerTest, ReleasesACallWhoseProviderThisNodeDoesNotHave) {
    Call call = testing::claimed_call("c");
    call.placement->provider = "gone";

    EXPECT_EQ(dial(call), (Steps{EBRA_STEP_RELEASE}));
}

}  // namespace
}  // namespace ebra
