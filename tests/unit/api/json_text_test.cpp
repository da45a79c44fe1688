#include "json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>

namespace ebra {
namespace {

// As the reader's: a damaged exponent may be beyond what a double holds.
using WideJson = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                      std::uint64_t, long double>;

std::string refusal(std::string_view text) {
    const auto members = read_json_object(text);
    return members.ok() ? "accepted" : members.error().message;
}

std::string value_of(std::string_view text, std::string_view name) {
    const auto members = read_json_object(text);
    if (!members.ok()) return members.error().message;
    for (const JsonMember& member : members.value()) {
        if (member.name == name) return std::string(member.value);
    }
    return "absent";
}

TEST(JsonText, KeepsEachValueAsItStands) {
    const std::vector<std::string> values = {
        R"({ "b" : 1, "a":[ 1 ,2.50, -0.0e+1 ] , "a": {} })",
        "123456789012345678901234567890",
        "1e400",
        R"("a \"quote\", a brace } and \\")",
        R"([[],[[]],{"x":[{"]":"}"}]}])",
        "true",
        "null",
        "\"caf\xC3\xA9 \\uD83D\\uDE00 \xF0\x9F\x98\x80\"",
        std::string(1'000, '9'),
    };
    for (const std::string& value : values) {
        const std::string text = " { \"x\" : 1 ,\"m\":  " + value + "\n, \"y\":2}\t";

        EXPECT_EQ(value_of(text, "m"), value);
        EXPECT_EQ(value_of(text, "y"), "2");
    }
}

// The library skips a mark of its own accord: then it validates another text than is read.
TEST(JsonText, RefusesASecondByteOrderMark) {
    EXPECT_EQ(refusal("\xEF\xBB\xBF\xEF\xBB\xBF{\"a\":1}"),
              "The body begins with two byte order marks.");
}

TEST(JsonText, DecodesNames) {
    EXPECT_EQ(value_of(R"({"\u0074o":"x"})", "to"), R"("x")");
}

TEST(JsonText, KeepsRepeatedNamesInOrder) {
    const auto members = read_json_object(R"({"a":1,"a":2})");

    ASSERT_TRUE(members.ok());
    ASSERT_EQ(members->size(), 2u);
    EXPECT_EQ(members->at(1).value, "2");
}

TEST(JsonText, RefusesWhatIsNoObject) {
    for (const char* text : {"", "  ", "[]", "1", "\"x\"", "null", "true", "[{}]"}) {
        EXPECT_NE(refusal(text), "accepted") << text;
    }
    EXPECT_NE(refusal("[]").find("must be a JSON object"), std::string::npos) << refusal("[]");
}

TEST(JsonText, RefusesBrokenSyntaxAndSaysWhere) {
    for (const char* text : {"{",
                             "{}}",
                             "{} x",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{a:1}",
                             "{'a':1}",
                             "{\"a\":01}",
                             "{\"a\":1.}",
                             "{\"a\":.5}",
                             "{\"a\":+1}",
                             "{\"a\":NaN}",
                             "{\"a\":1 2}",
                             "{\"a\":tru}",
                             "{\"a\":\"\t\"}",
                             "{\"a\":\"\\x\"}",
                             "{\"a\":[1,]}",
                             "{\"a\":[}",
                             "{/**/}"}) {
        EXPECT_NE(refusal(text).find("at byte "), std::string::npos)
            << text << ": " << refusal(text);
    }
}

TEST(JsonText, RefusesNulBadUtf8AndHalfSurrogates) {
    const std::vector<std::string> bad = {
        std::string("{\"a\":1}\0", 8),
        std::string("{\"a\":1}\0{}", 10),
        std::string("{\"a\":\"\0\"}", 9),
        R"({"a":"\u0000"})",
        R"({"\u0000":1})",
        R"({"a":{"b":["\u0000"]}})",
        R"({"a":"\uD800"})",
        R"({"a":"\uDC00"})",
        R"({"a":"\uD800\u0041"})",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\xC0\x80\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        "{\"a\":\"\xF4\x90\x80\x80\"}",
        "{\"a\":\"\xE2\x82\"}",
    };
    for (const std::string& text : bad) EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(JsonText, TakesDepthToItsLimitAndNoDeeper) {
    const auto nested = [](std::size_t depth) {
        return "{\"m\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };

    EXPECT_EQ(refusal(nested(kJsonDepthMax)), "accepted");
    EXPECT_NE(refusal(nested(kJsonDepthMax + 1)).find("deeper"), std::string::npos);
}

TEST(JsonText, SurvivesAMillionOpenBrackets) {
    const std::string arrays = "{\"m\":" + std::string(1'000'000, '[');
    std::string objects;
    for (int n = 0; n < 200'000; ++n) objects += "{\"a\":";

    EXPECT_NE(refusal(arrays).find("deeper"), std::string::npos);
    EXPECT_NE(refusal(objects).find("deeper"), std::string::npos);
}

TEST(JsonText, SaysWhyInAFewWordsHoweverLongTheBodyIs) {
    EXPECT_LT(refusal("{\"a\":\"" + std::string(500'000, 'x')).size(), 300u);
}

TEST(JsonText, PassesOverAByteOrderMark) {
    EXPECT_EQ(value_of("\xEF\xBB\xBF{\"a\":1}", "a"), "1");
}

TEST(JsonText, ReadsStringsAndNumbers) {
    EXPECT_EQ(json_string(R"("a\n\u00e9")"), "a\n\xC3\xA9");
    EXPECT_EQ(json_string("1"), std::nullopt);
    EXPECT_EQ(json_string(""), std::nullopt);
    EXPECT_EQ(json_number("12.5"), 12.5);
    EXPECT_EQ(json_number("-3"), -3);
    EXPECT_EQ(json_number("\"3\""), std::nullopt);
    EXPECT_EQ(json_number("true"), std::nullopt);
    EXPECT_EQ(json_number("1e999"), std::nullopt);
}

TEST(JsonText, CanonicalForm_ForgetsBlanksAndOrderOfMembers) {
    EXPECT_EQ(canonical_json(R"({ "b" : [ 1 , { "d":2,"c" : 3 } ], "a" : "x y" })"),
              R"({"a":"x y","b":[1,{"c":3,"d":2}]})");
    EXPECT_EQ(canonical_json("{}"), "{}");
    EXPECT_EQ(canonical_json("[ ]"), "[]");
}

TEST(JsonText, CanonicalForm_KeepsWhatMeansSomethingElse) {
    EXPECT_NE(canonical_json("[1,2]"), canonical_json("[2,1]"));
    EXPECT_NE(canonical_json(R"({"a":9007199254740993})"),
              canonical_json(R"({"a":9007199254740992})"));
    EXPECT_NE(canonical_json(R"({"a":"1"})"), canonical_json(R"({"a":1})"));
    EXPECT_NE(canonical_json(R"({"a":1,"a":2})"), canonical_json(R"({"a":2,"a":1})"));
}

/// A random value, printed with random blanks by hand, so that the reader meets odd spacing.
std::string random_json(std::mt19937& random, int depth) {
    const auto blank = [&] { return std::string(random() % 3, " \t\n"[random() % 3]); };
    switch (random() % (depth > 4 ? 4 : 6)) {
        case 0:
            return std::to_string(static_cast<int>(random()));
        case 1:
            return random() % 2 ? "true" : "null";
        case 2:
            return "\"" + std::string(random() % 2 ? "\\\"}" : "{,") + "]\\\\\"";
        case 3:
            return "-1.5e" + std::to_string(random() % 20);
        case 4: {
            std::string text = "[" + blank();
            for (unsigned n = random() % 4; n > 0; --n) {
                text += random_json(random, depth + 1) + blank() + (n > 1 ? "," : "") + blank();
            }
            return text + "]";
        }
        default: {
            std::string text = "{" + blank();
            for (unsigned n = random() % 4; n > 0; --n) {
                text += "\"k" + std::to_string(random() % 3) + "\"" + blank() + ":" + blank() +
                        random_json(random, depth + 1) + blank() + (n > 1 ? "," : "") + blank();
            }
            return text + "}";
        }
    }
}

TEST(JsonText, FindsWhatWasPutIn_WhateverItIs) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int run = 0; run < 2'000; ++run) {
        const std::string value = random_json(random, 0);
        const std::string text = "{\"a\":[1,{}] , \"m\":" + value + " ,\"z\":\"\"}";

        ASSERT_EQ(value_of(text, "m"), value) << text;
        ASSERT_EQ(value_of(text, "z"), "\"\"") << text;
        const auto canonical = canonical_json(value);
        ASSERT_EQ(nlohmann::json::parse(canonical), nlohmann::json::parse(value)) << text;
        ASSERT_EQ(canonical_json(canonical), canonical);
    }
}

TEST(JsonText, AgreesWithTheLibraryOnDamagedTexts) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int run = 0; run < 5'000; ++run) {
        std::string text = "{\"m\":" + random_json(random, 0) + "}";
        text[random() % text.size()] = "{}[]\",:\\e1 x"[random() % 12];

        const bool is_object = WideJson::parse(text, nullptr, false).is_object();
        ASSERT_EQ(read_json_object(text).ok(), is_object) << text;
    }
}

}  // namespace
}  // namespace ebra
