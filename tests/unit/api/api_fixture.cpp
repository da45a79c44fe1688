#include "api_fixture.hpp"

namespace ebra::testing {

HttpRequest make(std::string method, std::string target, std::string body, Headers headers) {
    // The server's own way from bytes to a request, so that no test sees what no client can send.
    std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: test\r\n";
    for (const auto& [name, value] : headers) bytes += name + ": " + value + "\r\n";
    bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    FramingLimits limits;
    limits.body_bytes_max = 16 << 20;
    FramingState state;
    const Framing framing = frame_message(bytes, limits, state);
    EXPECT_EQ(framing.verdict, Framing::Verdict::kMessage) << framing.reason << " " << target;
    auto request = make_request(bytes, state, "127.0.0.1:5000");
    EXPECT_TRUE(request.ok()) << target;
    return request.ok() ? std::move(request).value() : HttpRequest{};
}

Answer ask_router(const Router& router, HttpRequest request) {
    const auto port = std::make_shared<KeepingPort>();
    router.route(std::move(request), Responder(port));
    EXPECT_EQ(port->answers.size(), 1u);
    EXPECT_EQ(port->ignored, 0);
    EXPECT_EQ(port->missing, 0);
    if (port->answers.empty()) return {};
    HttpResponse& response = port->answers.front();
    EXPECT_TRUE(response_head(response, {}).ok()) << "the answer could not be sent";
    return {response.status, response.content_type, response.headers, response.body};
}

std::vector<std::string> pointers(const Answer& answer) {
    std::vector<std::string> found;
    const nlohmann::json problem = answer.json();
    if (!problem.is_object() || !problem.contains("errors")) return found;
    for (const auto& error : problem["errors"]) found.push_back(error["pointer"]);
    return found;
}

Call some_call() {
    Call call;
    call.id = kId;
    call.to = "+14155550100";
    call.script_id = "welcome";
    call.metadata_json = R"({"customer":42})";
    call.created_at = 1'700'000'000'123;
    call.updated_at = 1'700'000'000'456;
    call.next_run_at = 1'700'000'000'123;
    return call;
}

}  // namespace ebra::testing
