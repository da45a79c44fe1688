// What check_config says about options: pointer, text and the nearest name.
#include "provider_face.hpp"

#include <gmock/gmock.h>

namespace ebra::provider_http::test {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Options, GenericNeedsAPresetAndAUrl) {
    EXPECT_THAT(problems_of({{"preset", "generic"}, {"base_url", "http://127.0.0.1:1"}}),
                IsEmpty());
    EXPECT_THAT(problems_of(json{{"preset", "generic"}}),
                ElementsAre(StartsWith("/base_url is required")));
    EXPECT_THAT(problems_of(json::object()), ElementsAre(StartsWith("/preset is required: ")));
}

TEST(Options, AnUnknownKeyNamesTheNearest) {
    EXPECT_THAT(problems_of({{"preset", "generic"}, {"base_url", "http://h"}, {"api_kee", "x"}}),
                ElementsAre("/api_kee is no option of this preset ~ api_key"));
    EXPECT_THAT(
        problems_of(json{{"preset", "generik"}}),
        ElementsAre(::testing::AllOf(StartsWith("/preset must be"), HasSubstr("~ generic"))));
    EXPECT_THAT(problems_of({{"preset", "generic"}, {"base_url", "http://h"}, {"a/b~c", 1}}),
                ElementsAre(StartsWith("/a~1b~0c ")));
}

TEST(Options, WrongTypesAndRangesAreNamed) {
    const json options = {{"preset", "generic"},      {"base_url", "http://h"},
                          {"connect_timeout_ms", 1},  {"in_hand_max", "many"},
                          {"late_answer_ms", -1},     {"headers", 7},
                          {"voicemail", "sometimes"}, {"api_key", 5}};

    const auto problems = problems_of(options);

    for (const char* key : {"/connect_timeout_ms must be a whole number", "/in_hand_max must be",
                            "/late_answer_ms must be", "/headers must be a table",
                            "/voicemail must be", "/api_key must be text"}) {
        EXPECT_THAT(problems, Contains(StartsWith(key)));
    }
    EXPECT_EQ(problems.size(), 6u);
}

TEST(Options, AUrlIsHttpWithoutUserAndQuery) {
    for (const char* url : {"ftp://h", "h", "", "http://", "http:///path", "http://u:p@h",
                            "http://h?x=1", "http://h/ x", "file:///etc/passwd"}) {
        EXPECT_THAT(problems_of({{"preset", "generic"}, {"base_url", url}}),
                    ElementsAre(StartsWith("/base_url must be a URL")))
            << url;
    }
    EXPECT_THAT(problems_of({{"preset", "generic"}, {"base_url", "https://h.example/v2/"}}),
                IsEmpty());
}

TEST(Options, AHeaderOfTwoLinesIsRefused) {
    EXPECT_THAT(problems_of({{"preset", "generic"},
                             {"base_url", "http://h"},
                             {"headers", {{"X-A", "1\r\nX-B: 2"}}}}),
                ElementsAre(StartsWith("/headers must have names and texts of one line")));
}

TEST(Options, CreateFailsWithTheFirstProblem) {
    ProviderFace provider(json{{"preset", "generic"}});

    EXPECT_EQ(provider.status(), EBRA_INVALID_ARGUMENT);
    EXPECT_THAT(provider.message(), StartsWith("/base_url is required"));
}

TEST(Options, WhatIsNoTableIsRefused) {
    EXPECT_THAT(problems_of(json::array()), ElementsAre(" the options must be a table"));
    EXPECT_THAT(problems_of("text"), ElementsAre(" the options must be a table"));
}

}  // namespace
}  // namespace ebra::provider_http::test
