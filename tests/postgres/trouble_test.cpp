// What a database does to a store: privileges taken away, another timeline, an old schema, none at
// all.
#include "postgres_face.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using testing::HasSubstr;
using testing::IsEmpty;

class Trouble : public testing::Test {
 protected:
    Trouble() : server_(Server::of_file(EBRA_POSTGRES_SERVER)), schema_(unique_schema()) {}

    std::string options(const std::string& more = "") const {
        return server_.options(schema_, more);
    }

    void sql(const std::string& text) const {
        pqxx::connection connection(server_.connection_string());
        pqxx::nontransaction work(connection);
        work.exec("SET search_path TO " + schema_);
        work.exec(text);
    }

    ebra_status health(StoreFace& store) {
        return store.table().health(store.self(), store.error());
    }

    const Server server_;
    const std::string schema_;
};

TEST_F(Trouble, APrivilegeTakenAwayGivesOneClearMessageAndComesBack) {
    StoreFace made(options());
    const std::string role = "r_" + schema_;
    sql("CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA " + schema_ + " TO " + role +
        "; GRANT ALL ON ALL TABLES IN SCHEMA " + schema_ + " TO " + role);
    StoreFace store(R"({"host": ")" + server_.host + R"(", "port": ")" + server_.port +
                    R"(", "dbname": "postgres", "user": ")" + role + R"(", "schema": ")" + schema_ +
                    "\"}");
    ASSERT_EQ(store.status(), EBRA_OK) << store.message();
    ASSERT_EQ(health(store), EBRA_OK) << store.message();

    sql("REVOKE INSERT ON calls FROM " + role + "; REVOKE UPDATE ON clock FROM " + role);

    EXPECT_EQ(store.enqueue_status(store.now(), {.id = "a"}), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("privilege"));
    EXPECT_EQ(health(store), EBRA_UNAVAILABLE);
    EXPECT_GT(store.retry_after_ms(), 0);

    sql("GRANT INSERT ON calls TO " + role + "; GRANT UPDATE ON clock TO " + role);
    EXPECT_EQ(store.enqueue_status(store.now(), {.id = "a"}), EBRA_OK) << store.message();
    EXPECT_EQ(health(store), EBRA_OK);
}

TEST_F(Trouble, AChangedTimelineTurnsWhatIsClaimedIntoUnknown) {
    {
        StoreFace store(options());
        store.renew(store.now());
        store.enqueue(store.now(), {{.id = "a", .to = "+1"}, {.id = "b", .to = "+2"}});
        ASSERT_EQ(store.claim(store.now(), 1).calls.size(), 1u);
    }
    sql("UPDATE settings SET value = 'another/00000001' WHERE key = 'store.timeline'");

    StoreFace store(options());
    EXPECT_EQ(store.get("a")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_GT(store.get("a")->ask_at, 0);
    EXPECT_EQ(store.claim(store.now(), 10).calls.size(), 1u);
    EXPECT_THAT(store.check(store.now()), IsEmpty());
}

TEST_F(Trouble, AChangedTimelineStopsClaimsWhenAPersonIsToDecide) {
    {
        StoreFace store(options());
        store.renew(store.now());
        store.enqueue(store.now(), {{.id = "a", .to = "+1"}});
    }
    sql("UPDATE settings SET value = 'another/00000001' WHERE key = 'store.timeline'");

    StoreFace store(options(R"(, "timeline": "stop")"));
    store.counts();
    EXPECT_EQ(store.claim(store.now(), 10).status, EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("accept_timeline"));
    EXPECT_EQ(store.enqueue_status(store.now(), {.id = "b"}), EBRA_OK);
}

TEST_F(Trouble, AMissingSchemaIsNotMadeWhenItIsOnlyToBeChecked) {
    StoreFace store(options(R"(, "migrate": "check")"));

    EXPECT_EQ(store.status(), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("ebra migrate"));
}

TEST_F(Trouble, ANewerSchemaIsRefused) {
    StoreFace made(options());
    sql("INSERT INTO migrations (number, name) VALUES (999, 'of tomorrow')");

    StoreFace store(options());
    EXPECT_EQ(store.status(), EBRA_UNSUPPORTED);
    EXPECT_THAT(store.message(), HasSubstr("install the newer version"));
}

TEST_F(Trouble, NoServerMeansUnavailableAndSaysSo) {
    const Server nowhere{"/nowhere", "1"};
    StoreFace store(nowhere.options("ebra"));

    EXPECT_EQ(store.status(), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("cannot connect"));
    EXPECT_GT(store.retry_after_ms(), 0);
}

TEST_F(Trouble, OneBadRowStopsNoOther) {
    StoreFace store(options());
    sql("ALTER TABLE calls ADD CHECK (id <> 'bad'); ALTER TABLE placements ADD CHECK (reason <> "
        "'bad')");
    std::vector<NewCall> calls;
    for (int i = 0; i < 20; ++i) calls.push_back({.id = i == 13 ? "bad" : "c" + std::to_string(i)});

    const auto items = store.enqueue(store.now(), calls);
    ASSERT_EQ(store.status(), EBRA_OK) << store.message();
    for (std::size_t i = 0; i < items.size(); ++i) {
        EXPECT_EQ(items[i].status, i == 13 ? EBRA_INVALID_ARGUMENT : EBRA_OK) << i;
    }
    EXPECT_EQ(store.counts().pending, 19);
    EXPECT_THAT(store.check(store.now()), IsEmpty());
}

TEST_F(Trouble, EveryKilledConnectionIsReplaced) {
    StoreFace store(options());
    ASSERT_EQ(store.status(), EBRA_OK) << store.message();
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(store.enqueue_status(store.now(), {.id = "c" + std::to_string(i)}), EBRA_OK);
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" +
            schema_ + "'");
    }
    EXPECT_EQ(store.counts().pending, 5);
}

}  // namespace
}  // namespace ebra::postgres::test
