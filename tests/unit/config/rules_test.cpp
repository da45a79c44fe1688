#include "config/rules.hpp"

#include "loading.hpp"

#include <gtest/gtest.h>

namespace ebra::config_test {
namespace {

TEST(Rules, LoopbackNeedsNoSecrets) {
    for (const char* listen : {"127.0.0.1:3000", "127.8.9.1:0", "localhost:3000", "[::1]:3000"}) {
        Loading loading;

        const Config config = loading.load("[http]\nlisten = \"" + std::string(listen) + "\"\n");

        EXPECT_EQ(config.http.listen, listen);
    }
}

TEST(Rules, BeyondLoopbackBothSecretsAreDemanded) {
    for (const char* listen : {"0.0.0.0:3000", "[::]:3000", "calls.example.com:80", "127.1:3000",
                               "127.0.0.1.example.com:3000"}) {
        Loading loading;
        loading.write("ebra.toml", "[http]\nlisten = \"" + std::string(listen) + "\"\n");

        const auto loaded = loading.load_file(loading.path("ebra.toml"));

        ASSERT_EQ(loaded.index(), 1u) << listen;
        EXPECT_EQ(std::get<1>(loaded).size(), 2u) << shown(std::get<1>(loaded));
    }
}

TEST(Rules, AVariableThatBreaksARuleIsNamed) {
    Loading loading;
    loading.set("STALE_INPROG_SECONDS", "5");

    const ConfigProblem problem = loading.problem("[engine]\nstale_after = \"1h\"\n");

    EXPECT_EQ(problem.at.line, 0u) << "it is not the file's fault";
    EXPECT_NE(problem.message.find("environment STALE_INPROG_SECONDS"), std::string::npos)
        << problem.message;
}

TEST(Rules, ASecretThatSaysItIsBase64MustBe) {
    for (const char* rest : {"", "hunter2hunter2", "AAA", "AAA!", "=AAA", "A===", "AA=A", "AA-_"}) {
        Loading loading;

        const ConfigProblem problem =
            loading.problem("[http]\ncallback_secret = \"whsec_" + std::string(rest) + "\"\n");

        EXPECT_EQ(problem.at.line, 2u) << rest;
        EXPECT_EQ(problem.key, "http.callback_secret") << rest;
        EXPECT_NE(problem.message.find("base64"), std::string::npos) << problem.message;
        EXPECT_EQ(problem.message.find("hunter2"), std::string::npos) << problem.message;
    }
    for (const char* secret : {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                               "whsec_AA==", "whsec_A+/=", "WHSEC_plain text", "any other text"}) {
        Loading loading;

        const Config config =
            loading.load("[http]\ncallback_secret = \"" + std::string(secret) + "\"\n");

        EXPECT_EQ(config.http.callback_secret, secret);
    }
}

TEST(Rules, ASecretThatIsNotBase64IsBlamedOnWhereItCameFrom) {
    Loading loading;
    loading.write("broken", "whsec_hunter2\n");
    std::filesystem::permissions(loading.path("broken"), std::filesystem::perms::owner_read);
    const std::string toml = "[http]\ncallback_secret_file = \"${SECRETS}/broken\"\n";

    EXPECT_EQ(loading.problem(toml).at.line, 2u);

    loading.set("CALLBACK_SECRET", "whsec_hunter2");
    const ConfigProblem problem = loading.problem("");
    EXPECT_EQ(problem.at.line, 0u);
    EXPECT_NE(problem.message.find("environment CALLBACK_SECRET"), std::string::npos)
        << problem.message;
}

TEST(Rules, SixtyFourProvidersAreEnough) {
    std::string toml;
    for (int n = 0; n < 65; ++n) {
        toml += "[[provider]]\nname = \"p" + std::to_string(n) + "\"\nplugin = \"provider-sim\"\n";
    }
    Loading loading;

    const ConfigProblem problem = loading.problem(toml);

    EXPECT_EQ(problem.at.line, 64u * 3 + 1);
    EXPECT_NE(problem.message.find("at most 64"), std::string::npos);
}

}  // namespace
}  // namespace ebra::config_test
