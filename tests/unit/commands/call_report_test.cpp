#include "commands/call_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra::commands {
namespace {

using testing::HasSubstr;

CallReport waiting_call() {
    CallReport report;
    report.call.id = "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11";
    report.call.to = "+14155550100";
    report.call.script_id = "welcome";
    report.call.metadata_json = R"({"customer":42})";
    report.call.attempts = 1;
    report.call.created_at = 1'769'860'800'000;
    Placement placement;
    placement.number = 1;
    placement.state = PlacementState::kRefused;
    placement.provider = "sim";
    placement.reason = "busy here";
    report.call.placement = placement;
    report.timeline.placements.push_back(placement);
    TimelineEntry& entry = report.timeline.entries.emplace_back();
    entry.at = report.call.created_at;
    entry.what = "enqueued";
    report.why_not_running.push_back({"backoff", "", 1'769'860'830'000});
    return report;
}

TEST(CallReport, AsTextSaysWhereTheCallStandsAndWhyItDoesNotRun) {
    const std::string text = text_of({waiting_call()});

    EXPECT_THAT(text, HasSubstr("call 0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11\n"));
    EXPECT_THAT(text, HasSubstr("PENDING, attempt 1 is REFUSED"));
    EXPECT_THAT(text, HasSubstr("busy here"));
    EXPECT_THAT(text, HasSubstr("enqueued"));
    EXPECT_THAT(text, HasSubstr("backoff"));
    EXPECT_THAT(text, HasSubstr("until 2026-01-31T12:00:30.000Z"));
}

TEST(CallReport, OfAnEndedCallGivesNoReasonForNotRunning) {
    CallReport report = waiting_call();
    report.call.status = CallStatus::kCompleted;
    report.why_not_running.clear();

    EXPECT_THAT(text_of({report}), testing::Not(HasSubstr("why it is not running")));
    EXPECT_THAT(text_of({report}), testing::Not(HasSubstr("nothing holds it up")));
}

TEST(CallReport, AsJsonIsWhatTheApiAnswers) {
    const auto json = nlohmann::json::parse(json_of({waiting_call(), waiting_call()}));

    ASSERT_EQ(json["calls"].size(), 2u);
    const auto& first = json["calls"][0];
    EXPECT_EQ(first["call"]["scriptId"], "welcome");
    EXPECT_EQ(first["call"]["metadata"]["customer"], 42);
    EXPECT_EQ(first["call"]["status"], "PENDING");
    EXPECT_EQ(first["timeline"]["placements"][0]["state"], "REFUSED");
    EXPECT_EQ(first["timeline"]["whyNotRunning"][0]["until"], "2026-01-31T12:00:30.000Z");
}

TEST(CallReport, AsJsonSurvivesTextThatIsNoUtf8) {
    CallReport report = waiting_call();
    report.call.last_error = "\xff\xfe";

    EXPECT_TRUE(nlohmann::json::accept(json_of({report})));
}

}  // namespace
}  // namespace ebra::commands
