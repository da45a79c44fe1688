#include "http/problem.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra {
namespace {

using Json = nlohmann::json;

TEST(Problem, Document_NamesTypeTitleStatusDetailAndFields) {
    Problem problem =
        problems::unprocessable("The call cannot be made.", {{"#/to", "not a number"}});
    problem.slug = "bad-call";

    const HttpResponse response = to_response(problem);
    const Json body = Json::parse(response.body);

    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(body["type"], "urn:ebra:problem:bad-call");
    EXPECT_EQ(body["title"], "Unprocessable Content");
    EXPECT_EQ(body["status"], 422);
    EXPECT_EQ(body["detail"], "The call cannot be made.");
    EXPECT_EQ(body["errors"][0]["pointer"], "#/to");
    EXPECT_EQ(body["errors"][0]["detail"], "not a number");
}

TEST(Problem, WithoutSlug_IsAboutBlankAndHasNoEmptyMembers) {
    const Json body = Json::parse(to_response(problems::of_status(409, "")).body);

    EXPECT_EQ(body["type"], "about:blank");
    EXPECT_EQ(body["title"], "Conflict");
    EXPECT_FALSE(body.contains("detail"));
    EXPECT_FALSE(body.contains("errors"));
}

TEST(Problem, Helpers_CarryTheirStatusAndHeaders) {
    EXPECT_EQ(problems::bad_request("x").status, 400);
    EXPECT_EQ(problems::not_found("x").status, 404);
    EXPECT_EQ(problems::conflict("x").status, 409);
    EXPECT_EQ(problems::content_too_large("x").status, 413);
    EXPECT_EQ(problems::unsupported_media_type("x").status, 415);
    EXPECT_EQ(problems::head_too_large("x").status, 431);
    EXPECT_EQ(problems::internal_error().status, 500);
    using Headers = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(to_response(problems::unauthorized("x")).headers,
              (Headers{{"WWW-Authenticate", "Bearer"}}));
    EXPECT_EQ(to_response(problems::method_not_allowed("GET, HEAD")).headers,
              (Headers{{"Allow", "GET, HEAD"}}));
    EXPECT_EQ(to_response(problems::unavailable("x", 7)).headers, (Headers{{"Retry-After", "7"}}));
}

TEST(Problem, TextThatIsNotUtf8_IsReplacedInsteadOfThrowing) {
    const HttpResponse response = to_response(problems::bad_request("bad \xFF byte"));

    EXPECT_EQ(Json::parse(response.body)["detail"], "bad \xEF\xBF\xBD byte");
}

}  // namespace
}  // namespace ebra
