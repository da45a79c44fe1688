// The checker against ledgers made by hand that break each rule, and against files that are none.
#include "ledger.hpp"

#include "report.hpp"
#include "verdict.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/wait.h>

namespace ebra::ledger {
namespace {

struct Made {
    std::string id;
    std::string number = "+14155550100";
    std::int64_t from_ns = 0;
    std::int64_t until_ns = -1;  // -1: nobody knows.
    std::string provider = "sim";
    std::string boot = "b1";
    std::string reference = "r-" + id;
};

std::string dial(const Made& made) {
    nlohmann::json fields = {
        {"kind", "dial"},         {"id", made.id},
        {"to", made.number},      {"mono_ns", made.from_ns},
        {"end_mono_ns", nullptr}, {"provider", made.provider},
        {"boot", made.boot},      {"reference", made.reference},
        {"wall_ms", 1},
    };
    if (made.until_ns >= 0) fields["end_mono_ns"] = made.until_ns;
    return fields.dump() + "\n";
}

std::string end(const std::string& id, std::int64_t at_ns, const std::string& boot = "b1") {
    return nlohmann::json{{"kind", "end"}, {"id", id}, {"mono_ns", at_ns}, {"boot", boot}}.dump() +
           "\n";
}

Ledger read(const std::string& text) {
    std::istringstream in(text);
    Ledger ledger;
    read_ledger(in, "made.jsonl", ledger);
    return ledger;
}

Verdict judged(const std::string& text, const Limits& limits = {}) {
    return judge(read(text), limits);
}

std::string refusal(const std::string& text) {
    try {
        (void)read(text);
    } catch (const Unusable& thrown) {
        return thrown.what();
    }
    return "read";
}

TEST(Cap, IsBrokenByOneCallTooManyAndTheLineIsNamed) {
    const std::string text = dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 30}) +
                             dial({.id = "b", .number = "2", .from_ns = 20, .until_ns = 40}) +
                             dial({.id = "c", .number = "3", .from_ns = 25, .until_ns = 26});

    EXPECT_EQ(judged(text, {.cap = 3}).violations_total, 0u);
    const Verdict verdict = judged(text, {.cap = 2});

    ASSERT_EQ(verdict.violations_total, 1u);
    EXPECT_EQ(verdict.violations[0].rule, "cap");
    EXPECT_EQ(verdict.violations[0].lines, std::vector<std::string>{"made.jsonl:3"});
    EXPECT_EQ(verdict.max_in_flight, 3);
}

TEST(Cap, IsKeptWhenOneEndsInTheInstantTheNextBegins) {
    const std::string text = dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 30}) +
                             dial({.id = "b", .number = "2", .from_ns = 30, .until_ns = 40});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 0u);
}

TEST(Cap, IsJudgedByTimeAndNotByTheOrderOfLines) {
    const std::string text = dial({.id = "b", .number = "2", .from_ns = 30, .until_ns = 40}) +
                             dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 31});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 1u);
}

TEST(ProviderCap, CountsThatProviderAlone) {
    const std::string text =
        dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 30, .provider = "x"}) +
        dial({.id = "b", .number = "2", .from_ns = 11, .until_ns = 30, .provider = "y"}) +
        dial({.id = "c", .number = "3", .from_ns = 12, .until_ns = 30, .provider = "y"});

    const Verdict verdict = judged(text, {.by_provider = {{"x", 1}, {"y", 1}}});

    ASSERT_EQ(verdict.violations_total, 1u);
    EXPECT_EQ(verdict.violations[0].rule, "provider_cap");
    EXPECT_NE(verdict.violations[0].text.find("y"), std::string::npos);
    EXPECT_EQ(verdict.max_by_provider.at("y"), 2);
}

TEST(Number, IsNotDialedWhileACallToItIsInFlight) {
    const std::string text = dial({.id = "a", .from_ns = 10, .until_ns = 30}) +
                             dial({.id = "b", .from_ns = 29, .until_ns = 31}) +
                             dial({.id = "c", .from_ns = 31, .until_ns = 32});

    const Verdict verdict = judged(text);

    ASSERT_EQ(verdict.violations_total, 1u);
    EXPECT_EQ(verdict.violations[0].rule, "number");
    EXPECT_EQ(verdict.violations[0].lines,
              (std::vector<std::string>{"made.jsonl:1", "made.jsonl:2"}));
}

TEST(Reference, IsDialedOnceForEver) {
    const std::string text =
        dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 20, .reference = "call.1"}) +
        dial({.id = "b", .number = "1", .from_ns = 90, .until_ns = 99, .reference = "call.1"});

    const Verdict verdict = judged(text, {.cap = 1});

    ASSERT_EQ(verdict.violations_total, 1u);
    EXPECT_EQ(verdict.violations[0].rule, "reference");
}

TEST(Reference, IsDialedOnceOverBootsAndFilesToo) {
    Ledger ledger;
    std::istringstream first(dial({.id = "a", .from_ns = 1, .until_ns = 2, .reference = "r"}));
    std::istringstream second(
        dial({.id = "b", .from_ns = 1, .until_ns = 2, .boot = "b2", .reference = "r"}));
    read_ledger(first, "1.jsonl", ledger);
    read_ledger(second, "2.jsonl", ledger);

    const Verdict verdict = judge(ledger, {});

    ASSERT_EQ(verdict.violations_total, 1u);
    EXPECT_EQ(verdict.violations[0].lines, (std::vector<std::string>{"1.jsonl:1", "2.jsonl:1"}));
}

TEST(EndLine, FreesTheNumberBeforeItsPlannedEnd) {
    const std::string text = dial({.id = "a", .from_ns = 10, .until_ns = 90}) + end("a", 20) +
                             dial({.id = "b", .from_ns = 20, .until_ns = 30});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 0u);
}

TEST(EndLine, ProvesAPassiveCallToHaveBeenInFlightUntilThen) {
    const std::string open = dial({.id = "a", .from_ns = 10});
    const std::string other = dial({.id = "b", .from_ns = 20, .until_ns = 30});

    EXPECT_EQ(judged(open + other).violations_total, 0u) << "its end may have been before 20";
    EXPECT_EQ(judged(open + other + end("a", 25)).violations_total, 1u);
    EXPECT_EQ(judged(open + other).open_ends, 1u);
}

TEST(PassiveCall, CountsAtTheInstantOfItsDial) {
    const std::string text = dial({.id = "a", .number = "1", .from_ns = 10, .until_ns = 30}) +
                             dial({.id = "b", .number = "2", .from_ns = 20});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 1u);
}

TEST(CallWithoutLength, CountsAtItsDialAndIsOverForTheNext) {
    const std::string text = dial({.id = "a", .from_ns = 10, .until_ns = 10}) +
                             dial({.id = "b", .from_ns = 10, .until_ns = 10});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 0u);
    EXPECT_EQ(judged(text, {.cap = 0}).violations_total, 2u);
}

TEST(Boots, AreNotComparedByTheirClocks) {
    const std::string text = dial({.id = "a", .from_ns = 10, .until_ns = 30, .boot = "b1"}) +
                             dial({.id = "b", .from_ns = 20, .until_ns = 40, .boot = "b2"});

    EXPECT_EQ(judged(text, {.cap = 1}).violations_total, 0u);
}

TEST(Use, IsTheMeanOfTheCapFromTheFirstDialToTheLast) {
    const std::string text = dial({.id = "a", .number = "1", .from_ns = 0, .until_ns = 50}) +
                             dial({.id = "b", .number = "2", .from_ns = 100, .until_ns = 900});

    const Verdict verdict = judged(text, {.cap = 2});

    EXPECT_DOUBLE_EQ(verdict.mean_in_flight, 0.5);
    EXPECT_DOUBLE_EQ(verdict.cap_use.value_or(0), 0.25);
}

TEST(Violations, AreCountedBeyondWhatIsShown) {
    std::string text;
    for (int n = 0; n < 150; ++n) {
        text += dial({.id = std::to_string(n), .number = std::to_string(n), .from_ns = n});
    }

    const Verdict verdict = judged(text, {.cap = 0});

    EXPECT_EQ(verdict.violations_total, 150u);
    EXPECT_EQ(verdict.violations.size(), kViolationsShownMax);
    EXPECT_NE(text_report({}, {.cap = 0}, verdict).find("and 50 more"), std::string::npos);
}

TEST(Reading, LeavesOutATornLastLineOnly) {
    const std::string whole = dial({.id = "a", .from_ns = 1, .until_ns = 2});

    const Ledger ledger = read(whole + R"({"kind":"dial","id":"b)");

    EXPECT_EQ(ledger.dials.size(), 1u);
    EXPECT_EQ(ledger.torn_lines, 1u);
    EXPECT_NE(refusal(R"({"kind":"dial","id":"b)"
                      "\n" +
                      whole)
                  .find("made.jsonl:1"),
              std::string::npos);
}

TEST(Reading, RefusesWhatItCanNotJudge) {
    const std::string whole = dial({.id = "a", .from_ns = 5, .until_ns = 9});

    EXPECT_NE(refusal(whole + whole).find("given out before"), std::string::npos);
    EXPECT_NE(refusal(end("a", 9)).find("never dialed"), std::string::npos);
    EXPECT_NE(refusal(whole + end("a", 4)).find("before it begins"), std::string::npos);
    EXPECT_NE(refusal(dial({.id = "a", .from_ns = 5, .until_ns = 4})).find("before it begins"),
              std::string::npos);
    EXPECT_NE(refusal("{\"kind\":\"song\"}\n").find("song"), std::string::npos);
    EXPECT_NE(refusal("{\"kind\":\"dial\"}\n").find("id"), std::string::npos);
    EXPECT_NE(refusal("[]\n").find("not a JSON object"), std::string::npos);
    EXPECT_EQ(refusal("\n" + whole + "\n"), "read");
}

/// The command itself.
class CommandTest : public ::testing::Test {
 protected:
    CommandTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "ebra-ledger-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~CommandTest() override {
        std::error_code ignored;  // A leftover folder must not hide the test's own verdict.
        std::filesystem::remove_all(folder_, ignored);
    }

    int run(const std::string& ledger, const std::string& arguments) {
        std::ofstream(folder_ / "ledger.jsonl") << ledger;
        const std::string command = std::string(EBRA_LEDGER) + " " +
                                    (folder_ / "ledger.jsonl").string() + " " + arguments + " > " +
                                    output().string() + " 2>&1";
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::filesystem::path output() const { return folder_ / "output"; }
    std::string said() const {
        std::ifstream file(output());
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::filesystem::path folder_;
};

TEST_F(CommandTest, ExitsWith0And1And2) {
    const std::string sound = dial({.id = "a", .number = "1", .from_ns = 1, .until_ns = 9}) +
                              dial({.id = "b", .number = "2", .from_ns = 2, .until_ns = 9});

    EXPECT_EQ(run(sound, "--cap 2"), 0) << said();
    EXPECT_EQ(run(sound, "--cap 1"), 1) << said();
    EXPECT_EQ(run(sound, "--cap 2 --provider-cap sim=1"), 1) << said();
    EXPECT_EQ(run(sound, "--cap many"), 2) << said();
    EXPECT_EQ(run(sound, "--provider-cap sim"), 2) << said();
    EXPECT_EQ(run("nonsense\n", "--cap 2"), 2) << said();
    EXPECT_EQ(run(sound, (folder_ / "absent").string()), 2) << said();
    EXPECT_NE(said().find("absent"), std::string::npos);
}

TEST_F(CommandTest, ReportsAsJson) {
    const std::string text = dial({.id = "a", .from_ns = 1, .until_ns = 9}) +
                             dial({.id = "b", .from_ns = 2, .until_ns = 9});

    EXPECT_EQ(run(text, "--cap 5 --json"), 1);

    const nlohmann::json report = nlohmann::json::parse(said(), nullptr, false);
    ASSERT_TRUE(report.is_object()) << said();
    EXPECT_EQ(report["dials"], 2);
    EXPECT_EQ(report["numbers"], 1);
    EXPECT_EQ(report["maxInFlight"], 2);
    EXPECT_EQ(report["violations"][0]["rule"], "number");
    EXPECT_EQ(report["violations"][0]["lines"].size(), 2u);
}

TEST_F(CommandTest, CountsAnEmptyLedgerAsNothing) {
    EXPECT_EQ(run("", "--cap 1 --json"), 0);

    EXPECT_EQ(nlohmann::json::parse(said())["dials"], 0);
}

}  // namespace
}  // namespace ebra::ledger
