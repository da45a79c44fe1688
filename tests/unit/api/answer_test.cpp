#include "answer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra {
namespace {

std::string retry_after(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
        if (name == "Retry-After") return value;
    }
    return {};
}

TEST(Answer, GivesEachErrorItsStatus) {
    const std::vector<std::pair<ErrorCode, int>> cases = {
        {ErrorCode::kInvalidArgument, 400}, {ErrorCode::kNotFound, 404},
        {ErrorCode::kConflict, 409},        {ErrorCode::kUnauthenticated, 401},
        {ErrorCode::kRateLimited, 429},     {ErrorCode::kUnavailable, 503},
        {ErrorCode::kTimeout, 503},         {ErrorCode::kCanceled, 503},
        {ErrorCode::kUnsupported, 501},     {ErrorCode::kCorrupt, 500},
        {ErrorCode::kInternal, 500},        {ErrorCode::kStale, 409},
        {ErrorCode::kInDoubt, 503},         {ErrorCode::kAlready, 409},
    };
    for (const auto& [code, status] : cases) {
        const HttpResponse response = error_answer({code, "it is so"});

        EXPECT_EQ(response.status, status);
        EXPECT_EQ(response.content_type, "application/problem+json");
        EXPECT_EQ(nlohmann::json::parse(response.body)["status"], status);
    }
}

TEST(Answer, TellsWhenToComeBackInWholeSeconds) {
    EXPECT_EQ(retry_after(error_answer({ErrorCode::kUnavailable, "x", 1})), "1");
    EXPECT_EQ(retry_after(error_answer({ErrorCode::kUnavailable, "x", 1'001})), "2");
    EXPECT_EQ(retry_after(error_answer({ErrorCode::kUnavailable, "x", 0})), "1");
    EXPECT_EQ(retry_after(error_answer({ErrorCode::kRateLimited, "x", 60'000})), "60");
    EXPECT_EQ(retry_after(error_answer({ErrorCode::kConflict, "x", 60'000})), "");
}

TEST(Answer, MakesASentenceOfTheMessage) {
    const auto detail = [](ErrorCode code, const char* message) {
        return std::string(
            nlohmann::json::parse(error_answer({code, message}).body).value("detail", ""));
    };
    EXPECT_EQ(detail(ErrorCode::kConflict, "the call is COMPLETED"), "The call is COMPLETED.");
    EXPECT_EQ(detail(ErrorCode::kNotFound, "Gone."), "Gone.");
}

TEST(Answer, KeepsInternalTextsFromClients) {
    for (const ErrorCode code : {ErrorCode::kInternal, ErrorCode::kCorrupt}) {
        EXPECT_EQ(error_answer({code, "secret path"}).body.find("secret"), std::string::npos);
    }
}

}  // namespace
}  // namespace ebra
