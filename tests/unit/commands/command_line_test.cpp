// What the program says to people: help that holds, hints that lead somewhere, typos understood.
#include "commands/command_line.hpp"

#include "commands/command.hpp"
#include "commands/exit_code.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>

namespace ebra::commands {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kColumnsMax = 80;

struct Ran {
    int code = 0;
    std::string output;
    std::string errors;
};

Ran run(const std::vector<std::string>& arguments) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran made;
    made.code = run_command_line(arguments);
    made.output = testing::internal::GetCapturedStdout();
    made.errors = testing::internal::GetCapturedStderr();
    return made;
}

std::set<std::string> command_names() {
    std::set<std::string> names;
    for (const Command& command : all_commands()) names.insert(command.name);
    return names;
}

void expect_narrow(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LT(line.size(), kColumnsMax) << line;
    }
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The text inside the string literals of a source, one after the other. A quote in a comment ends
/// with its line.
std::string literals_of(const std::string& source) {
    std::string texts;
    bool is_inside = false;
    for (std::size_t at = 0; at < source.size(); ++at) {
        const char c = source[at];
        if (c == '\n') is_inside = false;
        if (c == '\\') ++at;
        if (c == '"') is_inside = !is_inside;
        texts += is_inside ? c : '\n';
    }
    return texts;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Words that follow "ebra " inside the string literals of the sources under `folder`.
std::set<std::string> commands_named_in(const std::filesystem::path& folder) {
    constexpr std::string_view kProgram = "ebra ";
    std::set<std::string> words;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        const std::string texts = literals_of(content_of(entry.path()));
        for (std::size_t at = texts.find(kProgram); at != std::string::npos;
             at = texts.find(kProgram, at + 1)) {
            if (at > 0 && is_word(texts[at - 1])) continue;
            const std::size_t from = at + kProgram.size();
            const std::size_t end = texts.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", from);
            if (end > from && texts[from] != '-') words.insert(texts.substr(from, end - from));
        }
    }
    return words;
}

TEST(Help, NamesEveryCommandAndSucceeds) {
    const Ran help = run({"--help"});

    EXPECT_EQ(help.code, kOk);
    for (const std::string& name : command_names()) EXPECT_THAT(help.output, HasSubstr(name));
    EXPECT_THAT(help.errors, IsEmpty());
    expect_narrow(help.output);
}

TEST(Help, OfEachCommandShowsItsOptionsAndAnExample) {
    for (const Command& command : all_commands()) {
        CLI::App app;
        (void)command.declare(app);

        const Ran help = run({command.name, "--help"});

        EXPECT_EQ(help.code, kOk) << command.name;
        EXPECT_EQ(help.output, command.help);
        EXPECT_EQ(run({"help", command.name}).output, command.help);
        EXPECT_THAT(command.help, HasSubstr("Usage: ebra " + command.name));
        EXPECT_THAT(command.help, HasSubstr("\nExample: ebra " + command.name));
        for (const CLI::Option* option : app.get_options()) {
            for (const std::string& name : option->get_lnames()) {
                EXPECT_THAT(command.help, HasSubstr("--" + name)) << command.name;
            }
        }
        expect_narrow(command.help);
    }
}

TEST(Help, IsWhatSomebodyWithoutACommandGets) {
    const Ran nothing = run({});

    EXPECT_EQ(nothing.code, kUsage);
    EXPECT_THAT(nothing.output, IsEmpty());
    EXPECT_EQ(nothing.errors, general_help());
}

TEST(Hints, NameOnlyCommandsThatExist) {
    const std::set<std::string> names = command_names();
    std::set<std::string> named;
    for (const char* folder : {"api", "core/src", "plugins"}) {
        named.merge(commands_named_in(std::filesystem::path(EBRA_SOURCE) / folder));
    }

    EXPECT_THAT(named, testing::Contains("serve"));
    for (const std::string& word : named) EXPECT_TRUE(names.contains(word)) << "ebra " << word;
}

TEST(Typo, InACommandIsAnsweredWithTheNearest) {
    const Ran typo = run({"serv"});

    EXPECT_EQ(typo.code, kUsage);
    EXPECT_THAT(typo.errors, HasSubstr("there is no command serv; did you mean \"serve\"?"));
    EXPECT_THAT(typo.output, IsEmpty());
}

TEST(Typo, FarFromEverythingGetsNoGuess) {
    const Ran typo = run({"xylophone"});

    EXPECT_EQ(typo.code, kUsage);
    EXPECT_THAT(typo.errors, testing::Not(HasSubstr("did you mean")));
    EXPECT_THAT(typo.errors, HasSubstr("ebra --help"));
}

TEST(Typo, InAnOptionIsAnsweredWithTheNearest) {
    const Ran typo = run({"serve", "--confg", "x.toml"});

    EXPECT_EQ(typo.code, kUsage);
    EXPECT_THAT(typo.errors, HasSubstr("no option --confg; did you mean \"--config\"?"));
    EXPECT_THAT(typo.errors, HasSubstr("ebra serve --help"));
    EXPECT_THAT(run({"--verson"}).errors, HasSubstr("did you mean \"--version\"?"));
    EXPECT_THAT(run({"migrate", "--dry-rum=1"}).errors, HasSubstr("\"--dry-run\""));
}

TEST(Usage, AMissingIdAndAWordTooManyAreNamed) {
    const Ran missing = run({"inspect"});
    const Ran extra = run({"migrate", "now"});

    EXPECT_EQ(missing.code, kUsage);
    EXPECT_THAT(missing.errors, HasSubstr("id"));
    EXPECT_EQ(extra.code, kUsage);
    EXPECT_THAT(extra.errors, HasSubstr("\"now\""));
}

TEST(Usage, AnUnknownRoleAndAnOddOrphanPolicyAreRefused) {
    EXPECT_EQ(run({"serve", "--role", "boss"}).code, kUsage);

    const Ran orphan = run({"serve", "--orphan-provider", "old=forget"});

    EXPECT_EQ(orphan.code, kUsage);
    EXPECT_THAT(orphan.errors, HasSubstr("NAME=keep"));
}

TEST(Version, IsOneLine) {
    EXPECT_EQ(run({"--version"}).output, std::string("ebra ") + EBRA_VERSION + "\n");
    EXPECT_EQ(run({"-V"}).code, kOk);
}

}  // namespace
}  // namespace ebra::commands
