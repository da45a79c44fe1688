// Every file of broken/ is refused at the place and for the cause its head names; every file of
// good/ loads. Heads: `# expect LINE:COLUMN WORDS`, once for each problem, 0:0 for one that is not
// in the file; "suggests NAME" for the name offered; `# env NAME=VALUE` for the environment.
#include "loading.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace ebra::config_test {
namespace {

namespace fs = std::filesystem;

struct Expectation {
    ConfigPosition at;
    std::string words;
};

/// What follows `mark` on each line of the file that begins with it.
std::vector<std::string> marked(const fs::path& file, const std::string& mark) {
    std::vector<std::string> found;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(mark, 0) == 0) found.push_back(line.substr(mark.size()));
    }
    return found;
}

void set_environment(const fs::path& file, Loading& loading) {
    for (std::string line : marked(file, "# env ")) {
        const std::size_t equals = line.find('=');
        std::string value = line.substr(equals + 1);
        if (value == "${NOISE}") value = "\xff\xfe";
        loading.set(line.substr(0, equals), value);
    }
}

std::vector<Expectation> expectations(const fs::path& file) {
    std::vector<Expectation> found;
    for (const std::string& line : marked(file, "# expect ")) {
        Expectation& one = found.emplace_back();
        std::istringstream text(line);
        char colon = 0;
        text >> one.at.line >> colon >> one.at.column >> std::ws;
        std::getline(text, one.words);
    }
    return found;
}

bool is_as_expected(const ConfigProblem& problem, const Expectation& wanted, const fs::path& file) {
    constexpr std::string_view kSuggests = "suggests ";
    const bool is_suggestion = wanted.words.rfind(kSuggests, 0) == 0;
    const bool says_so = is_suggestion ? problem.suggestion == wanted.words.substr(kSuggests.size())
                                       : problem.message.find(wanted.words) != std::string::npos;
    const std::string place = wanted.at.line > 0 ? file.string() : "";
    return says_so && problem.file == place && problem.at.line == wanted.at.line &&
           problem.at.column == wanted.at.column;
}

std::vector<fs::path> files_in(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(CONFIG_CORPUS) / folder)) {
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string name_of(const ::testing::TestParamInfo<fs::path>& info) {
    return info.param.stem().string();
}

class Broken : public ::testing::TestWithParam<fs::path> {};

TEST_P(Broken, IsRefusedAtItsPlaceForItsCause) {
    const std::vector<Expectation> wanted = expectations(GetParam());
    ASSERT_FALSE(wanted.empty()) << GetParam() << " says nothing of what is expected";
    Loading loading;
    set_environment(GetParam(), loading);

    const auto loaded = loading.load_file(GetParam());

    const auto* problems = std::get_if<1>(&loaded);
    ASSERT_NE(problems, nullptr) << "it was taken for sound";
    EXPECT_EQ(problems->size(), wanted.size()) << shown(*problems);
    for (std::size_t at = 0; at < std::min(problems->size(), wanted.size()); ++at) {
        EXPECT_TRUE(is_as_expected((*problems)[at], wanted[at], GetParam()))
            << "wanted " << wanted[at].at.line << ":" << wanted[at].at.column << " "
            << wanted[at].words << ", got\n"
            << shown(*problems);
    }
    EXPECT_EQ(shown(*problems).find(kSecret), std::string::npos) << shown(*problems);
}

INSTANTIATE_TEST_SUITE_P(Corpus, Broken, ::testing::ValuesIn(files_in("broken")), name_of);

class Good : public ::testing::TestWithParam<fs::path> {};

TEST_P(Good, LoadsAndShowsNoSecret) {
    Loading loading;
    set_environment(GetParam(), loading);

    const auto loaded = loading.load_file(GetParam());

    const auto* problems = std::get_if<1>(&loaded);
    ASSERT_EQ(problems, nullptr) << shown(*problems);
    for (const EffectiveSetting& setting : std::get<0>(loaded).effective) {
        EXPECT_EQ(setting.value.find(kSecret), std::string::npos) << setting.key;
    }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Good, ::testing::ValuesIn(files_in("good")), name_of);

TEST(BrokenCorpus, HoldsAtLeastSixtyFiles) {
    EXPECT_GE(files_in("broken").size(), 60u);
}

}  // namespace
}  // namespace ebra::config_test
