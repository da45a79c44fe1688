// Options of store-postgres: everything wrong is told at once, and what is right becomes a
// connection string.
#include "options.hpp"

#include "store_error.hpp"

#include "ebra/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace ebra::postgres {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> pointers(std::string_view json) {
    std::vector<std::string> seen;
    const ebra_config_sink sink = {&seen, [](void* context, const ebra_config_problem* problem) {
                                       static_cast<std::vector<std::string>*>(context)->push_back(
                                           plugin::copy(problem->pointer));
                                   }};
    const ebra_status status = check_options(json, sink);
    EXPECT_EQ(status == EBRA_OK, seen.empty());
    return seen;
}

TEST(Options, TheEnvironmentsStringsAreEnough) {
    const Options options = parse_options(
        R"({"host": "db", "port": "5433", "user": "u", "password": "p'\\ w", "dbname": "calls"})");

    const std::string made = connection_string(options);
    EXPECT_THAT(made, HasSubstr("host='db' "));
    EXPECT_THAT(made, HasSubstr("port='5433' "));
    EXPECT_THAT(made, HasSubstr(R"(password='p\'\\ w' )"));
    EXPECT_THAT(made, HasSubstr("target_session_attrs='read-write'"));
    EXPECT_THAT(made, HasSubstr("connect_timeout='5'"));
    EXPECT_THAT(made, HasSubstr("tcp_user_timeout="));
    EXPECT_EQ(options.schema, "ebra");
}

TEST(Options, AUrlKeepsWhatItSaysAndGetsTheRest) {
    const std::string made = connection_string(
        parse_options(R"({"url": "postgresql://u@a:1,b:2/calls?connect_timeout=9"})"));

    EXPECT_EQ(made.rfind("postgresql://u@a:1,b:2/calls?connect_timeout=9&", 0), 0u);
    EXPECT_THAT(made, HasSubstr("&target_session_attrs=read-write"));
    EXPECT_THAT(made, Not(HasSubstr("connect_timeout=5")));
}

TEST(Options, WakeUpsAreOnUnlessTurnedOffOrBehindAPooler) {
    EXPECT_TRUE(parse_options(R"({"host": "db"})").notifies);
    EXPECT_FALSE(parse_options(R"({"host": "db", "wake_ups": "off"})").notifies);
    EXPECT_FALSE(parse_options(R"({"host": "db", "pooler": "transaction"})").notifies);
}

TEST(Options, BehindAPoolerTheServerIsNotAskedForAtConnecting) {
    const Options options = parse_options(R"({"host": "db", "pooler": "transaction"})");

    EXPECT_TRUE(options.is_pooled);
    EXPECT_THAT(connection_string(options), Not(HasSubstr("target_session_attrs")));
}

TEST(Options, EverythingWrongIsToldAtOnce) {
    EXPECT_THAT(pointers(R"({"host": "db", "port": "0", "schema": "Ebra", "migrate": "never",
                             "pooler": 1, "pool_size": 0, "timeline": "x", "user": 3})"),
                UnorderedElementsAre("/port", "/schema", "/migrate", "/pooler", "/pool_size",
                                     "/timeline", "/user"));
    EXPECT_THAT(pointers(R"({"url": "postgresql://h/d", "host": "db"})"),
                UnorderedElementsAre("/url"));
    EXPECT_THAT(pointers("{}"), UnorderedElementsAre(""));
    EXPECT_THAT(pointers("[]"), UnorderedElementsAre(""));
    EXPECT_THAT(pointers(R"({"url": "postgresql://h/d"})"), IsEmpty());
}

TEST(Options, ANearMissIsNamed) {
    try {
        parse_options(R"({"host": "db", "poolsize": 3})");
        FAIL() << "it was taken";
    } catch (const rules::StoreError& error) {
        EXPECT_EQ(error.status(), EBRA_INVALID_ARGUMENT);
        EXPECT_THAT(error.what(), HasSubstr("did you mean \"pool_size\"?"));
    }
}

TEST(Options, SeveralHostsMayHaveSeveralPorts) {
    EXPECT_THAT(pointers(R"({"host": "a,b", "port": "5432,5433"})"), IsEmpty());
    EXPECT_THAT(pointers(R"({"host": "a,b", "port": "5432,"})"), UnorderedElementsAre("/port"));
}

}  // namespace
}  // namespace ebra::postgres
