#include "api_fixture.hpp"

namespace ebra {
namespace {

using testing::kId;
using testing::kJson;
using testing::pointers;
using testing::some_call;

constexpr const char* kCallBody = R"({"to":"+14155550100","scriptId":"welcome"})";

class CallsTest : public testing::ApiFixture {
 protected:
    static std::string at(const std::string& rest = {}) {
        return std::string("/calls/") + kId + rest;
    }
};

TEST_F(CallsTest, Create_Answers201WithLocationAndTheWholeCall) {
    fake_.enqueue_answer = Enqueued{Enqueued::Kind::kStored, some_call()};

    const auto answer = post("/calls", kCallBody);

    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.header("Location"), at());
    EXPECT_EQ(answer.header("Idempotency-Replayed"), "");
    const auto call = answer.json();
    EXPECT_EQ(call["id"], kId);
    EXPECT_EQ(call["to"], "+14155550100");
    EXPECT_EQ(call["scriptId"], "welcome");
    EXPECT_EQ(call["metadata"]["customer"], 42);
    EXPECT_EQ(call["status"], "PENDING");
    EXPECT_EQ(call["attempts"], 0);
    EXPECT_EQ(call["createdAt"], "2023-11-14T22:13:20.123Z");
    for (const char* name : {"lastError", "startedAt", "endedAt", "provider", "providerCallId",
                             "attemptState", "disposition", "durationMs"}) {
        EXPECT_TRUE(call.contains(name) && call[name].is_null()) << name;
    }
    ASSERT_EQ(fake_.enqueued.size(), 1u);
    EXPECT_EQ(fake_.enqueued[0].to, "+14155550100");
}

TEST_F(CallsTest, Create_SaysWhenItReplays) {
    fake_.enqueue_answer = Enqueued{Enqueued::Kind::kReplayed, some_call()};

    const auto answer = post("/calls", kCallBody, {kJson[0], {"Idempotency-Key", "k"}});

    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(answer.header("Location"), at());
    EXPECT_EQ(fake_.enqueued.at(0).idempotency_key, "k");
}

TEST_F(CallsTest, Create_Answers422ForAKeyThatMeansSomethingElse) {
    fake_.enqueue_answer = Enqueued{Enqueued::Kind::kKeyReused, some_call()};

    const auto answer = post("/calls", kCallBody, {kJson[0], {"Idempotency-Key", "k"}});

    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(answer.body.find(kId), std::string::npos) << "that call is somebody else's business";
}

TEST_F(CallsTest, Create_AsksTheEngineForNothingWrong) {
    EXPECT_EQ(post("/calls", "{}").status, 400);
    EXPECT_EQ(post("/calls", kCallBody, {}).status, 415);
    EXPECT_TRUE(fake_.enqueued.empty());
}

TEST_F(CallsTest, Get_ShowsTheLatestPlacement) {
    Call call = some_call();
    call.status = CallStatus::kFailed;
    call.attempts = 2;
    call.last_error = "the provider reported BUSY \"\n";
    call.placement.emplace();
    call.placement->state = PlacementState::kEnded;
    call.placement->disposition = Disposition::kBusy;
    call.placement->provider = "main";
    call.placement->provider_call_id = "p-1";
    call.placement->details.duration_ms = 12'000;
    fake_.get_answer = std::optional<Call>(call);

    const auto made = get(at()).json();

    EXPECT_EQ(made["status"], "FAILED");
    EXPECT_EQ(made["attempts"], 2);
    EXPECT_EQ(made["lastError"], "the provider reported BUSY \"\n");
    EXPECT_EQ(made["attemptState"], "ENDED");
    EXPECT_EQ(made["disposition"], "busy");
    EXPECT_EQ(made["provider"], "main");
    EXPECT_EQ(made["providerCallId"], "p-1");
    EXPECT_EQ(made["durationMs"], 12'000);
}

TEST_F(CallsTest, Get_ReturnsMetadataByteForByte) {
    const std::string metadata = R"({ "b":1e400, "a" : 12345678901234567890,"a":"\u0041" })";
    Call call = some_call();
    call.metadata_json = metadata;
    fake_.get_answer = std::optional<Call>(call);

    EXPECT_NE(get(at()).body.find("\"metadata\":" + metadata + ","), std::string::npos);
}

TEST_F(CallsTest, EveryUnknownOrMalformedId_Is404) {
    for (const char* id : {"not-an-id", "0192F0C1-7D3E-7B21-9A55-0F6F0C6B8D11", "%00", "1",
                           "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d1g", "..", "'--"}) {
        const std::string path = std::string("/calls/") + id;
        if (std::string(id) == "%00") continue;  // The server refuses it before any route.
        EXPECT_EQ(get(path).status, 404) << id;
        EXPECT_EQ(get(path + "/timeline").status, 404) << id;
        EXPECT_EQ(ask("DELETE", path).status, 404) << id;
        EXPECT_EQ(ask("PATCH", path, R"({"scriptId":"x"})", kJson).status, 404) << id;
    }
    EXPECT_TRUE(fake_.asked_ids.empty()) << "no store is asked for what cannot be an id";
    EXPECT_EQ(get(at()).status, 404);
}

TEST_F(CallsTest, Change_HandsOnWhatWasGivenAndAnswersTheCall) {
    fake_.call_answer = some_call();

    const auto answer = patch(R"({"scriptId":"other"})");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["id"], kId);
    ASSERT_EQ(fake_.changed.size(), 1u);
    EXPECT_EQ(fake_.changed[0].id, kId);
    EXPECT_EQ(fake_.changed[0].script_id, "other");
    EXPECT_EQ(fake_.changed[0].to, std::nullopt);
}

TEST_F(CallsTest, ChangeAndCancel_AnswerTheEnginesErrors) {
    struct Case {
        ErrorCode code;
        int status;
    };
    for (const Case& one : {Case{ErrorCode::kConflict, 409}, Case{ErrorCode::kNotFound, 404},
                            Case{ErrorCode::kUnavailable, 503}, Case{ErrorCode::kInternal, 500}}) {
        fake_.call_answer = Error{one.code, "the call is COMPLETED, not PENDING"};

        EXPECT_EQ(patch(R"({"scriptId":"other"})").status, one.status);
        EXPECT_EQ(ask("DELETE", at()).status, one.status);
    }
}

TEST_F(CallsTest, Cancel_AnswersTheCall) {
    Call call = some_call();
    call.status = CallStatus::kCanceled;
    fake_.call_answer = call;

    const auto answer = ask("DELETE", at());

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["status"], "CANCELED");
    EXPECT_EQ(fake_.canceled, std::vector<std::string>{kId});
}

TEST_F(CallsTest, List_AsksForOneMoreThanThePageHolds) {
    fake_.list_answer = std::vector<Call>(4, some_call());

    const auto answer = get("/calls?status=PENDING&page=3&pageSize=3");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["items"].size(), 3u);
    EXPECT_EQ(answer.json()["page"], 3);
    EXPECT_EQ(answer.json()["pageSize"], 3);
    EXPECT_EQ(answer.json()["hasMore"], true);
    ASSERT_EQ(fake_.listed.size(), 1u);
    EXPECT_EQ(fake_.listed[0].status, CallStatus::kPending);
    EXPECT_EQ(fake_.listed[0].offset, 6u);
    EXPECT_EQ(fake_.listed[0].limit, 4u);
}

TEST_F(CallsTest, List_HasDefaultsForEverything) {
    fake_.list_answer = std::vector<Call>(20, some_call());
    for (const char* target : {"/calls", "/calls?status=&page=&pageSize=", "/calls?other=1"}) {
        const auto page = get(target).json();

        EXPECT_EQ(page["items"].size(), 20u) << target;
        EXPECT_EQ(page["page"], 1);
        EXPECT_EQ(page["pageSize"], 20);
        EXPECT_EQ(page["hasMore"], false);
        EXPECT_EQ(fake_.listed.back().status, std::nullopt);
        EXPECT_EQ(fake_.listed.back().limit, 21u);
    }
}

TEST_F(CallsTest, List_NamesEveryBadValue) {
    for (const char* bad : {"status=NONSENSE", "status=pending", "page=0", "page=-1", "page=1.5",
                            "page=x", "page=99999999999999999999", "page=1000000001", "pageSize=0",
                            "pageSize=501", "pageSize=+5", "page=1%20"}) {
        const auto answer = get(std::string("/calls?") + bad);

        EXPECT_EQ(answer.status, 400) << bad;
        EXPECT_EQ(pointers(answer).size(), 1u) << bad;
    }
    EXPECT_EQ(pointers(get("/calls?status=x&page=0&pageSize=0")),
              (std::vector<std::string>{"?status", "?page", "?pageSize"}));
    EXPECT_TRUE(fake_.listed.empty());
    EXPECT_EQ(get("/calls?page=1000000000&pageSize=500").status, 200);
}

TEST_F(CallsTest, Timeline_ShowsPlacementsEntriesAndWhyItIsNotRunning) {
    Timeline timeline;
    timeline.placements.emplace_back();
    timeline.placements[0].number = 1;
    timeline.placements[0].state = PlacementState::kUnknown;
    timeline.placements[0].error_class = ErrorClass::kTransient;
    timeline.entries.push_back({1'700'000'000'000, "enqueued", 0, CallStatus::kPending,
                                Outcome::kNone, true, "", "by a test"});
    timeline.entries.push_back({1'700'000'000'001, "ended", 1, CallStatus::kCompleted,
                                Outcome::kCompleted, false, "p-1", ""});
    fake_.timeline_answer = timeline;
    fake_.explain_answer = std::vector<WhyNot>{{"phone_busy", "another", 1'700'000'000'000}};

    const auto made = get(at("/timeline")).json();

    EXPECT_EQ(made["callId"], kId);
    EXPECT_EQ(made["placements"][0]["placement"], 1);
    EXPECT_EQ(made["placements"][0]["state"], "UNKNOWN");
    EXPECT_EQ(made["placements"][0]["errorClass"], "transient");
    EXPECT_EQ(made["entries"][0]["what"], "enqueued");
    EXPECT_EQ(made["entries"][0]["placement"], nullptr);
    EXPECT_EQ(made["entries"][1]["applied"], false);
    EXPECT_EQ(made["entries"][1]["outcome"], "COMPLETED");
    EXPECT_EQ(made["whyNotRunning"][0]["why"], "phone_busy");
    EXPECT_EQ(made["whyNotRunning"][0]["subject"], "another");
    EXPECT_EQ(made["whyNotRunning"][0]["until"], "2023-11-14T22:13:20.000Z");
}

TEST_F(CallsTest, Timeline_AnswersTheErrorsOfBothReads) {
    fake_.timeline_answer = Error{ErrorCode::kNotFound, "there is no such call"};
    EXPECT_EQ(get(at("/timeline")).status, 404);

    fake_.timeline_answer = Timeline{};
    fake_.explain_answer = Error{ErrorCode::kUnavailable, "too many reads wait", 1'000};
    EXPECT_EQ(get(at("/timeline")).status, 503);
}

}  // namespace
}  // namespace ebra
