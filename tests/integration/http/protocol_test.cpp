// What well-meaning and odd clients send, and what each of them reads, over real sockets.
#include "server_fixture.hpp"

namespace ebra {
namespace {

using Protocol = ServerFixture;

TEST_F(Protocol, Http11_IsKeptAliveByDefault) {
    start();
    Client client = connect();

    const std::string first = client.ask(get("/now?tag=1"));
    const std::string second = client.ask(get("/now?tag=2"));

    EXPECT_EQ(first.find("Connection:"), std::string::npos);
    EXPECT_EQ(body_of(first), "1");
    EXPECT_EQ(body_of(second), "2");
    EXPECT_EQ(server_->stats().connections, 1U);
}

TEST_F(Protocol, ConnectionClose_IsSaidAndDone) {
    start();
    Client client = connect();

    const std::string answer =
        client.ask("GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(client.is_ended());
}

TEST_F(Protocol, Http10_ClosesUnlessItAsksToBeKept) {
    start();
    Client plain = connect();
    Client kept = connect();

    plain.ask("GET /now HTTP/1.0\r\n\r\n");
    const std::string answer = kept.ask("GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

    EXPECT_TRUE(plain.is_ended());
    EXPECT_NE(answer.find("Connection: keep-alive\r\n"), std::string::npos);
    EXPECT_EQ(status_of(kept.ask("GET /now HTTP/1.0\r\n\r\n")), 200);
}

TEST_F(Protocol, OneByteAtATime_IsARequestToo) {
    start();
    Client client = connect();

    for (const char byte : post("/echo", "abc")) ASSERT_TRUE(client.send({&byte, 1}));

    EXPECT_EQ(body_of(client.read_answer()), "abc");
}

TEST_F(Protocol, PipelinedInOnePacket_IsAnsweredInOrder) {
    start();
    Client client = connect();
    std::string all;
    for (int i = 0; i < 100; ++i) {
        all += get((i % 2 == 0 ? "/now?tag=" : "/soon?tag=") + std::to_string(i));
    }

    ASSERT_TRUE(client.send(all));

    for (int i = 0; i < 100; ++i) ASSERT_EQ(body_of(client.read_answer()), std::to_string(i));
}

TEST_F(Protocol, PipelinedBehindADeferredAnswer_WaitsForIt) {
    start();
    Client client = connect();
    ASSERT_TRUE(client.send(get("/later?tag=A")));
    wait_for_later(1);
    ASSERT_TRUE(client.send(get("/now?tag=B")));

    release();

    EXPECT_EQ(body_of(client.read_answer()), "A");
    EXPECT_EQ(body_of(client.read_answer()), "B");
}

TEST_F(Protocol, HalfClosed_IsAnswered) {
    start();
    Client at_once = connect();
    Client deferred = connect();
    ASSERT_TRUE(at_once.send(get("/now?tag=1")));
    at_once.half_close();
    ASSERT_TRUE(deferred.send(get("/later?tag=2") + get("/now?tag=3")));
    deferred.half_close();
    wait_for_later(1);

    release();

    EXPECT_EQ(body_of(at_once.read_answer()), "1");
    EXPECT_TRUE(at_once.is_ended());
    EXPECT_EQ(body_of(deferred.read_answer()), "2");
    EXPECT_EQ(body_of(deferred.read_answer()), "3");
    EXPECT_TRUE(deferred.is_ended());
}

TEST_F(Protocol, Expect100Continue_IsToldToGoOn) {
    start();
    Client client = connect();

    ASSERT_TRUE(
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                    "Expect: 100-continue\r\n\r\n"));
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(client.send("abc"));

    EXPECT_EQ(body_of(client.read_answer()), "abc");
}

TEST_F(Protocol, ExpectContinueWithTooLongABody_IsRefusedInstead) {
    start();
    Client client = connect();

    const std::string answer = client.ask(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: "
        "100-continue\r\n\r\n");

    EXPECT_EQ(status_of(answer), 413);
}

TEST_F(Protocol, ChunkedBody_IsJoinedAndTheNextRequestFound) {
    start();
    Client client = connect();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    ASSERT_TRUE(client.send(head + "5\r\nabc"));
    ASSERT_TRUE(client.send("de\r\n3\r\nfgh\r\n0\r\n"));
    ASSERT_TRUE(client.send("\r\n"));

    EXPECT_EQ(body_of(client.read_answer()), "abcdefgh");
    EXPECT_EQ(body_of(client.ask(get("/now?tag=1"))), "1");
}

TEST_F(Protocol, BinaryBodies_ComeBackByteForByte) {
    start();
    Client client = connect();
    std::string body;
    for (int i = 0; i < 256 * 1024; ++i) body.push_back(static_cast<char>(i));

    EXPECT_EQ(body_of(client.ask(post("/echo", body))), body);
}

TEST_F(Protocol, Head_HasTheLengthOfGetAndNoBody) {
    start();
    Client client = connect();

    ASSERT_TRUE(
        client.send("HEAD /big?bytes=1000 HTTP/1.1\r\nHost: x\r\n\r\n" + get("/now?tag=1")));

    EXPECT_NE(client.read_answer(false).find("Content-Length: 1000\r\n"), std::string::npos);
    EXPECT_EQ(body_of(client.read_answer()), "1");
}

TEST_F(Protocol, OddButLegalHeaders_DoNotRefuseAWebhook) {
    start();
    Client client = connect();
    for (const char* header :
         {"Content-Type: application/json; x", "Content-Type: nonsense", "Accept: ,,;q=x",
          "Cookie: foo; =; ;;bar", "Date: yesterday", "Cache-Control: max-age=abc x",
          "If-Modified-Since: nope", "Content-Encoding: br", "Authorization: Bearer abc.def",
          "Connection: Upgrade, HTTP2-Settings", "User-Agent: \xC3\xA9"}) {
        const std::string answer =
            client.ask("GET /header HTTP/1.1\r\nHost: x:99999\r\n" + std::string(header) +
                       "\r\nX-Signature:\tabc \r\n\r\n");
        EXPECT_EQ(status_of(answer), 200) << header;
        EXPECT_EQ(body_of(answer), "abc") << header;
    }
}

TEST_F(Protocol, BrokenEscapes_AreA400ThatKeepsTheConnection) {
    start();
    Client client = connect();

    EXPECT_EQ(status_of(client.ask(get("/now?tag=%zz"))), 400);
    EXPECT_EQ(status_of(client.ask(get("/now%00"))), 400);
    EXPECT_EQ(body_of(client.ask(get("/now?tag=1"))), "1");
}

TEST_F(Protocol, HandlersThatFail_AreA500AndTheConnectionLives) {
    start();
    Client client = connect();

    EXPECT_EQ(status_of(client.ask(get("/throw"))), 500);
    EXPECT_EQ(status_of(client.ask(get("/drop"))), 500);
    EXPECT_EQ(body_of(client.ask(get("/now?tag=1"))), "1");
    EXPECT_EQ(server_->stats().answers_missing, 1U);
}

struct Refusal {
    const char* name;
    std::string request;
    int status;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.name;
}

class Refusals : public ServerFixture, public testing::WithParamInterface<Refusal> {};

TEST_P(Refusals, AreOneProblemDocumentAndTheEnd) {
    start();
    Client client = connect();
    // Told from 0 on, so that the first is seen as one more.
    ASSERT_EQ(server_->stats().rejected.count(GetParam().status), 1U);

    // A second, smuggled request must never be answered.
    ASSERT_TRUE(client.send(GetParam().request + get("/now?tag=smuggled")));
    client.half_close();
    const std::string answer = client.read_answer();

    EXPECT_EQ(status_of(answer), GetParam().status) << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(server_->stats().rejected.at(GetParam().status), 1U);
    EXPECT_EQ(body_of(connect().ask(get("/now?tag=alive"))), "alive");
}

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: x\r\n";

INSTANTIATE_TEST_SUITE_P(
    Cases, Refusals,
    testing::Values(
        Refusal{"TwoLengths", kPost + "Content-Length: 2\r\nContent-Length: 5\r\n\r\nabcde", 400},
        Refusal{"LengthAndChunked",
                kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Refusal{"OddLength", kPost + "Content-Length: 5x\r\n\r\nabcde", 400},
        Refusal{"Oversize", kPost + "Content-Length: 2000000\r\n\r\n" + std::string(65600, 'a'),
                413},
        Refusal{"ChunkExtension", kPost + "Transfer-Encoding: chunked\r\n\r\n1;a\r\nb\r\n0\r\n\r\n",
                400},
        Refusal{"Trailer", kPost + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n", 400},
        Refusal{"Gzip", kPost + "Transfer-Encoding: gzip\r\n\r\nabc", 501},
        Refusal{"NoColon", "GET /now HTTP/1.1\r\nHost: x\r\nBadLine\r\n\r\n", 400},
        Refusal{"Folded", "GET /now HTTP/1.1\r\nHost: x\r\nX: 1\r\n 2\r\n\r\n", 400},
        Refusal{"BlankBeforeColon", "GET /now HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        Refusal{"BareLf", "GET /now HTTP/1.1\nHost: x\n\n", 400},
        Refusal{"NoHost", "GET /now HTTP/1.1\r\n\r\n", 400},
        Refusal{"AbsoluteForm", "GET http://x/now HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        Refusal{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Refusal{"Tls", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
        Refusal{"Expectation", "GET /now HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417},
        Refusal{"LongHead",
                "GET /now HTTP/1.1\r\nHost: x\r\nX: " + std::string(70000, 'a') + "\r\n\r\n", 431},
        Refusal{"LongTarget", "GET /" + std::string(20000, '/') + " HTTP/1.1\r\nHost: x\r\n\r\n",
                414}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace ebra
