// `ebra provider try`: the request of every example config, and never a connection.
#include "http_service.hpp"
#include "program.hpp"
#include "server.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

namespace ebra::integration {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTo = "+15559876543";

std::vector<std::string> example_names() {
    std::vector<std::string> names;
    const auto folder = std::filesystem::path(EBRA_SOURCE) / "examples" / "providers";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// What the lines of a config give out as secret, by the names that the presets use.
std::vector<std::string> secrets_in(const std::filesystem::path& config) {
    static const std::regex secret(R"re((\w*(?:secret|token|api_key)) *= *"(replace-me[^"]*)")re");
    std::vector<std::string> secrets;
    std::ifstream file(config);
    for (std::string line; std::getline(file, line);) {
        std::smatch found;
        if (std::regex_search(line, found, secret)) secrets.push_back(found[2]);
    }
    return secrets;
}

class TryExample : public ::testing::TestWithParam<std::string> {
 protected:
    TemporaryFolder folder_;
};

TEST_P(TryExample, PrintsTheRequestWithTheNumberAndWithoutASecret) {
    const auto config =
        std::filesystem::path(EBRA_SOURCE) / "examples" / "providers" / (GetParam() + ".toml");

    const ProgramRun made =
        run_program({"provider", "try", "main", "--to", kTo, "--script", "script-7", "--metadata",
                     R"({"n": 1})", "--dry-run", "--config", config.string()},
                    folder_.path());

    EXPECT_EQ(made.code, 0) << made.all();
    EXPECT_THAT(made.output, ContainsRegex("^POST https://[^ \n]+\n"));
    EXPECT_THAT(made.output, HasSubstr("\nUser-Agent: ebra\n"));
    EXPECT_THAT(made.output, HasSubstr(kTo + 1)) << "Plivo wants it without +";
    EXPECT_THAT(made.errors, HasSubstr("nothing was sent"));
    const std::vector<std::string> secrets = secrets_in(config);
    EXPECT_THAT(secrets, Not(IsEmpty()));
    for (const std::string& secret : secrets) EXPECT_THAT(made.all(), Not(HasSubstr(secret)));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "calls.db")) << "the store was opened";
}

INSTANTIATE_TEST_SUITE_P(Examples, TryExample, ::testing::ValuesIn(example_names()),
                         [](const auto& one) { return one.param; });

/// A provider whose API is a listener of this test.
class TryTest : public ::testing::Test {
 protected:
    TryTest() : service_([](const auto&) { return ebra::test::ServedReply{}; }) {
        std::ofstream(folder_.path() / "ebra.toml")
            << "[[provider]]\nname = \"main\"\nplugin = \"provider-http\"\n"
               "options = { preset = \"generic\", base_url = \""
            << service_.url() << "\" }\n[[provider]]\nname = \"sim\"\nplugin = \"provider-sim\"\n";
    }

    ProgramRun run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"provider", "try"});
        return run_program(arguments, folder_.path());
    }

    TemporaryFolder folder_;
    ebra::test::HttpService service_;
};

TEST_F(TryTest, ShowsCallbackMetadataAndNumberAsTheServerWouldSendThem) {
    const ProgramRun made = run({"main", "--to", "+1 555 123 4567", "--metadata",
                                 R"({"big": 12345678901234567890.10})", "--dry-run"});

    ASSERT_EQ(made.code, 0) << made.all();
    EXPECT_THAT(made.output, StartsWith("POST " + service_.url() + "/api/v1/calls\n"));
    EXPECT_THAT(made.output, HasSubstr(R"("to":"+15551234567")"));
    EXPECT_THAT(made.output, HasSubstr(R"("scriptId":"example")"));
    EXPECT_THAT(made.output, HasSubstr(R"({"big": 12345678901234567890.10})"));
    EXPECT_THAT(made.output, HasSubstr("http://127.0.0.1:3000/callbacks/call-status?ref="));
}

TEST_F(TryTest, ConnectsToNobodyWithTheDryRunAndWithoutIt) {
    const ProgramRun dry = run({"main", "--to", kTo, "--dry-run"});
    const ProgramRun forgotten = run({"main", "--to", kTo});

    EXPECT_EQ(dry.code, 0) << dry.all();
    EXPECT_EQ(forgotten.code, 2);
    EXPECT_THAT(forgotten.output, IsEmpty());
    EXPECT_THAT(forgotten.errors, HasSubstr("only --dry-run exists"));
    EXPECT_EQ(service_.connections(), 0u);
}

TEST_F(TryTest, NamesTheProvidersThereAreAndThoseWithoutARequest) {
    const ProgramRun unknown = run({"mian", "--to", kTo, "--dry-run"});
    const ProgramRun simulator = run({"sim", "--to", kTo, "--dry-run"});

    EXPECT_EQ(unknown.code, 3);
    EXPECT_THAT(unknown.errors, HasSubstr("no provider \"mian\"; it has: main, sim"));
    EXPECT_EQ(simulator.code, 1);
    EXPECT_THAT(simulator.errors, HasSubstr("provider-sim does not offer"));
    EXPECT_THAT(simulator.output, IsEmpty());
}

TEST_F(TryTest, HoldsTheCallAgainstTheRulesOfTheApi) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
        {{"--to", "12"}, "--to has 2 digits"},
        {{"--to", kTo, "--script", " "}, "--script must not be empty"},
        {{"--to", kTo, "--metadata", "[1]"}, "--metadata must be a JSON object"},
        {{"--to", kTo, "--metadata", R"({},"to":"+15550000000")"}, "--metadata must be"},
    };
    for (const auto& [options, message] : wrong) {
        std::vector<std::string> arguments = {"main", "--dry-run"};
        arguments.insert(arguments.end(), options.begin(), options.end());

        const ProgramRun made = run(arguments);

        EXPECT_EQ(made.code, 2) << message;
        EXPECT_THAT(made.errors, HasSubstr(message));
        EXPECT_THAT(made.output, IsEmpty());
    }
}

}  // namespace
}  // namespace ebra::integration
