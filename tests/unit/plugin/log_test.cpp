#include "log.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <string>

namespace ebra {
namespace {

using testing::MatchesRegex;

std::string captured(log::Level lowest, log::Format format, const std::function<void()>& body) {
    log::configure(lowest, format);
    testing::internal::CaptureStderr();
    body();
    return testing::internal::GetCapturedStderr();
}

std::string in_json(const std::function<void()>& body) {
    return captured(log::Level::kInfo, log::Format::kJson, body);
}

std::string in_text(const std::function<void()>& body) {
    return captured(log::Level::kInfo, log::Format::kText, body);
}

TEST(Log, AJsonLineHasTimeLevelEventAndFields) {
    const std::string line = in_json([] {
        log::info("call_claimed", {{"call_id", "c-1"}, {"attempt", 2}});
    });

    const auto json = nlohmann::json::parse(line);
    EXPECT_THAT(json["time"].get<std::string>(),
                MatchesRegex("[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9:]+\\.[0-9][0-9][0-9]Z"));
    EXPECT_EQ(json["level"], "info");
    EXPECT_EQ(json["event"], "call_claimed");
    EXPECT_EQ(json["call_id"], "c-1");
    EXPECT_EQ(json["attempt"], 2);
    EXPECT_EQ(line.back(), '\n');
}

TEST(Log, AJsonLineEscapesWhatWouldBreakIt) {
    const std::string value = "quote \" backslash \\ newline \n percent %v {} nul \x01";

    const std::string line = in_json([&] { log::info("said", {{"text", value}}); });

    EXPECT_EQ(nlohmann::json::parse(line)["text"], value);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(Log, BytesThatAreNoUtf8AreReplaced) {
    const std::string line = in_json([] { log::info("said", {{"text", "a\xFFz"}}); });

    EXPECT_EQ(nlohmann::json::parse(line)["text"], "a\uFFFDz");
}

TEST(Log, ATextLineIsReadable) {
    const std::string line = in_text([] {
        log::warn("call_refused", {{"call_id", "c-1"}, {"attempt", 2}});
    });

    EXPECT_THAT(line, MatchesRegex("[0-9-]+T[0-9:.]+Z warn call_refused call_id=c-1 attempt=2\n"));
}

TEST(Log, ATextValueCannotForgeAFieldOrALine) {
    const std::string line = in_text([] {
        log::error("said", {{"text", "a=b c\nerror forged"}, {"empty", ""}});
    });

    EXPECT_THAT(line, MatchesRegex(".* error said text=\"a=b c\\\\nerror forged\" empty=\"\"\n"));
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(Log, LevelsBelowTheLowestAreNotWritten) {
    const std::string lines = captured(log::Level::kWarn, log::Format::kText, [] {
        EXPECT_FALSE(log::enabled(log::Level::kInfo));
        log::debug("one", {});
        log::info("two", {});
        log::write(log::Level::kInfo, "three", {});
        log::warn("four", {});
    });

    EXPECT_THAT(lines, MatchesRegex("[^\n]* warn four\n"));
}

}  // namespace
}  // namespace ebra
