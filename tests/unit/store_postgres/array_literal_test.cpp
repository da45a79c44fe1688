// Rows and arrays as PostgreSQL reads them: what a text may hold must come back as it was, and what
// it may not hold must be told before it reaches the server.
#include "array_literal.hpp"

#include <gtest/gtest.h>

namespace ebra::postgres {
namespace {

TEST(ArrayLiteral, AnEmptyArrayIsBraces) {
    const ArrayLiteral array;

    EXPECT_EQ(array.text(), "{}");
    EXPECT_TRUE(array.is_empty());
}

TEST(ArrayLiteral, NumbersAndBooleansStandBare) {
    ArrayLiteral numbers, booleans;
    numbers.add(std::int64_t{-1}).add(2u);
    booleans.add(true).add(false);

    EXPECT_EQ(numbers.text(), "{-1,2}");
    EXPECT_EQ(booleans.text(), "{t,f}");
    EXPECT_FALSE(numbers.is_empty());
}

TEST(ArrayLiteral, TextsAreQuotedSoThatNothingInThemIsSyntax) {
    ArrayLiteral array;
    array.add("a").add("").add("NULL").add("a,b").add("{}").add("\"").add("\\").add("new\nline");

    EXPECT_EQ(array.text(), R"({"a","","NULL","a,b","{}","\"","\\","new)"
                            "\n"
                            R"(line"})");
}

TEST(RowLiteral, ColumnsAreQuotedOrLeftOut) {
    RowLiteral row;
    row.add(7).add("a\"b\\c").skip().add(true).add("").skip(2);

    EXPECT_EQ(row.text(), R"((7,"a\"b\\c",,t,"",,))");
}

TEST(RowLiteral, AnEmptyFirstColumnIsStillAColumn) {
    RowLiteral row;
    row.skip().add(1);

    EXPECT_EQ(row.text(), "(,1)");
}

TEST(RowLiteral, InAnArrayItIsQuotedOnceMore) {
    RowLiteral row;
    row.add("say \"x\"");
    ArrayLiteral array;
    array.add(row);

    EXPECT_EQ(array.text(), "{\"(\\\"say \\\\\\\"x\\\\\\\"\\\")\"}");
}

TEST(Storable, TextIsUtf8WithoutNul) {
    EXPECT_TRUE(is_storable(""));
    EXPECT_TRUE(is_storable("plain"));
    EXPECT_TRUE(is_storable("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\x9E \xF4\x8F\xBF\xBF"));
}

TEST(Storable, WhatIsNoUtf8IsRefused) {
    using namespace std::string_view_literals;
    for (const std::string_view bad :
         {"a\0b"sv, "\0"sv, "\x80"sv, "\xC3"sv, "\xC0\xAF"sv, "\xC1\x81"sv, "\xE0\x80\x80"sv,
          "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv,
          "\xE2\x82"sv, "\xC3("sv, "\xFF"sv}) {
        EXPECT_FALSE(is_storable(bad)) << testing::PrintToString(bad);
    }
}

TEST(Hex, EveryByteComesBack) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);

    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(to_hex("\xFF\x01"), "ff01");
}

}  // namespace
}  // namespace ebra::postgres
