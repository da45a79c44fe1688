#include "call_request.hpp"

#include "api_fixture.hpp"

namespace ebra {
namespace {

using testing::kJson;
using testing::make;

class CallRequestTest : public ::testing::Test {
 protected:
    std::variant<CallRequest, Problem> read(const std::string& body,
                                            testing::Headers headers = kJson) {
        return read_call_request(make("POST", "/calls", body, std::move(headers)), rules_);
    }
    CallRequest sound(const std::string& body, testing::Headers headers = kJson) {
        auto made = read(body, std::move(headers));
        if (const auto* problem = std::get_if<Problem>(&made)) {
            ADD_FAILURE() << body << ": " << to_response(*problem).body;
            return {};
        }
        return std::get<CallRequest>(made);
    }
    Problem problem(const std::string& body, testing::Headers headers = kJson) {
        auto made = read(body, std::move(headers));
        if (std::holds_alternative<CallRequest>(made)) ADD_FAILURE() << "accepted: " << body;
        const auto* problem = std::get_if<Problem>(&made);
        return problem ? *problem : Problem{};
    }
    static std::string with_metadata(const std::string& metadata) {
        return R"({"to":"+14155550100","scriptId":"x","metadata":)" + metadata + "}";
    }
    std::string digest(const std::string& body) {
        testing::Headers headers = kJson;
        headers.emplace_back("Idempotency-Key", "k");
        return sound(body, headers).request_digest;
    }

    PhoneNumbers phones_{PhoneCheck::kPossible, ""};
    CallRules rules_{phones_, 1'000};
};

TEST_F(CallRequestTest, TakesTheThreeFieldsAndIgnoresOthers) {
    const CallRequest call =
        sound(R"({"to":"+1 415 555 0100","scriptId":"welcome","metadata":{"a":1},"colour":"red"})");

    EXPECT_EQ(call.to, "+14155550100");
    EXPECT_EQ(call.script_id, "welcome");
    EXPECT_EQ(call.metadata_json, R"({"a":1})");
    EXPECT_EQ(call.idempotency_key, "");
    EXPECT_EQ(call.request_digest, "");
}

TEST_F(CallRequestTest, KeepsMetadataByteForByte) {
    for (const std::string& metadata : {
             std::string(R"({ "z": 1,	"a" : [ 1.0 , 1e2, 12345678901234567890123 ] })"),
             std::string(R"({"a":1,"a":2,"\u0061":"\u00e9 \ud83d\ude00","":{}})"),
             std::string("{\"caf\xC3\xA9\":\"\xF0\x9F\x98\x80\",\r\n\"to\":\"not this\"}"),
             std::string(R"({"a":1e400,"b":-0,"c":0.10})"),
         }) {
        EXPECT_EQ(sound(with_metadata(metadata)).metadata_json, metadata);
    }
}

TEST_F(CallRequestTest, TakesNoMetadataForAnEmptyObject) {
    EXPECT_EQ(sound(R"({"to":"+14155550100","scriptId":"x"})").metadata_json, "{}");
    EXPECT_EQ(sound(with_metadata("null")).metadata_json, "{}");
}

TEST_F(CallRequestTest, NamesEveryFieldThatIsWrong) {
    struct Case {
        const char* body;
        std::vector<std::string> pointers;
    };
    const std::vector<Case> cases = {
        {R"({})", {"#/to", "#/scriptId"}},
        {R"({"to":1,"scriptId":2,"metadata":3})", {"#/to", "#/scriptId", "#/metadata"}},
        {R"({"to":null,"scriptId":null})", {"#/to", "#/scriptId"}},
        {R"({"to":"x","scriptId":""})", {"#/to", "#/scriptId"}},
        {R"({"to":"+14155550100","scriptId":"   "})", {"#/scriptId"}},
        {R"({"to":"+14155550100","scriptId":"a\nb"})", {"#/scriptId"}},
        {R"({"to":"+14155550100","scriptId":["x"]})", {"#/scriptId"}},
        {R"({"to":"+14155550100","scriptId":"x","metadata":[]})", {"#/metadata"}},
        {R"({"to":"+14155550100","scriptId":"x","metadata":"{}"})", {"#/metadata"}},
        {R"({"to":"+14155550100","to":"+14155550101","scriptId":"x"})", {"#/to"}},
    };
    for (const Case& one : cases) {
        const Problem made = problem(one.body);

        EXPECT_EQ(made.status, 400) << one.body;
        std::vector<std::string> found;
        for (const ProblemField& field : made.errors) found.push_back(field.pointer);
        EXPECT_EQ(found, one.pointers) << one.body;
    }
}

TEST_F(CallRequestTest, SaysWhichLimitMetadataBreaks) {
    const std::string fits = "{\"a\":\"" + std::string(1'000 - 8, 'x') + "\"}";
    const std::string beyond = "{\"a\":\"" + std::string(1'000 - 7, 'x') + "\"}";

    EXPECT_EQ(sound(with_metadata(fits)).metadata_json, fits);
    const Problem made = problem(with_metadata(beyond));
    ASSERT_EQ(made.errors.size(), 1u);
    EXPECT_EQ(made.errors[0].pointer, "#/metadata");
    EXPECT_NE(made.errors[0].detail.find("metadata_bytes_max = 1000"), std::string::npos);
}

TEST_F(CallRequestTest, HoldsScriptIdToItsLimit) {
    const auto body = [](std::size_t size) {
        return R"({"to":"+14155550100","scriptId":")" + std::string(size, 's') + "\"}";
    };

    EXPECT_EQ(sound(body(kScriptIdBytesMax)).script_id.size(), kScriptIdBytesMax);
    EXPECT_EQ(problem(body(kScriptIdBytesMax + 1)).errors.size(), 1u);
}

TEST_F(CallRequestTest, RefusesBodiesThatAreNoJson) {
    for (const std::string& body :
         {std::string(), std::string("{"), std::string("to=1"), std::string("[]"),
          with_metadata(R"({"a":"\u0000"})"), with_metadata(R"({"a":"\ud800"})"),
          with_metadata("{\"a\":\"\xFF\"}"), with_metadata(std::string("{\"a\":\"\0\"}", 9)),
          with_metadata("{\"a\":" + std::string(31, '[') + std::string(31, ']') + "}"),
          "{\"metadata\":" + std::string(1'000'000, '[')}) {
        const Problem made = problem(body);

        EXPECT_EQ(made.status, 400);
        EXPECT_FALSE(made.detail.empty());
    }
}

TEST_F(CallRequestTest, DemandsJsonByItsContentType) {
    const std::string body = R"({"to":"+14155550100","scriptId":"x"})";
    for (const char* type :
         {"application/json", "APPLICATION/JSON", "application/json; charset=utf-8",
          "application/json ;charset=utf-8", "application/vnd.api+json"}) {
        EXPECT_EQ(sound(body, {{"Content-Type", type}}).script_id, "x") << type;
    }
    for (const char* type :
         {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded", "text/json",
          "application/+json", "json", "text/plain;application/json"}) {
        EXPECT_EQ(problem(body, {{"Content-Type", type}}).status, 415) << type;
    }
    EXPECT_EQ(problem(body, {}).status, 415);
    EXPECT_EQ(
        problem(body, {{"Content-Type", "application/json"}, {"content-type", "application/json"}})
            .status,
        415);
}

TEST_F(CallRequestTest, DigestsTheMeaningNotTheSpelling) {
    const std::string base =
        digest(R"({"to":"+14155550100","scriptId":"x","metadata":{"a":1,"b":[true]}})");

    EXPECT_EQ(base.size(), 64u);
    EXPECT_EQ(digest(R"({ "metadata" : { "b":[ true ], "a":1 }, "scriptId":"x",
                          "to":"+1 (415) 555-0100", "ignored": 7 })"),
              base);
    for (const char* other :
         {R"({"to":"+14155550101","scriptId":"x","metadata":{"a":1,"b":[true]}})",
          R"({"to":"+14155550100","scriptId":"y","metadata":{"a":1,"b":[true]}})",
          R"({"to":"+14155550100","scriptId":"x","metadata":{"a":2,"b":[true]}})",
          R"({"to":"+14155550100","scriptId":"x","metadata":{"a":1,"b":[false]}})",
          R"({"to":"+14155550100","scriptId":"x"})"}) {
        EXPECT_NE(digest(other), base) << other;
    }
    EXPECT_EQ(digest(R"({"to":"+14155550100","scriptId":"x"})"), digest(with_metadata("{ }")));
}

TEST_F(CallRequestTest, HoldsTheIdempotencyKeyToItsForm) {
    const std::string body = R"({"to":"+14155550100","scriptId":"x"})";
    const auto with_key = [](const std::string& key) {
        testing::Headers headers = kJson;
        headers.emplace_back("Idempotency-Key", key);
        return headers;
    };

    EXPECT_EQ(sound(body, with_key("abc-1")).idempotency_key, "abc-1");
    EXPECT_EQ(sound(body, with_key(std::string(255, 'k'))).idempotency_key.size(), 255u);
    EXPECT_EQ(problem(body, with_key(std::string(256, 'k'))).status, 400);
    EXPECT_EQ(problem(body, with_key("")).status, 400);
    EXPECT_EQ(problem(body, with_key("caf\xC3\xA9")).status, 400);
    testing::Headers twice = with_key("a");
    twice.emplace_back("idempotency-key", "a");
    EXPECT_EQ(problem(body, twice).status, 400);
}

TEST_F(CallRequestTest, Change_TakesAnyOfTheFields) {
    const auto read = [&](const std::string& body) {
        return read_call_change(make("PATCH", "/calls/1", body, kJson), rules_, "7");
    };
    const auto change = std::get<CallChange>(read(R"({"metadata":{ }, "to":"+1 415 555 0100"})"));

    EXPECT_EQ(change.id, "7");
    EXPECT_EQ(change.to, "+14155550100");
    EXPECT_EQ(change.script_id, std::nullopt);
    EXPECT_EQ(change.metadata_json, "{ }");
    EXPECT_EQ(std::get<CallChange>(read(R"({"metadata":null})")).metadata_json, "{}");
    EXPECT_EQ(std::get<Problem>(read("{}")).status, 400);
}

TEST_F(CallRequestTest, Change_NamesFieldsThatCannotBeChanged) {
    const auto made = std::get<Problem>(read_call_change(
        make("PATCH", "/calls/1", R"({"colour":1,"a/b~":2,"to":"x","status":"COMPLETED"})", kJson),
        rules_, "7"));

    ASSERT_EQ(made.errors.size(), 4u);
    EXPECT_EQ(made.status, 400);
    EXPECT_EQ(made.errors[0].pointer, "#/colour");
    EXPECT_EQ(made.errors[1].pointer, "#/a~1b~0");
}

TEST_F(CallRequestTest, Change_ListsAtMostTwentyErrors) {
    std::string body = "{\"x\":0";
    for (int n = 0; n < 100; ++n) body += ",\"f" + std::to_string(n) + "\":0";

    const auto made = std::get<Problem>(
        read_call_change(make("PATCH", "/calls/1", body + "}", kJson), rules_, ""));

    EXPECT_EQ(made.errors.size(), 20u);
}

}  // namespace
}  // namespace ebra
