// Writes that arrive together are committed together, and one that fails does not touch its
// neighbours.
#include "error.hpp"
#include "schema.hpp"
#include "store_face.hpp"
#include "writer.hpp"

#include <atomic>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace ebra::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Group, ManyThreadsEnqueueAndEachOneIsStored) {
    constexpr int kThreads = 8;
    constexpr int kCallsEach = 40;
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&store, thread] {
            for (int i = 0; i < kCallsEach; ++i) {
                const std::string id = std::to_string(thread) + "-" + std::to_string(i);
                const NewCall call{.id = id, .to = "+1" + id};
                ASSERT_EQ(store.enqueue(kStart, {call}).front().status, EBRA_OK);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(store.counts().pending, kThreads * kCallsEach);
    EXPECT_THAT(store.check(), IsEmpty());
}

TEST(Group, ManyThreadsClaimNeverMoreThanTheCap) {
    constexpr int kThreads = 8;
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));
    store.set_max(kStart, "global", 30);
    ASSERT_EQ(store.renew(kStart), EBRA_OK);
    std::vector<NewCall> calls;
    for (int i = 0; i < 200; ++i) {
        calls.push_back({.id = std::to_string(i), .to = "+1" + std::to_string(i)});
    }
    store.enqueue(kStart, calls);
    std::atomic<std::size_t> claimed = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 5; ++i) {
                const auto token = static_cast<std::uint64_t>(thread * 100 + i + 1);
                claimed += store.claim(kStart, 10, token).calls.size();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(claimed, 30u);
    EXPECT_EQ(store.counts().claimed, 30);
    EXPECT_THAT(store.check(), IsEmpty());
}

Connection migrated(const Options& options) {
    Connection connection = open_file(options);
    migrate(connection, options, [](int) {});
    return connection;
}

/// A writer with a file of its own.
struct Stage {
    explicit Stage(
        std::function<void()> after_work = [] {},
        std::function<bool()> call_in = [] { return false; })
        : writer(options, migrated(options), time, std::move(after_work), std::move(call_in)) {}

    /// As an enqueue does: brings work, and is to be told of.
    void bring(
        const std::string& key, const std::function<void()>& note = [] {}) {
        writer.write({0, 1, false,
                      [&](Transaction& transaction) {
                          note();
                          transaction.db().run(Sql::kSettingInsert, key, key);
                          transaction.announce_work();
                      },
                      Work::kBrings});
    }

    /// Waits until so many writes are in the queue. The test's own time limit ends it.
    void wait_for_writes(std::size_t count) {
        while (writer.waiting() < count) std::this_thread::yield();
    }

    std::int64_t settings_count() const {
        return Connection(options.path, false, 100).read_integer("SELECT count(*) FROM settings");
    }

    const Folder folder;
    const Host host;
    const Options options = [this] {
        Options made;
        made.path = folder.file("calls.db");
        return made;
    }();
    StoreTime time{host.table(), 0};
    Writer writer;
};

TEST(Group, WritersThatShareCommitsDoNotWaitForOneThatIsGone) {
    constexpr int kThreads = 3;
    constexpr int kWritesEach = 40;
    std::atomic<int> commits = 0;
    Stage stage([&] { ++commits; });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < kWritesEach; ++i) {
                stage.bring(std::to_string(thread) + "-" + std::to_string(i));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const int shared = commits;
    for (int i = 0; i < kWritesEach; ++i) stage.bring("alone-" + std::to_string(i));

    EXPECT_LT(shared, kThreads * kWritesEach);
    EXPECT_EQ(commits - shared, kWritesEach);
    EXPECT_EQ(stage.settings_count(), (kThreads + 1) * kWritesEach);
}

TEST(Group, AFailingWriteLeavesItsNeighboursAlone) {
    Stage stage;
    std::atomic<int> failures = 0;
    std::atomic<int> successes = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 16; ++thread) {
        threads.emplace_back([&, thread] {
            const std::string key = std::to_string(thread);
            const bool fails = thread % 4 == 0;
            try {
                stage.writer.write({0, 1, false, [&](Transaction& transaction) {
                                        transaction.db().run(Sql::kSettingInsert, key, key);
                                        if (fails) throw invalid("on purpose");
                                    }});
                ++successes;
            } catch (const StoreError& error) {
                EXPECT_EQ(error.status(), EBRA_INVALID_ARGUMENT);
                ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(failures, 4);
    EXPECT_EQ(successes, 12);
    EXPECT_EQ(stage.settings_count(), 12);
}

TEST(Group, AClaimThatIsCalledInSharesTheCommitOfWhatItIsCalledFor) {
    std::vector<std::string> done;
    std::thread claimer;
    int told = 0;
    const Write claim{0, 1, true,
                      [&](Transaction& transaction) {
                          done.emplace_back("claim");
                          transaction.settle_work();
                      },
                      Work::kTakes};
    Stage* on = nullptr;
    Stage stage([&] { ++told; },
                [&] {
                    claimer = std::thread([&] { on->writer.write(claim); });
                    on->wait_for_writes(2);
                    return true;
                });
    on = &stage;

    stage.bring("a", [&] { done.emplace_back("enqueue"); });
    claimer.join();

    EXPECT_THAT(done, ElementsAre("enqueue", "claim"));
    // Of a commit of its own the others would have been told before the claim.
    EXPECT_EQ(told, 0);
}

TEST(Group, AClaimGoesBehindWhatIsCommittedWithIt) {
    std::vector<std::string> done;
    Stage stage;
    const auto noting = [&](const char* name, Work work) {
        return Write{0, 1, false, [&done, name](Transaction&) { done.emplace_back(name); }, work};
    };
    std::thread claimer;
    std::thread enqueuer;

    Writer& writer = stage.writer;
    writer.write({0, 1, false, [&](Transaction&) {
                      claimer = std::thread([&] { writer.write(noting("claim", Work::kTakes)); });
                      stage.wait_for_writes(2);
                      enqueuer =
                          std::thread([&] { writer.write(noting("enqueue", Work::kBrings)); });
                      stage.wait_for_writes(3);
                  }});
    claimer.join();
    enqueuer.join();

    EXPECT_THAT(done, ElementsAre("enqueue", "claim"));
}

TEST(Group, WhoIsCalledInAndDoesNotComeHoldsNobodyUp) {
    constexpr int kWrites = 40;
    int told = 0;
    int called = 0;
    Stage stage([&] { ++told; },
                [&] {
                    ++called;
                    return true;
                });

    for (int i = 0; i < kWrites; ++i) stage.bring(std::to_string(i));

    EXPECT_EQ(called, kWrites);
    EXPECT_EQ(told, kWrites);
}

ebra_status wait_at_once(StoreFace& store) {
    return store.table().wait(store.self(), 0, store.error());
}

TEST(Group, AClaimTakesUpTheNewsThatItSaw) {
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));
    ASSERT_EQ(store.renew(kStart), EBRA_OK);
    while (wait_at_once(store) == EBRA_OK) {
    }
    store.enqueue_status(kStart, {.id = "seen"});
    ASSERT_EQ(store.claim(kStart, 10, 7).calls.size(), 1u);

    const ebra_status after_claim = wait_at_once(store);
    store.enqueue_status(kStart, {.id = "new", .to = "+12"});

    EXPECT_EQ(after_claim, EBRA_TIMEOUT);
    EXPECT_EQ(wait_at_once(store), EBRA_OK);
}

TEST(Group, AClaimDoesNotTakeUpAWake) {
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));
    ASSERT_EQ(store.renew(kStart), EBRA_OK);
    while (wait_at_once(store) == EBRA_OK) {
    }

    store.table().wake(store.self());
    store.claim(kStart, 10, 7);

    EXPECT_EQ(wait_at_once(store), EBRA_OK);
}

}  // namespace
}  // namespace ebra::sqlite::test
