#include "config/values.hpp"

#include <gtest/gtest.h>

namespace ebra::config {
namespace {

TEST(Values, DurationsAreSumsOfWholeUnits) {
    EXPECT_EQ(parse_duration("250ms"), 250);
    EXPECT_EQ(parse_duration("30s"), 30'000);
    EXPECT_EQ(parse_duration("1h30m"), 5'400'000);
    EXPECT_EQ(parse_duration("0s"), 0);
    for (const char* wrong : {"", "30", "s", "30 s", "-1s", "1.5s", "1S", "367d", "s30"}) {
        EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
    }
}

TEST(Values, DurationsNeverOverflow) {
    EXPECT_EQ(parse_duration("9223372036854775807d"), std::nullopt);
    std::string many;
    for (int n = 0; n < 100; ++n) many += "366d";
    EXPECT_EQ(parse_duration(many), std::nullopt);
}

TEST(Values, FormattedDurationsParseToThemselves) {
    for (const std::int64_t ms : {0L, 1L, 999L, 1'000L, 90'000L, 3'600'000L, 604'800'000L}) {
        EXPECT_EQ(parse_duration(format_duration(ms)), ms) << format_duration(ms);
    }
    EXPECT_EQ(format_duration(900'000), "15m");
    EXPECT_EQ(format_duration(90'000), "90s");
}

TEST(Values, BooleansAreWordsInAnyCase) {
    for (const char* word : {"true", "TRUE", "1", "yes", "On"})
        EXPECT_EQ(parse_boolean(word), true);
    for (const char* word : {"false", "0", "No", "off"}) EXPECT_EQ(parse_boolean(word), false);
    EXPECT_EQ(parse_boolean("maybe"), std::nullopt);
}

TEST(Values, IntegersAreTheWholeText) {
    EXPECT_EQ(parse_integer("-7"), -7);
    for (const char* wrong : {"", " 7", "7 ", "7.0", "0x7", "9223372036854775808"}) {
        EXPECT_EQ(parse_integer(wrong), std::nullopt) << wrong;
    }
}

TEST(Values, TellsUtf8FromBytes) {
    for (const char* text :
         {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x93\x9e"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
    for (const char* bytes :
         {"\xff", "\xc3", "\xc3(", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
        EXPECT_FALSE(is_utf8(bytes)) << bytes;
    }
}

}  // namespace
}  // namespace ebra::config
