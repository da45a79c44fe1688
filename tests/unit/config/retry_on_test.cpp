// [engine] retry_on as text.
#include "config/retry_on.hpp"

#include <gtest/gtest.h>

namespace ebra::config {
namespace {

using Rules = std::map<std::string, std::int64_t>;

TEST(RetryOn, ReadsDispositionsWithAndWithoutWaits) {
    EXPECT_EQ(parse_retry_on(""), Rules{});
    EXPECT_EQ(parse_retry_on("busy"), (Rules{{"busy", 0}}));
    EXPECT_EQ(parse_retry_on(" busy : 5m ,no_answer:1h30m"),
              (Rules{{"busy", 300'000}, {"no_answer", 5'400'000}}));
}

TEST(RetryOn, RefusesWhatMayNotBeTriedAgain) {
    for (const char* text : {"answered", "voicemail", "canceled", "bussy", "busy:", "busy: soon",
                             "busy, busy", "busy no_answer", "busy: 8d", "busy: 5m: 6m"}) {
        EXPECT_FALSE(parse_retry_on(text)) << text;
    }
}

TEST(RetryOn, NamesWhatItMayBe) {
    EXPECT_NE(expected_retry_on().find("no_answer, busy, declined"), std::string::npos);
}

}  // namespace
}  // namespace ebra::config
