/// @file
/// ApiFixture: the whole route table over a FakeEngine, asked without sockets. One test, one
/// thread.
#pragma once

#include "fake_engine.hpp"
#include "routes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ebra::testing {

/// An AnswerPort that keeps the one answer.
struct KeepingPort : AnswerPort {
    void deliver(const AnswerTraits&, HttpResponse response) noexcept override {
        answers.push_back(std::move(response));
    }
    void answer_ignored() noexcept override { ++ignored; }
    void answer_missing() noexcept override { ++missing; }

    std::vector<HttpResponse> answers;
    int ignored = 0;
    int missing = 0;
};

struct Answer {
    int status = 0;
    std::string content_type;
    HttpRequest::Pairs headers;
    std::string body;

    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
    std::string header(std::string_view name) const {
        for (const auto& [key, value] : headers) {
            if (equals_ignoring_case(key, name)) return value;
        }
        return {};
    }
};

using Headers = HttpRequest::Pairs;

inline constexpr const char* kId = "0192f0c1-7d3e-7b21-9a55-0f6f0c6b8d11";
inline const Headers kJson = {{"Content-Type", "application/json"}};

/// A request as the server would hand it over; `target` may have a query and is not escaped.
HttpRequest make(std::string method, std::string target, std::string body = {},
                 Headers headers = {});

/// Sends `request` through `router`; fails unless it is answered exactly once.
Answer ask_router(const Router& router, HttpRequest request);

class ApiFixture : public ::testing::Test {
 protected:
    static constexpr std::int64_t kNowMs = 1'800'000'000'000;

    ApiFixture() {
        settings_.public_url = "https://calls.example.com";
        settings_.wall_ms = [] { return kNowMs; };
    }

    Answer ask(std::string method, std::string target, std::string body = {},
               Headers headers = {}) {
        const Router router = make_routes(fake_.engine(), settings_);
        return ask_router(router, make(std::move(method), std::move(target), std::move(body),
                                       std::move(headers)));
    }
    Answer get(std::string target, Headers headers = {}) {
        return ask("GET", std::move(target), {}, std::move(headers));
    }
    Answer post(std::string target, std::string body, Headers headers = kJson) {
        return ask("POST", std::move(target), std::move(body), std::move(headers));
    }
    Answer patch(std::string body) {
        return ask("PATCH", std::string("/calls/") + kId, std::move(body), kJson);
    }

    FakeEngine fake_;
    ApiSettings settings_;
};

/// The pointers of a problem's errors, in order.
std::vector<std::string> pointers(const Answer& answer);

/// A call as the store would return it.
Call some_call();

}  // namespace ebra::testing
