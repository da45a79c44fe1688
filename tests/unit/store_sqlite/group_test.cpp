// Writes that arrive together are committed together, and one that fails does not touch its
// neighbours.
#include "error.hpp"
#include "schema.hpp"
#include "store_face.hpp"
#include "writer.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace ebra::sqlite::test {
namespace {

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

TEST(Group, WritersThatShareCommitsDoNotWaitForOneThatIsGone) {
    constexpr int kThreads = 3;
    constexpr int kWritesEach = 40;
    const Folder folder;
    const Host host;
    Options options;
    options.path = folder.file("calls.db");
    StoreTime time(host.table(), 0);
    std::atomic<int> commits = 0;
    Writer writer(options, migrated(options), time, [&] { ++commits; });
    const auto write = [&](const std::string& key) {
        writer.write({0, 1, false, [&](Transaction& transaction) {
                          transaction.db().run(Sql::kSettingInsert, key, key);
                          transaction.announce_work();
                      }});
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < kWritesEach; ++i) {
                write(std::to_string(thread) + "-" + std::to_string(i));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const int shared = commits;
    for (int i = 0; i < kWritesEach; ++i) write("alone-" + std::to_string(i));

    EXPECT_LT(shared, kThreads * kWritesEach);
    EXPECT_EQ(commits - shared, kWritesEach);
    Connection reader(options.path, false, 100);
    EXPECT_EQ(reader.read_integer("SELECT count(*) FROM settings"), (kThreads + 1) * kWritesEach);
}

TEST(Group, AFailingWriteLeavesItsNeighboursAlone) {
    const Folder folder;
    const Host host;
    Options options;
    options.path = folder.file("calls.db");
    StoreTime time(host.table(), 0);
    Writer writer(options, migrated(options), time, [] {});
    std::atomic<int> failures = 0;
    std::atomic<int> successes = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 16; ++thread) {
        threads.emplace_back([&, thread] {
            const std::string key = std::to_string(thread);
            const bool fails = thread % 4 == 0;
            try {
                writer.write({0, 1, false, [&](Transaction& transaction) {
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
    Connection reader(options.path, false, 100);
    EXPECT_EQ(reader.read_integer("SELECT count(*) FROM settings"), 12);
}

}  // namespace
}  // namespace ebra::sqlite::test
