#include "time_text.hpp"

#include <gtest/gtest.h>

namespace ebra {
namespace {

TEST(TimeText, WritesUtcWithMilliseconds) {
    EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(time_text(1'700'000'000'123), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(time_text(951'782'400'000), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(time_text(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, StaysInFourDigitsOfYear) {
    EXPECT_EQ(time_text(INT64_MAX), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(time_text(INT64_MIN), "1970-01-01T00:00:00.000Z");
}

TEST(TimeText, ReadsEveryFormOfRfc3339) {
    const std::int64_t noon = 1'700'000'000'000;
    EXPECT_EQ(parse_time_text("2023-11-14T22:13:20Z"), noon);
    EXPECT_EQ(parse_time_text("2023-11-14t22:13:20z"), noon);
    EXPECT_EQ(parse_time_text("2023-11-14 22:13:20Z"), noon);
    EXPECT_EQ(parse_time_text("2023-11-14T22:13:20.5Z"), noon + 500);
    EXPECT_EQ(parse_time_text("2023-11-14T22:13:20.123456789Z"), noon + 123);
    EXPECT_EQ(parse_time_text("2023-11-14T23:13:20+01:00"), noon);
    EXPECT_EQ(parse_time_text("2023-11-15T03:43:20+05:30"), noon);
    EXPECT_EQ(parse_time_text("2023-11-14T14:13:20-08:00"), noon);
    EXPECT_EQ(parse_time_text("2016-12-31T23:59:60Z"), 1'483'228'799'999);
}

TEST(TimeText, RefusesEverythingElse) {
    for (const char* text : {"",
                             "2023",
                             "2023-11-14",
                             "2023-11-14T22:13Z",
                             "2023-11-14T22:13:20",
                             "2023-11-14T22:13:20+0100",
                             "2023-02-29T00:00:00Z",
                             "2023-13-01T00:00:00Z",
                             "2023-00-01T00:00:00Z",
                             "2023-11-14T24:00:00Z",
                             "2023-11-14T22:60:00Z",
                             "2023-11-14T22:13:61Z",
                             "2023-11-14T22:13:20.Z",
                             "2023-11-14T22:13:20Z ",
                             " 2023-11-14T22:13:20Z",
                             "+023-11-14T22:13:20Z",
                             "1969-12-31T23:59:59Z",
                             "1700000000000",
                             "2023-11-14T22:13:20+24:00",
                             "now"}) {
        EXPECT_EQ(parse_time_text(text), std::nullopt) << text;
    }
}

TEST(TimeText, ReadsBackWhatItWrote) {
    for (std::int64_t ms = 1; ms < 253'402'300'799'999; ms += 987'654'321'987) {
        EXPECT_EQ(parse_time_text(time_text(ms)), ms);
    }
}

}  // namespace
}  // namespace ebra
