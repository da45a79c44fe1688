// A file that went back in time: a backup in its place. Nothing is handed out before what may have
// been dialed unseen is UNKNOWN.
#include "store_face.hpp"

#include "ebra/abi/ext/draft/store_recover.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

namespace ebra::sqlite::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Recovery : public testing::Test {
 protected:
    std::unique_ptr<StoreFace> open(const std::string& more = "") const {
        return std::make_unique<StoreFace>(host_, path_, more);
    }

    /// A backup holds "a" and "b" PENDING; since then "a" was claimed and the time went on.
    void restore_a_backup_after_a_claim() {
        {
            const auto store = open();
            store->renew(store->now());
            store->enqueue(store->now(), {{.id = "a", .to = "+1"}, {.id = "b", .to = "+2"}});
        }
        std::filesystem::copy_file(path_, folder_.file("backup.db"));
        {
            const auto store = open();
            host_.advance_ms(1'000);
            store->renew(store->now());
            ASSERT_EQ(store->claim(store->now(), 1).calls.size(), 1u);
            host_.advance_ms(1'000);
            store->renew(store->now());
        }
        std::filesystem::copy_file(folder_.file("backup.db"), path_,
                                   std::filesystem::copy_options::overwrite_existing);
        host_.advance_ms(1'000);
    }

    ebra_status health(StoreFace& store) {
        return store.table().health(store.self(), store.error());
    }

    ebra_recovery recover(StoreFace& store, std::uint32_t flags) {
        const auto* table = static_cast<const ebra_store_recover*>(
            ebra_plugin_v1()->get_interface(EBRA_STORE_RECOVER_ID));
        auto found = plugin::sized<ebra_recovery>();
        EXPECT_EQ(table->recover(store.self(), store.now(), flags, &found, store.error()), EBRA_OK)
            << store.message();
        return found;
    }

    const conformance::Folder folder_;
    const std::string path_ = folder_.file("calls.db");
    Host host_;
};

TEST_F(Recovery, ABackupInPlaceOfTheFileIsNoticedAndWhatWaitsIsDoubted) {
    restore_a_backup_after_a_claim();

    const auto store = open();
    ASSERT_EQ(store->status(), EBRA_OK) << store->message();
    store->renew(store->now());
    EXPECT_EQ(health(*store), EBRA_OK) << store->message();
    EXPECT_THAT(store->claim(store->now(), 10).calls, IsEmpty());
    for (const char* id : {"a", "b"}) {
        EXPECT_EQ(store->get(id)->state, EBRA_PLACEMENT_UNKNOWN) << id;
        EXPECT_GT(store->get(id)->ask_at, 0) << id;
    }
    EXPECT_THAT(store->check(), IsEmpty());

    host_.advance_ms(10);
    store->enqueue(store->now(), {{.id = "new", .to = "+3"}});
    EXPECT_EQ(store->claim(store->now(), 10).calls.size(), 1u) << "a new call is not doubted";
}

TEST_F(Recovery, ABackupStopsClaimsUntilAPersonHasDecided) {
    restore_a_backup_after_a_claim();

    for (int start = 0; start < 2; ++start) {
        const auto store = open(R"(, "restored": "stop")");
        store->renew(store->now());
        EXPECT_EQ(store->claim(store->now(), 10).status, EBRA_UNAVAILABLE);
        EXPECT_THAT(store->message(), HasSubstr("ebra recover"));
        EXPECT_EQ(health(*store), EBRA_UNAVAILABLE);
        EXPECT_THAT(store->message(), HasSubstr("ebra recover"));
    }
    const auto store = open(R"(, "restored": "stop")");
    store->renew(store->now());
    EXPECT_EQ(store->enqueue_status(store->now(), {.id = "c", .to = "+3"}), EBRA_OK);
    EXPECT_EQ(recover(*store, EBRA_RECOVER_NOTHING_LOST).doubtful, 0u);
    EXPECT_EQ(health(*store), EBRA_OK) << store->message();
    EXPECT_EQ(store->claim(store->now(), 10).calls.size(), 3u);
}

TEST_F(Recovery, ByHandItDoubtsWhatIsDueAndLosesWhatIsClaimed) {
    const auto store = open();
    store->renew(store->now());
    store->enqueue(store->now(), {{.id = "a", .to = "+1"}, {.id = "b", .to = "+2"}});
    store->enqueue(store->now(), {{.id = "later", .to = "+3", .not_before = kStart + 60'000}});
    ASSERT_EQ(store->claim(store->now(), 1).calls.size(), 1u);

    const ebra_recovery found = recover(*store, 0);

    EXPECT_EQ(found.unknown, 1u);
    EXPECT_EQ(found.doubtful, 1u);
    EXPECT_EQ(store->get("a")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_THAT(store->claim(store->now(), 10).calls, IsEmpty());
    EXPECT_EQ(store->get("b")->state, EBRA_PLACEMENT_UNKNOWN);
    EXPECT_EQ(store->get("later")->status, EBRA_CALL_PENDING);
    EXPECT_THAT(store->check(), IsEmpty());
}

TEST_F(Recovery, AFileThatIsReplacedWhileInUseIsNotClaimedFrom) {
    const auto store = open();
    store->renew(store->now());
    store->enqueue(store->now(), {{.id = "a", .to = "+1"}});

    std::filesystem::rename(path_, folder_.file("moved.db"));

    EXPECT_EQ(store->claim(store->now(), 1).status, EBRA_UNAVAILABLE);
    EXPECT_THAT(store->message(), HasSubstr("was removed while it was in use"));
}

TEST_F(Recovery, AnotherStartOnTheSameFileDoubtsNothing) {
    {
        const auto store = open();
        store->renew(store->now());
        store->enqueue(store->now(), {{.id = "a", .to = "+1"}});
    }
    host_.wall_ms = kStart - 3'600'000;

    const auto store = open();
    store->renew(store->now());
    EXPECT_EQ(store->claim(store->now(), 1).calls.size(), 1u);
}

}  // namespace
}  // namespace ebra::sqlite::test
