// What a database does to a store: privileges taken away, another timeline, an old schema, none at
// all.
#include "fresh_schema.hpp"

#include "ebra/abi/ext/draft/store_recover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ebra::postgres::test {
namespace {

using conformance::NewCall;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Trouble : public FreshSchema {
 protected:
    ebra_status health(StoreFace& store) {
        return store.table().health(store.self(), store.error());
    }

    /// "a" is CLAIMED, "b" waits, and the database will be another.
    void leave_two_calls_of_which_one_is_claimed() {
        StoreFace store(options());
        store.renew(store.now());
        store.enqueue(store.now(), {{.id = "a", .to = "+1"}, {.id = "b", .to = "+2"}});
        ASSERT_EQ(store.claim(store.now(), 1).calls.size(), 1u);
        sql("UPDATE settings SET value = 'another/00000001' WHERE key = 'store.timeline'");
    }

    ebra_recovery recover(StoreFace& store, std::uint32_t flags) {
        const auto* table = static_cast<const ebra_store_recover*>(
            ebra_plugin_v1()->get_interface(EBRA_STORE_RECOVER_ID));
        auto found = plugin::sized<ebra_recovery>();
        EXPECT_EQ(table->recover(store.self(), store.now(), flags, &found, store.error()), EBRA_OK)
            << store.message();
        return found;
    }
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
    leave_two_calls_of_which_one_is_claimed();
    sql("UPDATE gate SET synchronous = true");

    StoreFace store(options());
    EXPECT_EQ(store.get("a")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_GT(store.get("a")->ask_at, 0);
    EXPECT_EQ(store.claim(store.now(), 10).calls.size(), 1u)
        << "a standby that was synchronous has every claim: what waits was not dialed";
    EXPECT_THAT(store.check(store.now()), IsEmpty());
}

TEST_F(Trouble, AChangedTimelineDoubtsWhatWaitsWhenTheStandbyMayHaveBeenBehind) {
    leave_two_calls_of_which_one_is_claimed();

    StoreFace store(options());
    EXPECT_THAT(store.claim(store.now(), 10).calls, IsEmpty());
    EXPECT_EQ(store.get("b")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_GT(store.get("b")->ask_at, 0);
    EXPECT_THAT(store.check(store.now()), IsEmpty());

    store.enqueue(store.now() + 100, {{.id = "new", .to = "+3"}});
    EXPECT_EQ(store.claim(store.now() + 100, 10).calls.size(), 1u) << "a new call is not doubted";
}

TEST_F(Trouble, AChangedTimelineStopsClaimsUntilAPersonHasDecided) {
    leave_two_calls_of_which_one_is_claimed();
    StoreFace store(options(R"(, "timeline": "stop")"));
    StoreFace other(options(R"(, "timeline": "stop")"));

    for (StoreFace* one : {&store, &other}) {
        EXPECT_EQ(one->claim(one->now(), 10).status, EBRA_UNAVAILABLE);
        EXPECT_THAT(one->message(), HasSubstr("ebra recover"));
        EXPECT_EQ(health(*one), EBRA_UNAVAILABLE);
        EXPECT_THAT(one->message(), HasSubstr("ebra recover"));
    }
    EXPECT_EQ(store.enqueue_status(store.now(), {.id = "c", .to = "+3"}), EBRA_OK);

    const ebra_recovery found = recover(store, EBRA_RECOVER_NOTHING_LOST);
    EXPECT_EQ(found.unknown, 1u);
    EXPECT_EQ(found.doubtful, 0u);
    EXPECT_EQ(health(other), EBRA_OK) << other.message();
    EXPECT_EQ(other.claim(other.now(), 10).calls.size(), 2u);
}

TEST_F(Trouble, ARecoveryByHandDoubtsWhatWaitsAndIsDue) {
    StoreFace store(options());
    store.renew(store.now());
    store.enqueue(store.now(), {{.id = "due", .to = "+1"}});
    store.enqueue(store.now(), {{.id = "later", .to = "+2", .not_before = store.now() + 60'000}});

    EXPECT_EQ(recover(store, 0).doubtful, 1u);
    EXPECT_THAT(store.claim(store.now(), 10).calls, IsEmpty());
    EXPECT_EQ(store.get("due")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_EQ(store.get("later")->status, EBRA_CALL_PENDING);
}

TEST_F(Trouble, CommitsThatAreGoneAreNoticedByTheTimeThatWasLeft) {
    StoreFace store(options(R"(, "timeline": "stop")"));
    store.renew(store.now());
    ASSERT_EQ(health(store), EBRA_OK) << store.message();

    sql("UPDATE clock SET floor = floor - 60000");

    EXPECT_EQ(health(store), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("ebra recover"));
}

TEST_F(Trouble, AMissingSchemaIsNotMadeWhenItIsOnlyToBeChecked) {
    StoreFace store(options(R"(, "migrate": "check")"));

    EXPECT_EQ(store.status(), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("ebra migrate"));
}

TEST_F(Trouble, ANewerSchemaIsRefused) {
    StoreFace made(options());
    sql("INSERT INTO migrations (number, name, digest) VALUES (999, 'of tomorrow', '')");

    StoreFace store(options());
    EXPECT_EQ(store.status(), EBRA_UNSUPPORTED);
    EXPECT_THAT(store.message(), HasSubstr("install the newer version"));
}

// There is no step from one to the other: `ebra migrate` would find nothing to do.
TEST_F(Trouble, ASchemaOfOtherStepsIsRefusedByTheNameOfTheStep) {
    StoreFace made(options());
    const auto refusal = [&] {
        StoreFace store(options());
        EXPECT_EQ(store.status(), EBRA_UNSUPPORTED);
        return store.message();
    };

    sql("UPDATE migrations SET digest = 'another' WHERE number = 3");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("003_calls"), HasSubstr("DROP SCHEMA")));

    // As it was before steps had a digest.
    sql("ALTER TABLE migrations DROP COLUMN digest");
    EXPECT_THAT(refusal(), HasSubstr("001_calls"));
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
