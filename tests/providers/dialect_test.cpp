// Each preset against a fake of its vendor, over the C ABI: start, errors, look-ups, cancel, and
// whatever can go wrong with an answer. The fake keeps the ledger of dials.
#include "fake_process.hpp"
#include "provider_face.hpp"
#include "vendors.hpp"

#include <gtest/gtest.h>

namespace ebra::provider_http::test {
namespace {

using ebra::test::FakeProvider;
using nlohmann::json;

class Dialect : public ::testing::TestWithParam<Vendor> {
 protected:
    Dialect() : provider_(with_url()) {
        EXPECT_EQ(provider_.status(), EBRA_OK) << provider_.message();
    }

    json with_url() const {
        json options = GetParam().options;
        options["base_url"] = fake_.url() + "/" + GetParam().name + GetParam().base_path;
        return options;
    }

    static GivenCall placed(const SeenResult& started) {
        GivenCall call;
        call.provider_call_id = started.provider_call_id;
        call.provider_state = started.provider_state;
        return call;
    }

    FakeProvider& fake_ = ebra::test::fresh_fake();
    ProviderFace provider_;
};

TEST_P(Dialect, AStartDialsOnceAndGoesAlongWithItsReference) {
    const SeenResult result = provider_.start();

    ASSERT_EQ(result.answer, EBRA_START_PLACED) << result.message;
    const json calls = fake_.calls();
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].at("id"), result.provider_call_id);
    EXPECT_EQ(calls[0].at("to"), kTo);
    if (GetParam().knows_reference) {
        EXPECT_EQ(calls[0].at("reference"), kReference);
    } else {
        EXPECT_EQ(calls[0].at("url"), GivenCall{}.callback_url);
    }
}

TEST_P(Dialect, EachErrorIsOfItsClassAndDialsNothing) {
    for (const auto& [error, error_class] : GetParam().errors) {
        fake_.plan({{"fault", "error"}, {"error", error}});

        const SeenResult result = provider_.start();

        EXPECT_EQ(result.answer, EBRA_START_REFUSED) << error << ": " << result.message;
        EXPECT_EQ(result.error_class, error_class) << error;
        EXPECT_EQ(result.provider_call_id, "") << error;
    }
    EXPECT_TRUE(fake_.dials().empty());
}

TEST_P(Dialect, AWrongKeyIsConfigurationAndNeverShown) {
    json options = with_url();
    for (const char* key : {"api_key", "auth_token", "api_secret"}) {
        const bool is_set = options.contains(key) && options[key] == "the-api-key";
        if (is_set) options[key] = "a-wrong-secret-key";
    }
    ProviderFace stranger(options);

    const SeenResult result = stranger.start();

    EXPECT_EQ(result.answer, EBRA_START_REFUSED);
    EXPECT_EQ(result.error_class, EBRA_CLASS_CONFIGURATION);
    EXPECT_EQ(result.message.find("a-wrong-secret-key"), std::string::npos);
}

TEST_P(Dialect, AnAnswerThatGetsLostIsUnknownAndDialedOnce) {
    const json faults[] = {
        {{"fault", "close"}},
        {{"fault", "reset"}},
        {{"fault", "garbage"}},
        {{"fault", "oversized"}},
        {{"fault", "cut"}, {"cut_at", 1}},
        {{"fault", "cut"}, {"cut_at", 40}},
        {{"fault", "cut"}, {"cut_at", 90}},
        {{"fault", "status"}, {"status", 500}},
        {{"fault", "status"}, {"status", 503}, {"headers", {{"Retry-After", "1"}}}},
        {{"fault", "status"}, {"status", 408}},
        {{"fault", "status"}, {"status", 307}, {"headers", {{"Location", fake_.url()}}}},
        {{"fault", "status"}, {"status", 200}, {"body", json::object()}},
        {{"fault", "status"}, {"status", 201}, {"body", {{"status", "ok"}}}},
    };
    std::size_t dials = 0;

    for (const json& fault : faults) {
        provider_.start();  // Leaves a kept connection, on which libcurl would try again.
        fake_.plan(fault);
        const SeenResult result = provider_.start();
        EXPECT_EQ(result.answer, EBRA_START_UNKNOWN) << fault << ": " << result.message;
        dials += 2;
        EXPECT_EQ(fake_.dials().size(), dials) << fault;
    }
}

TEST_P(Dialect, ASilentProviderIsUnknownAndDialedOnce) {
    fake_.plan({{"fault", "silent"}});
    GivenCall call;
    call.timeout_ms = 200;

    EXPECT_EQ(provider_.start(call).answer, EBRA_START_UNKNOWN);
    EXPECT_EQ(fake_.dials().size(), 1u);
}

TEST_P(Dialect, EachOutcomeIsFoundByLookUp) {
    if (!GetParam().can_query) GTEST_SKIP() << "this preset has no look-up that tells outcomes";
    for (const auto& [outcome, disposition] : GetParam().dispositions) {
        const GivenCall call = placed(provider_.start());
        EXPECT_EQ(provider_.query(call).event.value_or(SeenEvent{}).kind, EBRA_EVENT_ACCEPTED);
        fake_.set_outcome(call.provider_call_id, outcome);

        const SeenResult result = provider_.query(call);

        ASSERT_EQ(result.answer, EBRA_FOUND) << outcome << ": " << result.message;
        ASSERT_TRUE(result.event);
        EXPECT_EQ(result.event->kind, EBRA_EVENT_ENDED) << outcome;
        EXPECT_EQ(result.event->verified, 1);
        // What only a webhook tells is at least not told wrongly.
        const bool is_coarser = result.event->disposition == EBRA_DISPOSITION_PROVIDER_FAULT;
        const bool is_failure =
            disposition != EBRA_DISPOSITION_ANSWERED && disposition != EBRA_DISPOSITION_VOICEMAIL;
        if (!(is_coarser && is_failure)) {
            EXPECT_EQ(result.event->disposition, disposition) << outcome;
        }
        EXPECT_EQ(result.event->outcome, is_failure ? EBRA_OUTCOME_FAILED : EBRA_OUTCOME_COMPLETED);
    }
}

TEST_P(Dialect, ALookUpOfAnUnknownCallProvesNothing) {
    if (!GetParam().can_query) GTEST_SKIP() << "this preset has no look-up by id";
    GivenCall call;
    call.provider_call_id = "nobody";

    EXPECT_EQ(provider_.query(call).answer, EBRA_NOT_FOUND_WEAK);
}

TEST_P(Dialect, ALostAnswerIsFoundByOurReference) {
    if (!GetParam().can_reconcile) {
        EXPECT_EQ(provider_.query({}).answer, 0) << "asked without an id";
        return;
    }
    GivenCall other;
    other.reference = "0190a5c4-7b1e-7000-8000-0000000000bb.1";
    const std::int32_t before = provider_.query({}).answer;
    EXPECT_EQ(before, GetParam().reconciles_exactly ? EBRA_NOT_FOUND_EXACT : EBRA_NOT_FOUND_WEAK);
    provider_.start(other);
    fake_.plan({{"fault", "close"}});
    ASSERT_EQ(provider_.start().answer, EBRA_START_UNKNOWN);

    const SeenResult found = provider_.query({});

    ASSERT_EQ(found.answer, EBRA_FOUND) << found.message;
    EXPECT_EQ(found.provider_call_id, fake_.dials()[1].at("call"));
    EXPECT_EQ(found.event.value_or(SeenEvent{}).kind, EBRA_EVENT_ACCEPTED);
}

TEST_P(Dialect, ACallIsEndedOnceAndThenItIsTooLate) {
    if (!GetParam().can_cancel) GTEST_SKIP() << "this preset has no cancel by the first id";
    const GivenCall call = placed(provider_.start());
    fake_.set_outcome(call.provider_call_id, "in_progress");

    EXPECT_EQ(provider_.cancel(call).answer, EBRA_CANCEL_DONE);
    EXPECT_EQ(fake_.calls()[0].at("outcome"), "canceled");
    EXPECT_EQ(provider_.cancel(call).answer, EBRA_CANCEL_TOO_LATE);
}

INSTANTIATE_TEST_SUITE_P(Presets, Dialect, ::testing::ValuesIn(vendors()),
                         [](const auto& given) { return given.param.name; });

class Fake : public ::testing::Test {
 protected:
    json options_of(const std::string& name) const {
        for (const Vendor& vendor : vendors()) {
            if (vendor.name != name) continue;
            json options = vendor.options;
            options["base_url"] = fake_.url() + "/" + name + vendor.base_path;
            return options;
        }
        return nullptr;
    }

    FakeProvider& fake_ = ebra::test::fresh_fake();
};

TEST_F(Fake, TelnyxTellsOnlyWhetherACallIsAlive) {
    ProviderFace provider(options_of("telnyx"));
    GivenCall call;
    call.provider_call_id = provider.start().provider_call_id;

    EXPECT_EQ(provider.query(call).event.value_or(SeenEvent{}).kind, EBRA_EVENT_ACCEPTED);
    fake_.set_outcome(call.provider_call_id, "completed");
    const SeenResult over = provider.query(call);
    EXPECT_EQ(over.event.value_or(SeenEvent{}).kind, EBRA_EVENT_ENDED);
    EXPECT_EQ(over.event.value_or(SeenEvent{}).disposition, EBRA_DISPOSITION_PROVIDER_FAULT);
}

TEST_F(Fake, PlivoIsAskedByTheIdItsFirstCallbackBrings) {
    ProviderFace provider(options_of("plivo"));
    GivenCall call;
    call.provider_call_id = provider.start().provider_call_id;
    EXPECT_EQ(provider.query(call).answer, 0) << "not by the first id";
    const json sent = fake_.webhook(
        {{"call", call.provider_call_id}, {"event", "ringing"}, {"secret", "the-api-key"}});
    EXPECT_NE(sent.at("body"), "");
    call.provider_state = R"({"call_uuid":"cu-)" + call.provider_call_id + R"("})";
    fake_.set_outcome(call.provider_call_id, "busy");

    const SeenResult result = provider.query(call);

    EXPECT_EQ(result.answer, EBRA_FOUND) << result.message;
    EXPECT_EQ(result.event.value_or(SeenEvent{}).disposition, EBRA_DISPOSITION_BUSY);
}

TEST_F(Fake, PlivoEndsTheRequestUntilTheCallIsKnown) {
    ProviderFace provider(options_of("plivo"));
    GivenCall call;
    call.provider_call_id = provider.start().provider_call_id;
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_DONE);
    EXPECT_EQ(fake_.calls()[0].at("outcome"), "canceled");

    call.provider_call_id = provider.start().provider_call_id;
    fake_.set_outcome(call.provider_call_id, "in_progress");
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_TOO_LATE);
    call.provider_state =
        json{{"resource", "Call"}, {"call_uuid", "cu-" + call.provider_call_id}}.dump();
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_DONE);
    EXPECT_EQ(fake_.calls()[1].at("outcome"), "canceled");
}

TEST_F(Fake, JambonzHangsUpByWhatTheCallIsDoing) {
    ProviderFace provider(options_of("jambonz"));
    GivenCall call;
    call.provider_call_id = provider.start().provider_call_id;
    fake_.set_outcome(call.provider_call_id, "ringing");
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_DONE);
    EXPECT_EQ(fake_.calls()[0].at("outcome"), "canceled");
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_TOO_LATE);

    call.provider_call_id = provider.start().provider_call_id;
    fake_.set_outcome(call.provider_call_id, "in_progress");
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_UNABLE) << "nobody said it was answered";
    EXPECT_EQ(fake_.calls()[1].at("outcome"), "in_progress");
    call.provider_state = provider.query(call).provider_state;
    EXPECT_EQ(provider.cancel(call).answer, EBRA_CANCEL_DONE);
    EXPECT_EQ(fake_.calls()[1].at("outcome"), "canceled");
}

TEST_F(Fake, ACallWhoseStatusIsNoKnownEndIsUnderWay) {
    for (const char* vendor : {"synthflow", "bolna", "millis"}) {
        ProviderFace provider(options_of(vendor));
        GivenCall call;
        call.provider_call_id = provider.start().provider_call_id;
        for (const char* word : {"paused", "a-word-of-next-year"}) {
            fake_.set_outcome(call.provider_call_id, word);
            EXPECT_EQ(provider.query(call).event.value_or(SeenEvent{}).kind, EBRA_EVENT_ACCEPTED)
                << vendor << ": " << word;
        }
    }
}

TEST_F(Fake, ALiveKitRefusalWithASipStatusWasDialed) {
    ProviderFace provider(options_of("livekit"));
    fake_.plan({{"fault", "error"}, {"error", "unknown"}});

    EXPECT_EQ(provider.start().answer, EBRA_START_UNKNOWN);
}

TEST_F(Fake, VapisControlUrlIsNotFollowedAnywhere) {
    ProviderFace provider(options_of("vapi"));
    GivenCall call;
    call.provider_call_id = "x";
    call.provider_state = R"({"control_url":"http://169.254.169.254/latest"})";

    EXPECT_EQ(provider.cancel(call).answer, 0);
}

TEST_F(Fake, ARetellListThatIgnoresTheFilterProvesNothing) {
    ProviderFace provider(options_of("retell"));
    provider.start();
    GivenCall call;
    call.reference = "0190a5c4-7b1e-7000-8000-0000000000cc.1";

    EXPECT_EQ(provider.query(call).answer, EBRA_NOT_FOUND_EXACT) << "searched, and empty";
    fake_.ignore_filters();
    EXPECT_EQ(provider.query(call).answer, EBRA_NOT_FOUND_WEAK) << "not searched";
}

}  // namespace
}  // namespace ebra::provider_http::test
