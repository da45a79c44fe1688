// The table as a whole: what openapi.yaml says, keys, request ids, failures.
#include "routes.hpp"

#include "api_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace ebra {
namespace {

using testing::kId;

std::string openapi_file() {
    std::ifstream file(EBRA_SOURCE "/api/openapi.yaml");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// "GET /calls/{id}" for every operation: paths stand two blanks deep, methods four.
std::set<std::string> operations_in(const std::string& openapi) {
    std::set<std::string> operations;
    std::istringstream lines(openapi);
    std::string path;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("  /", 0) == 0) path = line.substr(2, line.size() - 3);
        if (line.rfind("    ", 0) != 0 || line.size() < 6 || line[4] == ' ') continue;
        const std::string word = line.substr(4, line.find(':') - 4);
        if (std::set<std::string>{"get", "post", "put", "patch", "delete"}.count(word) == 0)
            continue;
        std::string method = word;
        for (char& c : method) c = static_cast<char>(std::toupper(c));
        operations.insert(method + " " + path);
    }
    return operations;
}

std::string as_openapi(const RouteName& route) {
    std::string text = std::string(route.method) + " ";
    bool is_in_name = false;
    for (const char c : std::string(route.pattern) + "/") {
        if (c == ':') {
            text += '{';
            is_in_name = true;
            continue;
        }
        if (c == '/' && is_in_name) {
            text += '}';
            is_in_name = false;
        }
        text += c;
    }
    text.pop_back();
    return text;
}

class RoutesTest : public testing::ApiFixture {
 protected:
    static std::string target_of(const RouteName& route) {
        std::string target(route.pattern);
        const auto replace = [&](const std::string& name, const std::string& value) {
            const std::size_t at = target.find(name);
            if (at != std::string::npos) target.replace(at, name.size(), value);
        };
        replace(":id", kId);
        replace(":provider", "main");
        return target;
    }
};

TEST_F(RoutesTest, AreExactlyThoseTheOpenApiFileDescribes) {
    std::set<std::string> routes;
    for (const RouteName& route : route_names()) routes.insert(as_openapi(route));

    EXPECT_EQ(operations_in(openapi_file()), routes);
}

TEST_F(RoutesTest, AnswerWithFieldsTheOpenApiFileNames) {
    fake_.get_answer = std::optional<Call>(testing::some_call());
    Timeline timeline;
    timeline.placements.emplace_back();
    timeline.entries.emplace_back();
    fake_.timeline_answer = timeline;
    fake_.explain_answer = std::vector<WhyNot>(1);
    const std::string call = std::string("/calls/") + kId;
    const nlohmann::json history = get(call + "/timeline").json();
    const std::string openapi = openapi_file();

    for (const nlohmann::json& object :
         {get(call).json(), get("/calls").json(), history, history["placements"][0],
          history["entries"][0], history["whyNotRunning"][0], get("/metrics").json(),
          get("/readyz").json()}) {
        ASSERT_FALSE(object.empty());
        for (const auto& [name, value] : object.items()) {
            const bool is_named = openapi.find("  " + name + ": {") != std::string::npos ||
                                  openapi.find("  " + name + ":\n") != std::string::npos;
            EXPECT_TRUE(is_named) << name;
        }
    }
}

TEST_F(RoutesTest, ServeTheOpenApiFileAsItIs) {
    const auto answer = get("/openapi.yaml");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/yaml");
    EXPECT_EQ(answer.body, openapi_file());
}

TEST_F(RoutesTest, AreAllServed) {
    for (const RouteName& route : route_names()) {
        const auto answer = ask(std::string(route.method), target_of(route));

        EXPECT_NE(answer.status, 405) << route.method << " " << route.pattern;
        EXPECT_NE(answer.status, 500) << route.method << " " << route.pattern;
        const bool is_route_missing = answer.body.find("Nothing is served") != std::string::npos;
        EXPECT_FALSE(is_route_missing) << route.method << " " << route.pattern;
    }
}

TEST_F(RoutesTest, DemandTheKeyOfAllButProbesAndCallbacks) {
    settings_.http.api_key = "k3y";
    for (const RouteName& route : route_names()) {
        const std::string target = target_of(route);
        const bool is_open =
            target == "/healthz" || target == "/readyz" || target.rfind("/callbacks/", 0) == 0;

        const auto without = ask(std::string(route.method), target);
        const auto with = ask(std::string(route.method), target, "", {{"X-API-Key", "k3y"}});

        EXPECT_EQ(without.status == 401, !is_open) << route.method << " " << target;
        EXPECT_NE(with.status, 401) << route.method << " " << target;
        if (!is_open) {
            EXPECT_EQ(without.header("WWW-Authenticate"), "Bearer");
            EXPECT_EQ(without.json()["status"], 401);
        }
    }
    EXPECT_TRUE(fake_.enqueued.empty());
}

TEST_F(RoutesTest, PutARequestIdOnEveryAnswer) {
    std::set<std::string> ids;
    for (const char* target : {"/healthz", "/calls", "/nowhere", "/calls/x", "/calls?page=0"}) {
        ids.insert(get(target).header("X-Request-Id"));
    }
    ids.insert(ask("PUT", "/calls").header("X-Request-Id"));

    EXPECT_EQ(ids.size(), 6u) << "each its own";
    EXPECT_EQ(ids.count(""), 0u);
}

TEST_F(RoutesTest, EchoASaneRequestIdOnly) {
    EXPECT_EQ(get("/healthz", {{"X-Request-Id", "abc-123_Z.:/+="}}).header("X-Request-Id"),
              "abc-123_Z.:/+=");
    for (const std::string& odd :
         {std::string("a b"), std::string("<script>"), std::string("\xC3\xA9"),
          std::string(129, 'a'), std::string("")}) {
        const std::string made = get("/healthz", {{"X-Request-Id", odd}}).header("X-Request-Id");
        EXPECT_NE(made, odd);
        EXPECT_FALSE(made.empty());
    }
    const std::string made =
        get("/healthz", {{"X-Request-Id", "a"}, {"X-Request-Id", "b"}}).header("X-Request-Id");
    EXPECT_NE(made, "a");
}

TEST_F(RoutesTest, AnswerOtherMethodsAndPathsAsProblems) {
    const auto method = ask("PUT", "/calls", "{}");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(method.header("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(method.json()["status"], 405);
    EXPECT_EQ(get("/nowhere").json()["status"], 404);
    EXPECT_EQ(ask("POST", "/calls/", "{}", testing::kJson).status, 400) << "one slash is forgiven";
}

TEST_F(RoutesTest, TellTheLogWhatAHandlerThrew) {
    std::vector<std::string> failures;
    settings_.on_failure = [&](std::string_view what) { failures.emplace_back(what); };
    settings_.wall_ms = []() -> std::int64_t { throw std::runtime_error("no clock"); };

    const auto answer = post("/callbacks/call-status", "{}");

    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("no clock"), std::string::npos);
    EXPECT_EQ(failures, std::vector<std::string>{"no clock"});
}

TEST_F(RoutesTest, TellTheLogOnceWhatFailedInTheEngineAndTheClientNothing) {
    std::vector<std::string> failures;
    settings_.on_failure = [&](std::string_view what) { failures.emplace_back(what); };
    const std::string call = std::string("/calls/") + kId;
    for (const ErrorCode code : {ErrorCode::kInternal, ErrorCode::kCorrupt}) {
        const Error error{code, "page 7 is damaged"};
        fake_.get_answer = error;
        fake_.list_answer = error;
        fake_.call_answer = error;
        fake_.timeline_answer = error;
        fake_.counts_answer = error;
        fake_.callback_answer = error;
        fake_.enqueue_answer = error;
        const std::vector<testing::Answer> answers = {
            get(call),
            get("/calls"),
            ask("DELETE", call),
            get(call + "/timeline"),
            get("/metrics"),
            post("/callbacks/call-status", R"({"callId":"a","status":"COMPLETED"})"),
            post("/callbacks/p", "{}"),
            post("/calls", R"({"to":"+14155550100","scriptId":"s"})")};
        for (const testing::Answer& answer : answers) {
            EXPECT_EQ(answer.status, 500) << answer.body;
            EXPECT_EQ(answer.body.find("page 7"), std::string::npos);
        }
        EXPECT_EQ(failures, std::vector<std::string>(answers.size(), error.message));
        failures.clear();
    }
}

TEST_F(RoutesTest, TellTheLogNothingOfWhatTheClientIsTold) {
    std::vector<std::string> failures;
    settings_.on_failure = [&](std::string_view what) { failures.emplace_back(what); };
    fake_.list_answer = Error{ErrorCode::kUnavailable, "the store is away"};

    EXPECT_EQ(get("/calls").status, 503);

    EXPECT_TRUE(failures.empty());
}

}  // namespace
}  // namespace ebra
