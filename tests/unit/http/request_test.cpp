#include "http/request.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

Result<HttpRequest> request_for(const std::string& target, const std::string& headers = {}) {
    const std::string input = "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    FramingState state;
    EXPECT_EQ(frame_message(input, {}, state).verdict, Framing::Verdict::kMessage);
    return make_request(input, state, "127.0.0.1:9");
}

TEST(Request, Path_IsDecodedAndTheTargetKept) {
    const auto request = request_for("/a%20b%2Fc?q=1");

    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request.value().path, "/a b/c");
    EXPECT_EQ(request.value().raw_target, "/a%20b%2Fc?q=1");
    EXPECT_EQ(request.value().raw_path(), "/a%20b%2Fc");
    EXPECT_EQ(request.value().peer, "127.0.0.1:9");
}

TEST(Request, Query_IsDecodedAndTheFirstOfANameWins) {
    const auto request = request_for("/?q=a%26b+c&q=2&empty&=v&k==v=v&%C3%A9=1&&");

    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request.value().query_param("q"), "a&b c");
    EXPECT_EQ(request.value().query_param("empty"), "");
    EXPECT_EQ(request.value().query_param("k"), "=v=v");
    EXPECT_EQ(request.value().query_param("\xC3\xA9"), "1");
    EXPECT_FALSE(request.value().query_param("absent").has_value());
    EXPECT_EQ(request.value().query.size(), 6U);
}

TEST(Request, Headers_AreFoundWithoutCaseAndTheFirstWins) {
    const auto request = request_for("/", "X-Signature: one\r\nx-signature: two\r\n");

    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request.value().header("x-SIGNATURE"), "one");
    EXPECT_EQ(request.value().header_count("X-Signature"), 2U);
    EXPECT_FALSE(request.value().header("X-Absent").has_value());
}

TEST(Request, BrokenTargets_AreRefusedWithASentence) {
    for (const char* target :
         {"/a%", "/a%2", "/a%zz", "/a%00", "/a%0d", "/a%FF", "/%C0%AF", "/%ED%A0%80",
          "/%F4%90%80%80", "/%E2%82", "/?a=%", "/?a=%00", "/?%FF=1"}) {
        const auto request = request_for(target);
        ASSERT_FALSE(request.ok()) << target;
        EXPECT_EQ(request.error().code, ErrorCode::kInvalidArgument);
        EXPECT_FALSE(request.error().message.empty());
    }
}

TEST(Request, WellFormedUtf8_OfEveryLengthPasses) {
    for (const char* target :
         {"/%7E", "/%C2%80", "/%E0%A0%80", "/%ED%9F%BF", "/%F0%90%80%80", "/%F4%8F%BF%BF"}) {
        EXPECT_TRUE(request_for(target).ok()) << target;
    }
}

}  // namespace
}  // namespace ebra
