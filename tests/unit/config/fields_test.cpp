#include "config/fields.hpp"

#include "config/values.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <set>

namespace ebra::config {
namespace {

TEST(Fields, EachKeyHasOnePlaceANameAndAMeaning) {
    Config config;
    ProviderConfig provider;
    for (const auto& fields : {fields_of(config), fields_of(provider)}) {
        std::set<std::string> keys;
        std::set<const void*> places;
        for (const Field& field : fields) {
            EXPECT_TRUE(keys.insert(field.key()).second) << field.key();
            std::visit(
                [&](const auto* place) { EXPECT_TRUE(places.insert(place).second) << field.key(); },
                field.value);
            EXPECT_FALSE(field.setting->meaning.empty()) << field.key();
        }
    }
}

TEST(Fields, EachDefaultLiesInItsOwnRange) {
    Config config;
    ProviderConfig provider;
    for (const auto& fields : {fields_of(config), fields_of(provider)}) {
        for (const Field& field : fields) {
            if (const auto* integer = std::get_if<std::int64_t*>(&field.value)) {
                EXPECT_TRUE(set_number(field, static_cast<double>(**integer))) << field.key();
            } else if (field.setting->kind == Kind::kChoice) {
                EXPECT_TRUE(set_from_text(field, *std::get<std::string*>(field.value)))
                    << field.key();
            }
        }
    }
}

/// NAME=default of each line of .env.example, commented out or not.
std::vector<std::pair<std::string, std::string>> documented_variables() {
    std::vector<std::pair<std::string, std::string>> found;
    std::ifstream lines(EBRA_SOURCE "/.env.example");
    for (std::string line; std::getline(lines, line);) {
        const std::size_t from = line.rfind("#", 0) == 0 ? 1 : 0;
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos || line.find(' ') < equals) continue;
        found.emplace_back(line.substr(from, equals - from), line.substr(equals + 1));
    }
    return found;
}

TEST(Fields, DotEnvExampleListsExactlyTheVariablesWithTheirDefaults) {
    std::vector<std::pair<std::string, std::string>> known;
    for (const EnvironmentVariable& one : environment_variables()) {
        known.emplace_back(one.name, one.default_text);
    }

    EXPECT_THAT(documented_variables(), ::testing::UnorderedElementsAreArray(known));
}

}  // namespace
}  // namespace ebra::config
