#include "http/framing.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

using Verdict = Framing::Verdict;

constexpr FramingLimits kLimits{1024, 8, 64};

struct Case {
    const char* name;
    std::string input;
    Verdict verdict;
    int status = 0;
    std::string body{};
};

void PrintTo(const Case& item, std::ostream* out) {
    *out << item.name;
}

std::string get(const std::string& lines) {
    return "GET /e HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
}

std::string post(const std::string& lines, const std::string& body) {
    return "POST /e HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n" + body;
}

std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

Case accepts(const char* name, std::string input, std::string body = {}) {
    return {name, std::move(input), Verdict::kMessage, 0, std::move(body)};
}

Case refuses(const char* name, std::string input, int status = 400) {
    return {name, std::move(input), Verdict::kReject, status};
}

Case waits(const char* name, std::string input) {
    return {name, std::move(input), Verdict::kNeedMore};
}

std::vector<Case> plain_cases() {
    using namespace std::string_literals;
    return {
        accepts("Plain", get("")),
        accepts("Http10WithoutHost", "GET / HTTP/1.0\r\n\r\n"),
        accepts("OneEmptyLineFirst", "\r\n" + get("")),
        refuses("TwoEmptyLinesFirst", "\r\n\r\n" + get("")),
        accepts("UnknownMethod", "FOO / HTTP/1.1\r\nHost: x\r\n\r\n"),
        accepts("ValueWithTabAndHighBytes", get("X-A:\tone \xC3\xA9\r\n")),
        accepts("EmptyValue", get("X-A:\r\n")),
        waits("NothingYet", ""),
        waits("HalfLine", "GET /e HT"),
        waits("NoEndOfHead", "GET /e HTTP/1.1\r\nHost: x\r\n"),
        refuses("TlsHello", "\x16\x03\x01\x02"s),
        refuses("NoVersion", "GET /ping\r\n\r\n"),
        refuses("EmptyVersion", "GET /ping \r\nHost: x\r\n\r\n"),
        refuses("LowerCaseVersion", "GET / http/1.1\r\nHost: x\r\n\r\n"),
        refuses("Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        refuses("Http99", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
        refuses("MethodWithColon", "G:T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("MethodTooLong", std::string(33, 'A') + " / HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("LeadingBlank", " GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("TwoBlanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("BlankInTarget", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("AbsoluteForm", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("Asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("TargetWithoutSlash", "GET xv1/calls HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("Fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
        refuses("NonAsciiTarget", "GET /\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n"),
    };
}

std::vector<Case> header_cases() {
    using namespace std::string_literals;
    return {
        refuses("NoHost", "GET /e HTTP/1.1\r\n\r\n"),
        refuses("TwoHosts", get("Host: y\r\n")),
        refuses("HostWithBlank", "GET /e HTTP/1.1\r\nHost: a b\r\n\r\n"),
        refuses("HostWithPath", "GET /e HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        accepts("HostWithOddPort", "GET /e HTTP/1.1\r\nHost: x:99999\r\n\r\n"),
        accepts("HostIpv6", "GET /e HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        refuses("BareLf", "GET /ping HTTP/1.1\nHost: x\n\n"),
        refuses("BareLfInHeaders", get("X-A: 1\nX-B: 2\r\n")),
        refuses("BareCr", get("X-A: 1\rX-B: 2\r\n")),
        refuses("NoColon", get("BadLine\r\n")),
        refuses("EmptyName", get(": x\r\n")),
        refuses("BlankBeforeColon", get("X-A : 1\r\n")),
        refuses("FoldedLine", get("X-A: 1\r\n  folded\r\n")),
        refuses("NulInValue", get("X-A: a\0b\r\n"s)),
        refuses("DeleteInValue", get("X-A: a\x7F\r\n")),
        accepts("OddContentType",
                post("Content-Type: application/json; x\r\nContent-Length: 2\r\n", "ab"), "ab"),
        accepts("OddAccept", get("Accept: ,,;q=x\r\n")),
        accepts("OddCookie", get("Cookie: foo; =; ;;bar\r\n")),
        accepts("OddDate", get("Date: yesterday\r\nIf-Modified-Since: nope\r\n")),
        accepts("OddCacheControl", get("Cache-Control: max-age=abc x\r\n")),
        accepts("Upgrade", get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n")),
        refuses("OddExpectation", get("Expect: nonsense\r\n"), 417),
        refuses("TooManyHeaders",
                get("a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\nf: 6\r\ng: 7\r\nh: 8\r\n"), 431),
        refuses("LongHeaders", get("X-Long: " + std::string(2000, 'a') + "\r\n"), 431),
        refuses("LongHeaderWithoutEnd", "GET / HTTP/1.1\r\nX: " + std::string(2000, 'a'), 431),
        refuses("LongRequestLine", "GET /" + std::string(2000, '/') + " HTTP/1.1\r\n\r\n", 414),
    };
}

std::vector<Case> length_cases() {
    using namespace std::string_literals;
    return {
        accepts("Body", post("Content-Length: 6\r\n", "\0\x01\xFF\r\n\0"s), "\0\x01\xFF\r\n\0"s),
        accepts("BodyAndMore", post("Content-Length: 2\r\n", "abEXTRA"), "ab"),
        accepts("LongestBody", post("Content-Length: 64\r\n", std::string(64, 'b')),
                std::string(64, 'b')),
        accepts("LengthWithZeros", post("Content-Length: 0002\r\n", "ab"), "ab"),
        waits("ShortBody", post("Content-Length: 5\r\n", "abcd")),
        refuses("BodyTooLong", post("Content-Length: 65\r\n", ""), 413),
        refuses("HugeLength", post("Content-Length: 99999999999999999999\r\n", "ab"), 413),
        refuses("Length2To63", post("Content-Length: 9223372036854775808\r\n", "ab"), 413),
        refuses("Length2To64Plus2", post("Content-Length: 18446744073709551618\r\n", "ab"), 413),
        refuses("NegativeLength", post("Content-Length: -5\r\n", "abcde")),
        refuses("PlusLength", post("Content-Length: +5\r\n", "abcde")),
        refuses("LengthWithLetter", post("Content-Length: 5x\r\n", "abcde")),
        refuses("HexLength", post("Content-Length: 0x5\r\n", "abcde")),
        refuses("EmptyLength", post("Content-Length: \r\n", "")),
        refuses("ListLength", post("Content-Length: 5, 5\r\n", "abcde")),
        refuses("SameLengthTwice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab")),
        refuses("TwoLengths", post("Content-Length: 2\r\ncontent-length: 5\r\n", "abcde")),
        refuses("LengthAndChunked",
                post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refuses("ChunkedAndLength",
                post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
        refuses("ChunkedTwice",
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refuses("ChunkedTwiceInOne", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
                501),
        refuses("Gzip", post("Transfer-Encoding: gzip\r\n", "abc"), 501),
        refuses("ChunkedWithParameter", post("Transfer-Encoding: chunked;x\r\n", "0\r\n\r\n"), 501),
        refuses("ChunkedInHttp10",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    };
}

std::vector<Case> chunk_cases() {
    std::string tiny;
    for (int i = 0; i < 20; ++i) tiny += "1\r\nx\r\n";
    return {
        accepts("Chunks", chunked("5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n"), "abcdefgh"),
        accepts("ChunksInCapitals",
                post("TRANSFER-ENCODING: Chunked\r\n", "A\r\n0123456789\r\n0\r\n\r\n"),
                "0123456789"),
        accepts("NoChunks", chunked("0\r\n\r\n")),
        accepts("TinyChunks", chunked(tiny + "0\r\n\r\n"), std::string(20, 'x')),
        accepts("ChunkSizeWithZeros", chunked("00000002\r\nab\r\n0\r\n\r\n"), "ab"),
        waits("ChunksWithoutEnd", chunked("5\r\nabcde\r\n")),
        waits("ChunksWithoutLastLine", chunked("5\r\nabcde\r\n0\r\n")),
        refuses("ChunkExtension", chunked("5;foo=bar\r\nabcde\r\n0\r\n\r\n")),
        refuses("Trailer", chunked("5\r\nabcde\r\n0\r\nX-T: 1\r\n\r\n")),
        refuses("NegativeChunk", chunked("-2\r\nabcde\r\n0\r\n\r\n")),
        refuses("BlankChunkSize", chunked(" 5\r\nabcde\r\n0\r\n\r\n")),
        refuses("EmptyChunkSize", chunked("\r\nabcde\r\n0\r\n\r\n")),
        refuses("ChunkSizeBareLf", chunked("5\nabcde\r\n0\r\n\r\n")),
        refuses("ChunkSizeBareCr", chunked("5\rabcde\r\n0\r\n\r\n")),
        refuses("ChunkLongerThanSaid", chunked("5\r\nabcdef\r\n0\r\n\r\n")),
        refuses("ChunkShorterThanSaid", chunked("5\r\nabcd\r\n0\r\n\r\n")),
        refuses("ChunkSizeNineDigits", chunked("000000005\r\nabcde\r\n0\r\n\r\n")),
        refuses("ChunkOf4GiB", chunked("ffffffff\r\nabcde"), 413),
        refuses("ChunksTooLong", chunked("40\r\n" + std::string(64, 'a') + "\r\n1\r\n"), 413),
    };
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (auto& part : {plain_cases(), header_cases(), length_cases(), chunk_cases()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

class FramingTable : public testing::TestWithParam<Case> {};

void expect_case(const Case& expected, const Framing& framing, const FramingState& state) {
    EXPECT_EQ(static_cast<int>(framing.verdict), static_cast<int>(expected.verdict));
    EXPECT_EQ(framing.status, expected.status) << framing.reason;
    EXPECT_EQ(framing.reason.empty(), expected.verdict != Verdict::kReject);
    if (framing.verdict != Verdict::kMessage) return;
    EXPECT_EQ(state.body(expected.input), expected.body);
}

TEST_P(FramingTable, AllAtOnce_GivesTheVerdict) {
    FramingState state;

    const Framing framing = frame_message(GetParam().input, kLimits, state);

    expect_case(GetParam(), framing, state);
}

TEST_P(FramingTable, ByteByByte_GivesTheSameVerdict) {
    const std::string& input = GetParam().input;
    FramingState state;
    Framing framing;

    for (std::size_t size = 0; size <= input.size(); ++size) {
        framing = frame_message(std::string_view(input).substr(0, size), kLimits, state);
        if (framing.verdict != Verdict::kNeedMore) break;
    }

    expect_case(GetParam(), framing, state);
}

TEST_P(FramingTable, CutInTwo_GivesTheSameVerdictWhereverTheCutIs) {
    const std::string& input = GetParam().input;

    for (std::size_t cut = 0; cut < input.size(); ++cut) {
        FramingState state;
        Framing framing = frame_message(std::string_view(input).substr(0, cut), kLimits, state);
        if (framing.verdict == Verdict::kNeedMore) framing = frame_message(input, kLimits, state);
        expect_case(GetParam(), framing, state);
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, FramingTable, testing::ValuesIn(all_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Framing, Length_EndsWhereTheNextMessageBegins) {
    const std::string first = post("Content-Length: 3\r\n", "abc");
    FramingState state;

    const Framing framing = frame_message(first + get(""), kLimits, state);

    EXPECT_EQ(framing.length, first.size());
}

TEST(Framing, Head_KeepsNamesAndValuesInOrderWithoutOuterBlanks) {
    const std::string input = get("x-SIGNATURE:\tone \r\nX-Signature: two\r\n");
    FramingState state;
    ASSERT_EQ(frame_message(input, kLimits, state).verdict, Verdict::kMessage);

    const auto& headers = state.head().headers;

    ASSERT_EQ(headers.size(), 3U);
    EXPECT_EQ(headers[1].first.of(input), "x-SIGNATURE");
    EXPECT_EQ(headers[1].second.of(input), "one");
    EXPECT_EQ(headers[2].second.of(input), "two");
}

bool closes(const std::string& input) {
    FramingState state;
    EXPECT_EQ(frame_message(input, kLimits, state).verdict, Verdict::kMessage) << input;
    return state.head().wants_close;
}

TEST(Framing, Connection_FollowsTheVersionsDefaults) {
    EXPECT_FALSE(closes(get("")));
    EXPECT_FALSE(closes(get("Connection: keep-alive\r\n")));
    EXPECT_TRUE(closes(get("Connection: close\r\n")));
    EXPECT_TRUE(closes(get("Connection: Keep-Alive, CLOSE\r\n")));
    EXPECT_TRUE(closes("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_FALSE(closes("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    EXPECT_TRUE(closes("GET / HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n"));
}

TEST(Framing, Expect_IsKnownBeforeTheBody) {
    FramingState state;

    const Framing framing =
        frame_message(post("Content-Length: 5\r\nExpect: 100-Continue\r\n", ""), kLimits, state);

    EXPECT_EQ(framing.verdict, Verdict::kNeedMore);
    EXPECT_TRUE(state.is_head_complete());
    EXPECT_TRUE(state.head().expects_continue);
}

TEST(Framing, Garbage_OfAThousandBytesIsRefusedOrWaitsButNeverAMessage) {
    std::uint32_t seed = 7;
    for (int round = 0; round < 200; ++round) {
        std::string garbage;
        for (int i = 0; i < 1000; ++i) {
            seed = seed * 1664525U + 1013904223U;
            garbage.push_back(static_cast<char>(seed >> 24U));
        }
        FramingState state;
        EXPECT_NE(frame_message(garbage, kLimits, state).verdict, Verdict::kMessage);
    }
}

TEST(Framing, ManyTinyChunks_AreRefusedBeforeTheyFillMemory) {
    const FramingLimits limits{1024, 8, 64 * 1024};
    std::string input = chunked("");
    for (int i = 0; i < 60'000; ++i) input += "1\r\nx\r\n";
    FramingState state;

    const Framing framing = frame_message(input, limits, state);

    EXPECT_EQ(framing.verdict, Verdict::kReject);
    EXPECT_EQ(framing.status, 413);
}

TEST(Framing, Reset_ForgetsTheMessageBefore) {
    FramingState state;
    ASSERT_EQ(frame_message(chunked("1\r\na\r\n0\r\n\r\n"), kLimits, state).verdict,
              Verdict::kMessage);

    state.reset();
    const std::string second = post("Content-Length: 1\r\n", "b");
    const Framing framing = frame_message(second, kLimits, state);

    EXPECT_EQ(framing.length, second.size());
    EXPECT_EQ(state.body(second), "b");
    EXPECT_EQ(state.head().headers.size(), 2U);
}

}  // namespace
}  // namespace ebra
