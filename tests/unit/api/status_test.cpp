#include "api_fixture.hpp"

namespace ebra {
namespace {

class StatusTest : public testing::ApiFixture {};

TEST_F(StatusTest, Healthz_Is200WhateverTheStoreDoes) {
    fake_.readiness_answer = Error{ErrorCode::kUnavailable, "away"};

    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(get("/healthz").json()["status"], "ok");
    EXPECT_EQ(ask("HEAD", "/healthz").status, 200);
}

TEST_F(StatusTest, Readyz_GivesEveryReason) {
    EXPECT_EQ(get("/readyz").status, 200);
    EXPECT_EQ(get("/readyz").json()["status"], "ready");

    fake_.readiness_answer = Readiness{false, {"store: away", "no lease"}};
    const auto answer = get("/readyz");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.json()["reasons"], (nlohmann::json{"store: away", "no lease"}));

    fake_.readiness_answer = Error{ErrorCode::kUnavailable, "too many reads wait"};
    EXPECT_EQ(get("/readyz").status, 503);
    EXPECT_EQ(get("/readyz").json()["reasons"][0], "too many reads wait");
}

}  // namespace
}  // namespace ebra
