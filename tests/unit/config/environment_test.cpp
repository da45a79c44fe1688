#include "loading.hpp"

#include <gtest/gtest.h>

namespace ebra::config_test {
namespace {

TEST(Environment, BeatsDotEnvWhichBeatsTheFile) {
    Loading loading;
    loading.write(".env", "MAX_ATTEMPTS=5\nGLOBAL_CONCURRENCY=50\n").set("MAX_ATTEMPTS", "6");

    const Config config =
        loading.load("[engine]\nmax_attempts = 4\nglobal_concurrency = 40\nbase_retry = \"40s\"\n");

    EXPECT_EQ(config.engine.max_attempts, 6);
    EXPECT_EQ(effective(config, "engine.max_attempts").source, "environment MAX_ATTEMPTS");
    EXPECT_EQ(config.engine.global_concurrency, 50);
    EXPECT_EQ(effective(config, "engine.global_concurrency").source, ".env GLOBAL_CONCURRENCY");
    EXPECT_EQ(config.engine.base_retry_ms, 40'000);
    EXPECT_EQ(effective(config, "engine.base_retry").source, "file");
    EXPECT_EQ(effective(config, "engine.lease").source, "default");
}

TEST(Environment, AnEmptyVariableIsNotSetAndHidesDotEnv) {
    Loading loading;
    loading.write(".env", "MAX_ATTEMPTS=5\n").set("MAX_ATTEMPTS", "");

    EXPECT_EQ(loading.load("").engine.max_attempts, 3);
}

TEST(Environment, DotEnvTakesQuotesCommentsAndExport) {
    Loading loading;
    loading.write(".env",
                  "# a comment\n\n"
                  "export API_KEY='a b # c' # quoted\r\n"
                  "CALLBACK_SECRET=\"d=e\"\n"
                  "  PUBLIC_BASE_URL = https://calls.example.com # ours\n");

    const Config config = loading.load("");

    EXPECT_EQ(config.http.api_key, "a b # c");
    EXPECT_EQ(config.http.callback_secret, "d=e");
    EXPECT_EQ(config.http.public_url, "https://calls.example.com");
}

TEST(Environment, NamesTheLineOfDotEnvThatIsWrongAndDoesNotShowIt) {
    for (const char* line : {"DB_PASS hunter2hunter2", "=hunter2hunter2", "DB PASS=hunter2hunter2",
                             "DB_PASS=\"hunter2hunter2", "DB_PASS='hunter2'hunter2"}) {
        Loading loading;
        loading.write(".env", "MAX_ATTEMPTS=5\n" + std::string(line) + "\n");

        const ConfigProblem problem = loading.problem("");

        EXPECT_EQ(problem.file, loading.path(".env").string());
        EXPECT_EQ(problem.at.line, 2u) << line;
        EXPECT_EQ(format_problem(problem).find("hunter2"), std::string::npos)
            << format_problem(problem);
    }
}

TEST(Environment, RefusesADotEnvThatCannotBeRead) {
    Loading loading;
    std::filesystem::create_directory(loading.path(".env"));

    EXPECT_NE(loading.problem("").message.find("cannot be read"), std::string::npos);
}

TEST(Environment, FillsInVariablesAnywhereInTheText) {
    Loading loading;
    loading.set("A", "one").set("B", "two");

    const Config config =
        loading.load("[http]\napi_key = \"${A}-${B}${A}\"\ncallback_secret = \"$${A} costs $5\"\n");

    EXPECT_EQ(config.http.api_key, "one-twoone");
    EXPECT_EQ(config.http.callback_secret, "${A} costs $5");
}

TEST(Environment, AValueIsNotLookedThroughAgain) {
    Loading loading;
    loading.set("A", "${B}");

    EXPECT_EQ(loading.load("[http]\napi_key = \"${A}\"\n").http.api_key, "${B}");
}

TEST(Environment, WhatAVariableStandsForIsNeverShown) {
    Loading loading;
    loading.set("WHERE", kSecret);

    const Config config = loading.load("[http]\npublic_url = \"http://${WHERE}\"\n");
    const ConfigProblem problem = loading.problem("[http]\nlisten = \"${WHERE}\"\n");

    EXPECT_EQ(config.http.public_url, "http://hunter2hunter2");
    EXPECT_EQ(effective(config, "http.public_url").value, "http://${WHERE}");
    EXPECT_NE(problem.message.find("\"${WHERE}\""), std::string::npos) << problem.message;
    EXPECT_EQ(format_problem(problem).find(kSecret), std::string::npos);
}

}  // namespace
}  // namespace ebra::config_test
