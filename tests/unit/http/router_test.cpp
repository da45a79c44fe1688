#include "http/router.hpp"

#include "recording_port.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace ebra {
namespace {

HttpHandler says(std::string text) {
    return [text = std::move(text)](HttpRequest request, Responder responder) {
        std::string body = text;
        for (const auto& [name, value] : request.path_params) body += " " + name + "=" + value;
        responder.send({200, "text/plain", {}, body});
    };
}

class RouterTest : public testing::Test {
 protected:
    RouterTest() {
        router_.add("GET", "/", says("root"));
        router_.add("GET", "/calls/:id", says("call"));
        router_.add("PATCH", "/calls/:id", says("patch"));
        router_.add("GET", "/calls/stats", says("stats"));
        router_.add("POST", "/calls", says("create"));
        router_.add("GET", "/calls", says("list"));
        router_.add("POST", "/providers/:name/calls/:id", says("two"));
        router_.add("GET", "/throws",
                    [](HttpRequest, Responder) { throw std::runtime_error("secret"); });
        router_.add("GET", "/throws-int", [](HttpRequest, Responder) { throw 42; });
        router_.add("GET", "/drops", [](HttpRequest, Responder) {});
        router_.add("GET", "/sends-and-throws", [](HttpRequest, Responder responder) {
            responder.send({200, "text/plain", {}, "sent"});
            throw std::runtime_error("late");
        });
        router_.on_failure([this](std::string_view what) { failures_.emplace_back(what); });
    }

    HttpResponse ask(std::string method, std::string target) {
        const auto port = std::make_shared<RecordingPort>();
        HttpRequest request;
        request.method = std::move(method);
        request.raw_target = std::move(target);
        router_.route(std::move(request), Responder(port));
        EXPECT_EQ(port->answers.size(), 1U);
        return port->answers.empty() ? HttpResponse{} : port->answers[0];
    }

    Router router_;
    std::vector<std::string> failures_;
};

TEST_F(RouterTest, Paths_ReachTheirHandlers) {
    EXPECT_EQ(ask("GET", "/").body, "root");
    EXPECT_EQ(ask("GET", "/calls").body, "list");
    EXPECT_EQ(ask("POST", "/calls").body, "create");
    EXPECT_EQ(ask("GET", "/calls/7?x=/a/b").body, "call id=7");
    EXPECT_EQ(ask("POST", "/providers/sim/calls/7").body, "two name=sim id=7");
}

TEST_F(RouterTest, ALiteral_BeatsAParameterWhateverTheOrder) {
    EXPECT_EQ(ask("GET", "/calls/stats").body, "stats");
    EXPECT_EQ(ask("PATCH", "/calls/stats").body, "patch id=stats");
}

TEST_F(RouterTest, Parameters_AreDecodedAfterTheSplit) {
    EXPECT_EQ(ask("GET", "/calls/a%2Fb%20c").body, "call id=a/b c");
    EXPECT_EQ(ask("GET", "/c%61lls/7").body, "call id=7");
    EXPECT_EQ(ask("GET", "/calls/a%zz").status, 400);
}

TEST_F(RouterTest, OneTrailingSlash_IsIgnoredAndDoubledOnesMatchNothing) {
    EXPECT_EQ(ask("GET", "/calls/").body, "list");
    EXPECT_EQ(ask("GET", "/calls/7/").body, "call id=7");
    EXPECT_EQ(ask("GET", "/calls//").status, 404);
    EXPECT_EQ(ask("GET", "//calls").status, 404);
}

TEST_F(RouterTest, UnknownPaths_Are404) {
    EXPECT_EQ(ask("GET", "/callsx").status, 404);
    EXPECT_EQ(ask("GET", "/calls/7/8").status, 404);
    EXPECT_EQ(ask("GET", "/" + std::string(20'000, '/')).status, 404);
    EXPECT_EQ(ask("GET", "/nope").content_type, "application/problem+json");
}

TEST_F(RouterTest, KnownPathWithOtherMethod_Is405WithAllow) {
    const HttpResponse response = ask("DELETE", "/calls/7");

    EXPECT_EQ(response.status, 405);
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0].first, "Allow");
    EXPECT_EQ(response.headers[0].second, "GET, HEAD, PATCH");
    EXPECT_EQ(ask("get", "/calls").status, 405);
}

TEST_F(RouterTest, Head_IsAnsweredByGet) {
    EXPECT_EQ(ask("HEAD", "/calls/7").body, "call id=7");
    EXPECT_EQ(ask("HEAD", "/providers/sim/calls/7").status, 405);
}

TEST_F(RouterTest, WhateverAHandlerThrows_IsAPlain500AndReported) {
    const HttpResponse response = ask("GET", "/throws");

    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(ask("GET", "/throws-int").status, 500);
    ASSERT_EQ(failures_.size(), 2U);
    EXPECT_EQ(failures_[0], "secret");
}

TEST_F(RouterTest, AHandlerThatDropsItsResponder_IsA500) {
    EXPECT_EQ(ask("GET", "/drops").status, 500);
}

TEST_F(RouterTest, AHandlerThatSendsAndThrows_IsAnsweredOnce) {
    EXPECT_EQ(ask("GET", "/sends-and-throws").body, "sent");
}

TEST_F(RouterTest, TheRequestHook_PutsItsHeaderOnEveryAnswer) {
    router_.on_request([](const HttpRequest& request, const Responder& responder) {
        responder.add_header("X-Seen", request.method);
    });

    for (const char* target : {"/calls", "/nowhere", "/throws", "/drops"}) {
        const HttpResponse response = ask("GET", target);

        ASSERT_EQ(response.headers.size(), 1U) << target;
        EXPECT_EQ(response.headers[0].second, "GET") << target;
    }
}

TEST(Router, WithoutRoutes_Answers404) {
    const auto port = std::make_shared<RecordingPort>();
    HttpRequest request;
    request.method = "GET";
    request.raw_target = "/";

    Router().route(std::move(request), Responder(port));

    ASSERT_EQ(port->answers.size(), 1U);
    EXPECT_EQ(port->answers[0].status, 404);
}

}  // namespace
}  // namespace ebra
