// The preset "generic" over the C ABI: the request it sends, and what each answer is taken for.
#include "http_service.hpp"
#include "provider_face.hpp"

#include <gtest/gtest.h>
#include <mutex>

namespace ebra::provider_http::test {
namespace {

using ebra::test::HttpService;
using ebra::test::ServedReply;
using ebra::test::ServedRequest;
using nlohmann::json;

/// A house-made API that answers each start with `reply`.
class House {
 public:
    explicit House(ServedReply reply)
        : reply_(std::move(reply)), server_([this](const auto& request) {
              const std::lock_guard lock(mutex_);
              requests_.push_back(request);
              return reply_;
          }) {}

    json options(json more = json::object()) const {
        more["preset"] = "generic";
        more["base_url"] = server_.url() + "/";
        more["late_answer_ms"] = 0;
        return more;
    }
    std::vector<ServedRequest> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

 private:
    std::mutex mutex_;
    ServedReply reply_;
    std::vector<ServedRequest> requests_;  // Guarded by mutex_.
    HttpService server_;
};

ServedReply reply_of(int status, std::string body = "",
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    ServedReply reply;
    reply.status = status;
    reply.body = std::move(body);
    reply.headers = std::move(headers);
    return reply;
}

SeenResult result_of(ServedReply reply, const GivenCall& call = {}) {
    House house(std::move(reply));
    ProviderFace provider(house.options());
    EXPECT_EQ(provider.status(), EBRA_OK) << provider.message();
    const SeenResult result = provider.start(call);
    EXPECT_EQ(provider.host().doubled(), 0u);
    EXPECT_LE(house.requests().size(), 1u) << "dialed more than once";
    return result;
}

TEST(Generic, SendsTheRequestOfTheSeed) {
    House house(reply_of(202, R"({"callId":"abc"})"));
    ProviderFace provider(house.options());
    GivenCall call;

    const SeenResult result = provider.start(call);

    EXPECT_EQ(result.answer, EBRA_START_PLACED);
    EXPECT_EQ(result.provider_call_id, "abc");
    EXPECT_EQ(result.http_status, 202);
    const auto requests = house.requests();
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/api/v1/calls");
    EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
    EXPECT_EQ(requests[0].headers.at("idempotency-key"), call.reference);
    EXPECT_EQ(requests[0].headers.count("authorization"), 0u);
    EXPECT_EQ(requests[0].headers.count("expect"), 0u);
    const json body = json::parse(requests[0].body);
    EXPECT_EQ(body.at("to"), call.to);
    EXPECT_EQ(body.at("scriptId"), call.script_id);
    EXPECT_EQ(body.at("webhookUrl"), call.callback_url);
    EXPECT_EQ(body.at("metadata").at("customer").at("name"), "Ann");
    EXPECT_NE(requests[0].body.find(call.metadata_json), std::string::npos)
        << "metadata goes byte for byte";
}

TEST(Generic, LeavesOutWhatACallDoesNotHave) {
    House house(reply_of(200, R"({"callId":"abc"})"));
    ProviderFace provider(house.options());
    GivenCall call;
    call.callback_url.clear();
    call.script_id.clear();

    provider.start(call);

    const json body = json::parse(house.requests().at(0).body);
    EXPECT_FALSE(body.contains("webhookUrl"));
    EXPECT_FALSE(body.contains("scriptId"));
}

TEST(Generic, SendsAnApiKeyAndWhatTheUserAdds) {
    House house(reply_of(200, R"({"callId":"abc"})"));
    ProviderFace provider(house.options(
        {{"api_key", "key-12345"},
         {"headers", {{"X-Region", "eu"}}},
         {"body", {{"voice", "ann"}, {"nested", {{"name", "{metadata.customer.name}"}}}}}}));

    provider.start();

    const auto request = house.requests().at(0);
    EXPECT_EQ(request.headers.at("authorization"), "Bearer key-12345");
    EXPECT_EQ(request.headers.at("x-region"), "eu");
    const json body = json::parse(request.body);
    EXPECT_EQ(body.at("voice"), "ann");
    EXPECT_EQ(body.at("nested").at("name"), "Ann");
    EXPECT_EQ(body.at("to"), kTo);
}

TEST(Generic, ANumberIsAnIdToo) {
    EXPECT_EQ(result_of(reply_of(200, R"({"callId":42})")).provider_call_id, "42");
}

TEST(Generic, TooManyRequestsIsCapacityWithTheTimeItSays) {
    const SeenResult plain = result_of(reply_of(429));
    EXPECT_EQ(plain.answer, EBRA_START_REFUSED);
    EXPECT_EQ(plain.error_class, EBRA_CLASS_CAPACITY);
    EXPECT_EQ(plain.retry_after_ms, 0);

    EXPECT_EQ(result_of(reply_of(429, "", {{"Retry-After", "7"}})).retry_after_ms, 7'000);

    const SeenResult dated =
        result_of(reply_of(429, "", {{"Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"}}));
    EXPECT_EQ(dated.retry_after_ms, 24 * 60 * 60 * 1000) << "at most a day";
    EXPECT_EQ(result_of(reply_of(429, "", {{"Retry-After", "soon"}})).retry_after_ms, 0);
}

TEST(Generic, OtherClientErrorsAndRedirectsArePermanentWithTheirStatus) {
    for (const int status : {300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 410, 422}) {
        const SeenResult result = result_of(reply_of(status, R"({"message":"not so"})"));
        EXPECT_EQ(result.answer, EBRA_START_REFUSED) << status;
        EXPECT_EQ(result.error_class, EBRA_CLASS_PERMANENT) << status;
        EXPECT_EQ(result.http_status, status);
        EXPECT_EQ(result.message, "HTTP " + std::to_string(status) + ": not so");
    }
}

TEST(Generic, WhateverIsNoRefusalIsUnknown) {
    const ServedReply cases[] = {reply_of(500, R"({"callId":"abc"})"),
                                 reply_of(502),
                                 reply_of(503),
                                 reply_of(504),
                                 reply_of(408),
                                 reply_of(200),
                                 reply_of(200, "{}"),
                                 reply_of(200, R"({"callId":""})"),
                                 reply_of(200, R"({"callId":null})"),
                                 reply_of(200, "<html>ok</html>"),
                                 reply_of(200, R"({"callId":"abc")"),
                                 reply_of(201, R"({"callId":"abc"})"),
                                 reply_of(204),
                                 reply_of(200, R"({"callId":")" + std::string(200, 'x') + R"("})"),
                                 reply_of(200, std::string(2'000'000, ' ') + R"({"callId":"abc"})"),
                                 reply_of(200, std::string(100'000, '['))};
    for (const ServedReply& reply : cases) {
        const SeenResult result = result_of(reply);
        EXPECT_EQ(result.answer, EBRA_START_UNKNOWN)
            << reply.status << " " << reply.body.substr(0, 50);
    }
}

TEST(Generic, AnAnswerCutAtAnyByteIsUnknownAndDialedOnce) {
    const std::string whole =
        "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"callId\":\"abc\"}";
    std::atomic<std::size_t> cut_at{0};
    std::atomic<bool> with_reset{false};
    HttpService server([&](const ServedRequest&) {
        ServedReply reply;
        reply.is_raw = true;
        reply.body = whole;
        reply.cut_at = cut_at;
        reply.reset = with_reset;
        return reply;
    });
    ProviderFace provider({{"preset", "generic"}, {"base_url", server.url()}});
    std::uint64_t dials = 0;

    for (const bool reset : {false, true}) {
        with_reset = reset;
        for (std::size_t at = 0; at < whole.size(); ++at) {
            cut_at = at;
            EXPECT_EQ(provider.start().answer, EBRA_START_UNKNOWN) << "cut at " << at;
            EXPECT_EQ(server.requests(), ++dials);
        }
    }
    with_reset = false;
    cut_at = whole.size();
    EXPECT_EQ(provider.start().answer, EBRA_START_PLACED);
}

TEST(Generic, AKeptConnectionThatDiesUnansweredIsUnknownAndDialedOnce) {
    HttpService server([&](const ServedRequest& request) {
        ServedReply reply = reply_of(202, R"({"callId":"abc"})");
        if (request.on_connection == 2) reply.cut_at = 0;
        return reply;
    });
    ProviderFace provider({{"preset", "generic"}, {"base_url", server.url()}});

    EXPECT_EQ(provider.start().answer, EBRA_START_PLACED);
    EXPECT_EQ(provider.start().answer, EBRA_START_UNKNOWN);
    EXPECT_EQ(server.requests(), 2u);
    EXPECT_EQ(provider.start().answer, EBRA_START_PLACED);
}

TEST(Generic, ARefusedConnectionIsNotSentAndTransient) {
    std::string url;
    {
        url = HttpService([](const ServedRequest&) { return ServedReply{}; }).url();
    }
    ProviderFace provider({{"preset", "generic"}, {"base_url", url}});

    const SeenResult result = provider.start();

    EXPECT_EQ(result.answer, EBRA_START_NOT_SENT);
    EXPECT_EQ(result.error_class, EBRA_CLASS_TRANSIENT);
}

TEST(Generic, ANameThatCannotBeLookedUpIsNotSent) {
    ProviderFace provider({{"preset", "generic"}, {"base_url", "http://nowhere.invalid"}});

    EXPECT_EQ(provider.start().answer, EBRA_START_NOT_SENT);
}

TEST(Generic, NothingIsSentPastItsTime) {
    House house(reply_of(202, R"({"callId":"abc"})"));
    ProviderFace provider(house.options());
    GivenCall call;
    call.send_within_ms = -1;

    EXPECT_EQ(provider.start(call).answer, EBRA_START_NOT_SENT);
    EXPECT_TRUE(house.requests().empty());
}

TEST(Generic, ASlowAnswerIsStillEvidenceAfterTheTimeOut) {
    ServedReply slow = reply_of(202, R"({"callId":"late"})");
    slow.delay_ms = 300;
    House house(slow);
    json options = house.options();
    options["late_answer_ms"] = 10'000;
    ProviderFace provider(options);
    GivenCall call;
    call.timeout_ms = 50;

    EXPECT_EQ(provider.start(call).provider_call_id, "late");
}

TEST(Generic, ANeverAnsweredStartIsUnknown) {
    ServedReply never;
    never.never = true;
    GivenCall call;
    call.timeout_ms = 100;

    EXPECT_EQ(result_of(never, call).answer, EBRA_START_UNKNOWN);
}

TEST(Generic, DestroyEndsEveryOpenStartOnce) {
    ServedReply never;
    never.never = true;
    House house(never);
    ProviderFace provider(house.options());
    for (ebra_op op = 100; op < 200; ++op) ASSERT_EQ(provider.begin({}, op), EBRA_OK);

    provider.destroy();

    EXPECT_EQ(provider.host().done(), 100u);
    EXPECT_EQ(provider.host().doubled(), 0u);
}

TEST(Generic, AFullHouseTurnsAStartAwayUnsent) {
    ServedReply never;
    never.never = true;
    House house(never);
    json options = house.options();
    options["in_hand_max"] = 2;
    ProviderFace provider(options);

    EXPECT_EQ(provider.begin({}, 100), EBRA_OK);
    EXPECT_EQ(provider.begin({}, 101), EBRA_OK);
    EXPECT_EQ(provider.begin({}, 102), EBRA_UNAVAILABLE);
    EXPECT_NE(provider.message().find("in_hand_max"), std::string::npos);
}

TEST(Generic, ASecretNeverComesBackInAMessage) {
    House house(reply_of(400, R"({"message":"bad key key-12345 \u0007 <b>"})"));
    ProviderFace provider(house.options({{"api_key", "key-12345"}}));

    const SeenResult result = provider.start();

    EXPECT_EQ(result.message, "HTTP 400: bad key ***   <b>");
    for (const std::string& line : provider.host().log_lines()) {
        EXPECT_EQ(line.find("key-12345"), std::string::npos);
    }
}

TEST(Generic, SpeaksCallStatusAndAsksNothing) {
    House house(reply_of(200));
    ProviderFace provider(house.options());

    EXPECT_EQ(provider.capabilities(), std::uint64_t{EBRA_PROVIDER_SPEAKS_CALL_STATUS});
    EXPECT_EQ(provider.query({}).answer, 0);
    EXPECT_EQ(provider.cancel({}).answer, 0);
}

}  // namespace
}  // namespace ebra::provider_http::test
