// Options: every problem is told, with the nearest valid name, and nothing is opened.
#include "options.hpp"

#include "error.hpp"

#include "ebra/plugin.hpp"

#include <gtest/gtest.h>

namespace ebra::sqlite {
namespace {

struct Told {
    std::string pointer;
    std::string nearest;
};

std::vector<Told> problems_of(std::string_view json) {
    std::vector<Told> told;
    const ebra_config_sink sink = {
        &told, [](void* context, const ebra_config_problem* problem) {
            static_cast<std::vector<Told>*>(context)->push_back(
                {plugin::copy(problem->pointer), plugin::copy(problem->nearest)});
        }};
    const ebra_status status = check_options(json, sink);
    EXPECT_EQ(status, told.empty() ? EBRA_OK : EBRA_INVALID_ARGUMENT);
    return told;
}

TEST(Options, DefaultsAreTheDurableOnes) {
    const Options options = parse_options(R"({"path": "/var/lib/ebra/calls.db"})");

    EXPECT_EQ(options.path, "/var/lib/ebra/calls.db");
    EXPECT_TRUE(options.always_full);
    EXPECT_EQ(options.busy_timeout_ms, kBusyTimeoutMs);
}

TEST(Options, EveryProblemIsTold) {
    const auto told = problems_of(R"({"durability": "most", "busy_timeout_ms": 1, "pth": "x"})");

    ASSERT_EQ(told.size(), 4u);
    EXPECT_EQ(told[0].pointer, "/path");
    EXPECT_EQ(told[1].pointer, "/durability");
    EXPECT_EQ(told[2].pointer, "/busy_timeout_ms");
    EXPECT_EQ(told[3].pointer, "/pth");
    EXPECT_EQ(told[3].nearest, "path");
}

TEST(Options, WhatIsNoObjectIsOneProblem) {
    EXPECT_EQ(problems_of("[1]").size(), 1u);
    EXPECT_EQ(problems_of("{").size(), 1u);
    EXPECT_EQ(problems_of("").size(), 1u);
}

TEST(Options, SpecialNamesOfSqliteAreRefused) {
    EXPECT_EQ(problems_of(R"({"path": ":memory:"})").size(), 1u);
    EXPECT_EQ(problems_of(R"({"path": "file:x?mode=memory"})").size(), 1u);
}

TEST(Options, ParsingNamesTheNearestKey) {
    try {
        parse_options(R"({"path": "a.db", "durabilty": "full"})");
        FAIL() << "an unknown key was taken";
    } catch (const StoreError& error) {
        EXPECT_EQ(error.status(), EBRA_INVALID_ARGUMENT);
        EXPECT_NE(std::string(error.what()).find("durability"), std::string::npos);
    }
}

}  // namespace
}  // namespace ebra::sqlite
