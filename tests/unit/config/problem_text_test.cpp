#include "config/problem_text.hpp"

#include "loading.hpp"

#include <gtest/gtest.h>

namespace ebra::config_test {
namespace {

using config::is_secret_name;
using config::may_show_line;

TEST(ProblemText, ShowsTheLineWithACaretBelowThePlaceAndHelp) {
    Loading loading;

    const std::string text =
        format_problem(loading.problem("[engine]\n  on_unknown = \"retri\"\n"));

    EXPECT_EQ(text, "error: \"engine.on_unknown\" expects one of \"retry\", \"fail\"\n  --> " +
                        loading.path("ebra.toml").string() +
                        ":2:16\n   |   on_unknown = \"retri\"\n   |                ^\n"
                        "help: did you mean \"retry\"?\n");
}

TEST(ProblemText, KnowsTheNamesOfSecretsButNotThoseOfTheirFiles) {
    for (const char* name : {"api_key", "API_KEY", "callback_secret", "DB_PASS", "auth_token"}) {
        EXPECT_TRUE(is_secret_name(name)) << name;
    }
    for (const char* name : {"api_key_file", "listen", "path", "phone_check"}) {
        EXPECT_FALSE(is_secret_name(name)) << name;
    }
}

TEST(ProblemText, HidesLinesThatHoldASecretOrMayBePartOfOne) {
    const std::string content =
        "listen = \"x\"\n"                                         // 1
        "api_key = \"hunter2\"\n"                                  // 2
        "options = { path = \"a\", \"api_key\" = \"hunter2\" }\n"  // 3
        "url = \"postgresql://ebra:hunter2@db/ebra\"\n"            // 4
        "token = [\n"                                              // 5
        "  \"hunter2\"\n"                                          // 6
        "]\n"                                                      // 7
        "pem = \"\"\"\n"                                           // 8
        "hunter2==\n"                                              // 9
        "\"\"\"\n"                                                 // 10
        "dirs = [\n"                                               // 11
        "  \"/usr/lib\"\n"                                         // 12
        "]\n";                                                     // 13

    for (const std::uint32_t line : {1u, 8u, 11u, 12u}) {
        EXPECT_TRUE(may_show_line(content, line)) << line;
    }
    for (const std::uint32_t line : {2u, 3u, 4u, 5u, 6u, 9u}) {
        EXPECT_FALSE(may_show_line(content, line)) << line;
    }
    EXPECT_TRUE(may_show_line(content, 99)) << "there is nothing to show";
}

TEST(ProblemText, AnErrorInTheMiddleOfASecretDoesNotShowIt) {
    for (const char* toml :
         {"[http]\napi_key = \"hunter2hunter2\n", "[http]\napi_key = hunter2hunter2\n",
          "[http]\napi_key = 999999999999999999999hunter2hunter2\n",
          "[store]\noptions = { url = \"postgresql://a:hunter2hunter2@b\", path = }\n",
          "[http]\napi_key = \"\"\"\nhunter2hunter2 \\q\n\"\"\"\n",
          "[http]\nlisten = \"x\"\napi_key = [\n\"hunter2hunter2\" \"b\"]\n"}) {
        Loading loading;

        const ConfigProblem problem = loading.problem(toml);

        EXPECT_GE(problem.at.line, 2u);
        EXPECT_EQ(format_problem(problem).find("hunter2"), std::string::npos)
            << format_problem(problem);
    }
}

TEST(ProblemText, OffersTheNearestNameWhenItIsNearEnough) {
    EXPECT_EQ(nearest_name("lisen", {"level", "listen", "lease"}), "listen");
    EXPECT_EQ(nearest_name("xyzzy", {"level", "listen", "lease"}), "");
    EXPECT_EQ(nearest_name("", {}), "");
    EXPECT_EQ(nearest_name(std::string(100'000, 'a'), {"level"}), "") << "within a limit";
}

TEST(ProblemText, ControlCharactersStayOutOfMessages) {
    Loading loading;

    const ConfigProblem problem = loading.problem("[http]\n\"a\\nb\\u001b[31m\" = 1\n");

    EXPECT_EQ(problem.message.find_first_of("\n\x1b"), std::string::npos) << problem.message;
}

}  // namespace
}  // namespace ebra::config_test
