// Over HTTP/2: many starts on one connection, and each dialed at most once whatever becomes of its
// stream or its connection. The server's own ledger is the witness.
#include "certificate.hpp"
#include "fake_process.hpp"
#include "provider_face.hpp"

#include <gtest/gtest.h>
#include <map>

namespace ebra::provider_http::test {
namespace {

using ebra::test::Certificate;
using ebra::test::FakeProvider;

class Http2 : public ::testing::Test {
 protected:
    explicit Http2(const std::string& streams = "100")
        : fake_({"--h2", certificate_.file(), certificate_.key_file(), "--h2-streams", streams}) {}

    nlohmann::json options() const {
        return {{"preset", "generic"},
                {"base_url", fake_.h2().at("url").get<std::string>() + "/generic"},
                {"ca_file", certificate_.file()}};
    }

    static GivenCall call(int number) {
        GivenCall made;
        made.reference = "0190a5c4-7b1e-7000-8000-0000000000aa." + std::to_string(number);
        return made;
    }

    /// Begins so many starts at once and waits for all.
    void start_all(ProviderFace& provider, int count) {
        for (int number = 1; number <= count; ++number) {
            ASSERT_EQ(provider.begin(call(number), static_cast<ebra_op>(1'000 + number)), EBRA_OK);
        }
        ASSERT_TRUE(provider.host().wait_for_count(static_cast<std::size_t>(count)));
    }

    static int count_of(ProviderFace& provider, int count, std::int32_t answer) {
        int found = 0;
        for (int number = 1; number <= count; ++number) {
            const auto result = provider.host().wait_for(static_cast<ebra_op>(1'000 + number));
            found += result && result->answer == answer ? 1 : 0;
        }
        return found;
    }

    /// How often each reference came in on any stream, and that none was dialed twice.
    std::map<std::string, int> streams() const {
        std::map<std::string, int> dials;
        for (const auto& dial : fake_.dials()) ++dials[dial.at("key").get<std::string>()];
        for (const auto& [reference, count] : dials) EXPECT_EQ(count, 1) << reference;
        std::map<std::string, int> seen;
        const nlohmann::json door = fake_.h2();
        for (const auto& stream : door.at("streams")) {
            ++seen[stream.at("key").get<std::string>()];
        }
        return seen;
    }

    void expect_each_stream_once() const {
        for (const auto& [reference, count] : streams()) EXPECT_EQ(count, 1) << reference;
    }

    const Certificate certificate_;
    const FakeProvider fake_;
};

TEST_F(Http2, StartsShareOneConnection) {
    constexpr int kStarts = 60;
    fake_.plan({{"fault", "slow"}, {"delay_ms", 400}, {"count", kStarts}});
    ProviderFace provider(options());

    start_all(provider, kStarts);

    EXPECT_EQ(count_of(provider, kStarts, EBRA_START_PLACED), kStarts);
    EXPECT_EQ(fake_.dials().size(), static_cast<std::size_t>(kStarts));
    EXPECT_EQ(fake_.h2().at("connections"), 1);
    EXPECT_GT(fake_.h2().at("most_at_once"), kStarts / 2);
    expect_each_stream_once();
}

TEST_F(Http2, AStreamRefusedUnprocessedIsNotSentAgainByItself) {
    ProviderFace provider(options());
    EXPECT_EQ(provider.start(call(1)).answer, EBRA_START_PLACED);
    fake_.plan({{"fault", "refuse"}});

    const SeenResult refused = provider.start(call(2));

    EXPECT_EQ(refused.answer, EBRA_START_UNKNOWN) << refused.message;
    EXPECT_EQ(streams()[call(2).reference], 1);
    EXPECT_EQ(fake_.dials().size(), 1u);
    EXPECT_EQ(provider.start(call(3)).answer, EBRA_START_PLACED);
    expect_each_stream_once();
}

TEST_F(Http2, AStreamRefusedAfterTheTimeToSendIsNotSentAgain) {
    fake_.plan({{"fault", "refuse"}, {"delay_ms", 400}});
    ProviderFace provider(options());
    GivenCall hurried = call(1);
    hurried.send_within_ms = 300;

    EXPECT_EQ(provider.start(hurried).answer, EBRA_START_UNKNOWN);

    EXPECT_EQ(streams()[hurried.reference], 1);
    EXPECT_TRUE(fake_.dials().empty());
}

TEST_F(Http2, WhatAGoAwayLeavesOutIsNotSentAgainByItself) {
    ProviderFace provider(options());
    EXPECT_EQ(provider.start(call(1)).answer, EBRA_START_PLACED);
    fake_.plan({{"fault", "goaway"}});

    EXPECT_EQ(provider.start(call(2)).answer, EBRA_START_UNKNOWN);

    EXPECT_EQ(streams()[call(2).reference], 1);
    EXPECT_EQ(provider.start(call(3)).answer, EBRA_START_PLACED);
    EXPECT_EQ(fake_.h2().at("connections"), 2);
    expect_each_stream_once();
}

TEST_F(Http2, WhatAGoAwayStillCoversIsAnswered) {
    fake_.plan({{"fault", "goaway_after"}, {"delay_ms", 200}});
    ProviderFace provider(options());

    EXPECT_EQ(provider.start(call(1)).answer, EBRA_START_PLACED);
    EXPECT_EQ(provider.start(call(2)).answer, EBRA_START_PLACED);

    EXPECT_EQ(fake_.dials().size(), 2u);
    expect_each_stream_once();
}

TEST_F(Http2, AStreamResetAfterDialingIsUnknownAndDialedOnce) {
    fake_.plan({{"fault", "reset"}});
    ProviderFace provider(options());

    EXPECT_EQ(provider.start(call(1)).answer, EBRA_START_UNKNOWN);

    EXPECT_EQ(fake_.dials().size(), 1u);
    expect_each_stream_once();
}

TEST_F(Http2, AConnectionThatDiesUnderItsStreamsIsDialedOnceEach) {
    constexpr int kStarts = 30;
    ProviderFace provider(options());
    EXPECT_EQ(provider.start(call(99)).answer, EBRA_START_PLACED);
    fake_.plan({{"fault", "slow"}, {"delay_ms", 5'000}, {"count", kStarts - 1}});
    fake_.plan({{"fault", "kill"}, {"delay_ms", 100}});

    start_all(provider, kStarts);

    EXPECT_EQ(count_of(provider, kStarts, EBRA_START_UNKNOWN), kStarts);
    EXPECT_EQ(fake_.dials().size(), static_cast<std::size_t>(kStarts) + 1);
    expect_each_stream_once();
    EXPECT_EQ(provider.start(call(100)).answer, EBRA_START_PLACED);
}

TEST_F(Http2, AQuestionThatIsRefusedIsAskedAgain) {
    nlohmann::json retell = options();
    retell["preset"] = "retell";
    retell["api_key"] = "the-api-key";
    retell["from_number"] = "+15550001111";
    retell["webhook_secret"] = "signing-secret";
    retell["base_url"] = fake_.h2().at("url").get<std::string>() + "/retell";
    ProviderFace provider(retell);
    ASSERT_EQ(provider.status(), EBRA_OK) << provider.message();
    GivenCall asked = call(1);
    const SeenResult started = provider.start(asked);
    ASSERT_EQ(started.answer, EBRA_START_PLACED) << started.message << provider.message();
    asked.provider_call_id = started.provider_call_id;
    fake_.plan({{"fault", "refuse"}});

    const SeenResult found = provider.query(asked);

    EXPECT_EQ(found.answer, EBRA_FOUND) << found.message;
    EXPECT_EQ(fake_.h2().at("streams").size(), 3u)
        << "libcurl asks again by itself: the guard is what stops it for a start";
}

class Http2WithFewStreams : public Http2 {
 protected:
    Http2WithFewStreams() : Http2("2") {}
};

TEST_F(Http2WithFewStreams, MoreStartsThanAConnectionCarriesAreDialedOnceEach) {
    constexpr int kStarts = 10;
    ProviderFace provider(options());
    // From then on the limit is known.
    EXPECT_EQ(provider.start(call(99)).answer, EBRA_START_PLACED);
    fake_.plan({{"fault", "slow"}, {"delay_ms", 200}, {"count", kStarts}});

    start_all(provider, kStarts);

    EXPECT_LE(fake_.h2().at("most_at_once"), 2);
    EXPECT_EQ(count_of(provider, kStarts, EBRA_START_PLACED), kStarts);
    EXPECT_EQ(fake_.dials().size(), static_cast<std::size_t>(kStarts) + 1);
    expect_each_stream_once();
}

}  // namespace
}  // namespace ebra::provider_http::test
