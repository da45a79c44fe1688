// Presets: those that are shipped are sound, and what is wrong with another is told with line and
// key.
#include "preset_files.hpp"
#include "preset_reader.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <map>

namespace ebra::provider_http::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> problems_in(const std::string& text) {
    std::vector<Problem> problems;
    read_preset(text, "mine.toml", problems);
    std::vector<std::string> made;
    for (const Problem& problem : problems) made.push_back(to_text(problem));
    return made;
}

const std::string kHead = "name = \"mine\"\nsummary = \"mine\"\n";
const std::string kStart =
    "[start]\nurl = \"{base_url}/x\"\nid = \"{body.id}\"\nsuccess = { status = 200 }\n";

TEST(Presets, AllThatAreShippedAreSound) {
    std::vector<std::string> names = built_in_presets();

    EXPECT_THAT(names,
                ElementsAre("bland", "bolna", "elevenlabs", "generic", "jambonz", "livekit",
                            "millis", "plivo", "retell", "synthflow", "telnyx", "twilio", "vapi"));
    for (const std::string& name : names) {
        const auto text = find_preset(name, "");
        ASSERT_TRUE(text);
        std::vector<Problem> problems;
        const Preset preset = read_preset(text->text, text->file, problems);
        for (const Problem& problem : problems) ADD_FAILURE() << to_text(problem);
        EXPECT_EQ(preset.name, name);
        EXPECT_THAT(text->text, HasSubstr("# Sure")) << name << " says what is sure";
        EXPECT_TRUE(preset.speaks_call_status || preset.webhook) << name;
    }
}

TEST(Presets, TheSmallestIsThreeKeysAndAStart) {
    EXPECT_THAT(problems_in(kHead + kStart), IsEmpty());
}

TEST(Presets, WhatIsNoTomlIsToldWithItsLine) {
    EXPECT_THAT(problems_in(kHead + "[start\n"),
                ElementsAre(StartsWith("mine.toml:3: is not TOML")));
}

TEST(Presets, AnUnknownKeyIsToldWithLineAndNearest) {
    EXPECT_THAT(problems_in(kHead + kStart + "sucess = { status = 201 }\n"),
                ElementsAre("mine.toml:7: start.sucess is no key of a preset; did you mean "
                            "\"success\"?"));
    EXPECT_THAT(
        problems_in("nam = \"x\"\n" + kHead + kStart),
        ElementsAre(HasSubstr("mine.toml:1: nam is no key of a preset; did you mean \"name\"?")));
}

TEST(Presets, WhatIsMissingIsToldWithItsKey) {
    const auto problems = problems_in("summary = \"x\"\n[start]\nurl = \"{base_url}\"\n");

    EXPECT_THAT(problems, Contains(HasSubstr("name is required")));
    EXPECT_THAT(problems, Contains(HasSubstr("mine.toml:2: start.success is required")));
    EXPECT_THAT(problems, Contains(HasSubstr("start.id is required")));
    EXPECT_THAT(problems_in(kHead), ElementsAre(HasSubstr("start is required")));
}

TEST(Presets, ANameThatStandsForNothingIsTold) {
    EXPECT_THAT(problems_in(kHead + kStart + "body = { a = \"{referense}\" }\n"),
                ElementsAre(HasSubstr("start.body.a names \"referense\", which is nothing a preset "
                                      "can name; did you mean \"reference\"?")));
    EXPECT_THAT(problems_in(kHead + kStart +
                            "body = { a = \"{option.key}\" }\n"
                            "[options]\nkeys = { help = \"x\" }\n"),
                ElementsAre(HasSubstr("[options] has no such key; did you mean \"keys\"?")));
    EXPECT_THAT(problems_in(kHead + kStart +
                            "[[start.refused]]\nclass = \"permanent\"\n"
                            "when = { bodi.error = \"x\" }\n"),
                ElementsAre(HasSubstr("names \"bodi.error\"")));
}

TEST(Presets, BracesFiltersAndPicksAreChecked) {
    EXPECT_THAT(problems_in(kHead + kStart + "body = { a = \"{to\" }\n"),
                ElementsAre(HasSubstr("\"{\" without \"}\"")));
    EXPECT_THAT(problems_in(kHead + kStart + "body = { a = \"{to|upside_down}\" }\n"),
                ElementsAre(HasSubstr("\"upside_down\" is no filter; there are: digits")));
    EXPECT_THAT(problems_in(kHead + kStart + "message = \"body.message\"\n"),
                ElementsAre(HasSubstr("it must be one name in braces")));
}

TEST(Presets, WordsThatMustBeOneOfSomeAreChecked) {
    EXPECT_THAT(problems_in(kHead + kStart +
                            "[[start.refused]]\nwhen = { status = 400 }\n"
                            "class = \"permament\"\n"),
                ElementsAre(HasSubstr("did you mean \"permanent\"?")));
    EXPECT_THAT(problems_in(kHead + kStart + "[maps]\na = [[\"x\", \"bussy\"]]\n"),
                ElementsAre(HasSubstr("mine.toml:8: maps.a has \"bussy\"")));
    EXPECT_THAT(problems_in(kHead + kStart + "[[start.refused]]\nclass = \"permanent\"\n"),
                ElementsAre(HasSubstr("start.refused[0].when is required")));
}

TEST(Presets, WhatIsNotSignedNeedsSomeoneToAsk) {
    const std::string webhook =
        "[webhook]\nid = \"{body.id}\"\n[[webhook.event]]\nkind = \"ringing\"\n";
    const std::string query =
        "[query]\nurl = \"{base_url}/{id}\"\nsuccess = { status = 200 }\n"
        "[[query.event]]\nkind = \"accepted\"\n";

    EXPECT_THAT(problems_in(kHead + kStart + webhook),
                ElementsAre(HasSubstr("neither [query] nor [reconcile]")));
    EXPECT_THAT(problems_in(kHead + kStart + query + webhook), IsEmpty());
}

TEST(Presets, AnEndWithoutDispositionIsTold) {
    EXPECT_THAT(problems_in(kHead + kStart +
                            "[query]\nurl = \"{base_url}/{id}\"\n"
                            "success = { status = 200 }\n[[query.event]]\nkind = \"ended\"\n"),
                ElementsAre(HasSubstr("query.event[0].disposition is required")));
}

TEST(Presets, WhatTheDocumentShowsIsSound) {
    std::ifstream file(EBRA_PROVIDER_HTTP_FOLDER "/PRESETS.md");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    std::vector<std::string> snippets;
    const std::string fence = "```toml\n";
    for (std::size_t at = text.find(fence); at != std::string::npos;
         at = text.find(fence, at + 1)) {
        const std::size_t begin = at + fence.size();
        snippets.push_back(text.substr(begin, text.find("```", begin) - begin));
    }

    ASSERT_EQ(snippets.size(), 2u);
    EXPECT_THAT(problems_in(snippets[0]), IsEmpty());
    const std::string rest = "[options]\nwebhook_secret = { help = \"x\", secret = true }\n" +
                             std::string("[webhook]\n[[webhook.event]]\nkind = \"ringing\"\n");
    EXPECT_THAT(problems_in(kHead + kStart + rest + snippets[1]), IsEmpty());
}

/// The words of a row of a table, "| `a` | b |".
std::vector<std::string> cells_of(const std::string& row) {
    std::vector<std::string> cells;
    for (std::size_t at = row.find("| "); at != std::string::npos; at = row.find("| ", at + 1)) {
        cells.push_back(row.substr(at + 2, row.find(" |", at) - at - 2));
    }
    return cells;
}

TEST(Presets, TheDocumentSaysWhatEachThatIsShippedCan) {
    std::ifstream file(EBRA_PROVIDER_HTTP_FOLDER "/PRESETS.md");
    std::map<std::string, std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> cells = cells_of(line);
        if (cells.size() == 5) rows[cells[0]] = cells;
    }
    for (const std::string& name : built_in_presets()) {
        std::vector<Problem> problems;
        const Preset preset = read_preset(find_preset(name, "")->text, name, problems);
        const auto& refused = preset.start.refused;
        const bool tells_billing = std::any_of(
            refused.begin(), refused.end(),
            [](const RefusalRule& rule) { return rule.error_class == EBRA_CLASS_BILLING; });
        const auto& row = rows["`" + name + "`"];
        ASSERT_EQ(row.size(), 5u) << name;
        EXPECT_THAT(row[1], StartsWith(preset.query ? "yes" : "no")) << name;
        EXPECT_THAT(row[2], StartsWith(preset.reconcile ? "yes" : "no")) << name;
        const bool is_exact = preset.reconcile && preset.reconcile->is_exact;
        EXPECT_EQ(row[2].find("exactly") != std::string::npos, is_exact) << name;
        EXPECT_THAT(row[3], StartsWith(preset.cancel ? "yes" : "no")) << name;
        EXPECT_THAT(row[4], StartsWith(tells_billing ? "yes" : "no")) << name;
    }
}

TEST(Presets, GarbageNeverThrows) {
    const std::string sound = find_preset("twilio", "")->text;
    for (std::size_t at = 0; at < sound.size(); at += 7) {
        std::string broken = sound;
        broken[at] = static_cast<char>(broken[at] ^ 0x15);
        EXPECT_NO_THROW(problems_in(broken)) << "byte " << at;
        EXPECT_NO_THROW(problems_in(sound.substr(0, at))) << "cut at " << at;
    }
}

}  // namespace
}  // namespace ebra::provider_http::test
