#include "callback_request.hpp"

#include "api_fixture.hpp"

namespace ebra {
namespace {

using testing::kJson;
using testing::make;

std::variant<CallbackBody, Problem> read(const std::string& body,
                                         const std::string& target = "/callbacks/call-status") {
    return read_status_callback(make("POST", target, body, kJson));
}

StatusCallback sound(const std::string& body) {
    auto made = read(body);
    if (const auto* problem = std::get_if<Problem>(&made)) {
        ADD_FAILURE() << body << ": " << to_response(*problem).body;
        return {};
    }
    EXPECT_TRUE(std::get<CallbackBody>(made).ignored.empty()) << body;
    return std::get<CallbackBody>(made).callback;
}

TEST(CallbackRequest, ReadsEveryField) {
    const StatusCallback callback = sound(
        R"({"providerCallId":"p-1","callId":"c-1","status":"COMPLETED",
            "completedAt":"2023-11-14T22:13:20Z","durationSec":12.3456,"other":[1]})");

    EXPECT_EQ(callback.provider_call_id, "p-1");
    EXPECT_EQ(callback.call_id, "c-1");
    EXPECT_EQ(callback.outcome, Outcome::kCompleted);
    EXPECT_EQ(callback.disposition, Disposition::kNone);
    EXPECT_EQ(callback.completed_at, 1'700'000'000'000);
    EXPECT_EQ(callback.duration_ms, 12'346);
    EXPECT_EQ(callback.reason, "");
    EXPECT_EQ(sound(R"({"callId":"c","status":"FAILED","completedAt":1700000000000})").completed_at,
              1'700'000'000'000);
}

TEST(CallbackRequest, TakesBusyAndNoAnswerForFailedWithThatReason) {
    struct Case {
        const char* status;
        Outcome outcome;
        Disposition disposition;
        const char* reason;
    };
    for (const Case& one :
         {Case{"COMPLETED", Outcome::kCompleted, Disposition::kNone, ""},
          Case{"completed", Outcome::kCompleted, Disposition::kNone, ""},
          Case{"FAILED", Outcome::kFailed, Disposition::kNone, "the provider reported FAILED"},
          Case{"BUSY", Outcome::kFailed, Disposition::kBusy, "the provider reported BUSY"},
          Case{"NO_ANSWER", Outcome::kFailed, Disposition::kNoAnswer,
               "the provider reported NO_ANSWER"},
          Case{"no-answer", Outcome::kFailed, Disposition::kNoAnswer,
               "the provider reported NO_ANSWER"}}) {
        const StatusCallback callback =
            sound(R"({"callId":"c","status":")" + std::string(one.status) + "\"}");

        EXPECT_EQ(callback.outcome, one.outcome) << one.status;
        EXPECT_EQ(callback.disposition, one.disposition) << one.status;
        EXPECT_EQ(callback.reason, one.reason) << one.status;
    }
}

TEST(CallbackRequest, AddsTheProvidersReasonCutToItsLimit) {
    EXPECT_EQ(sound(R"({"callId":"c","status":"FAILED","reason":"line dead"})").reason,
              "the provider reported FAILED: line dead");
    std::string accents;
    for (int n = 0; n < 400; ++n) accents += "\xC3\xA9";

    const std::string reason =
        sound(R"({"callId":"c","status":"BUSY","reason":"x)" + accents + "\"}").reason;

    EXPECT_LE(reason.size(), kReasonBytesMax + 40);
    EXPECT_EQ(reason.substr(reason.size() - 2), "\xC3\xA9") << "no half characters";
}

TEST(CallbackRequest, TakesAReferenceInTheUrlForAnId) {
    const auto made = read(R"({"status":"COMPLETED"})", "/callbacks/call-status?ref=a.1.beef");

    EXPECT_EQ(std::get<CallbackBody>(made).callback.ref, "a.1.beef");
}

TEST(CallbackRequest, Is400WithoutIdOrKnownStatus) {
    for (const char* body :
         {"{}", R"({"status":"COMPLETED"})", R"({"callId":"","status":"COMPLETED"})",
          R"({"callId":null,"providerCallId":null,"status":"COMPLETED"})", R"({"callId":"x"})",
          R"({"callId":"x","status":null})", R"({"callId":"x","status":"SINGING"})",
          R"({"callId":"x","status":""})", R"({"callId":"x","status":1})",
          R"({"callId":7,"status":"FAILED"})", R"({"callId":{},"status":"FAILED"})", "[]", "",
          "{"}) {
        const auto made = read(body);

        ASSERT_TRUE(std::holds_alternative<Problem>(made)) << body;
        EXPECT_EQ(std::get<Problem>(made).status, 400) << body;
    }
    EXPECT_EQ(std::get<Problem>(read("{}")).errors.size(), 2u) << "all at once";
    const std::string long_id(kProviderIdBytesMax + 1, 'p');
    EXPECT_TRUE(std::holds_alternative<Problem>(
        read(R"({"status":"FAILED","providerCallId":")" + long_id + "\"}")));
}

TEST(CallbackRequest, LosesNoOutcomeForABadDetail) {
    for (const char* detail :
         {R"("completedAt":"yesterday")", R"("completedAt":-1)", R"("completedAt":{})",
          R"("completedAt":1e300)", R"("durationSec":"12")", R"("durationSec":-1)",
          R"("durationSec":1e300)", R"("reason":7)"}) {
        const auto made = read(R"({"callId":"c","status":"FAILED",)" + std::string(detail) + "}");

        ASSERT_TRUE(std::holds_alternative<CallbackBody>(made)) << detail;
        const CallbackBody& body = std::get<CallbackBody>(made);
        EXPECT_EQ(body.callback.outcome, Outcome::kFailed);
        EXPECT_EQ(body.callback.completed_at, 0);
        EXPECT_EQ(body.callback.duration_ms, -1);
        EXPECT_EQ(body.ignored.size(), 1u) << detail;
    }
}

TEST(CallbackRequest, DemandsJson) {
    const auto made = read_status_callback(make("POST", "/callbacks/call-status",
                                                R"({"callId":"c","status":"FAILED"})",
                                                {{"Content-Type", "text/plain"}}));

    EXPECT_EQ(std::get<Problem>(made).status, 415);
}

}  // namespace
}  // namespace ebra
