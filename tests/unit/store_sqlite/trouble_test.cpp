// Files that are missing, foreign, damaged, too new or read-only, and a disk that is full: a clear
// message, nothing acknowledged is lost, and work goes on when the cause is gone.
#include "schema.hpp"
#include "store_face.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ebra::sqlite::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Options options_for(const std::string& path) {
    Options options;
    options.path = path;
    return options;
}

TEST(Trouble, AMissingFolderIsNamed) {
    const Folder folder;
    const Host host;
    const StoreFace store(host, folder.file("none/calls.db"));

    EXPECT_EQ(store.status(), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), HasSubstr("does not exist; create it"));
}

TEST(Trouble, AFileThatIsNoDatabaseIsRefused) {
    const Folder folder;
    const Host host;
    std::ofstream(folder.file("calls.db")) << std::string(5000, 'x');
    const StoreFace store(host, folder.file("calls.db"));

    EXPECT_EQ(store.status(), EBRA_CORRUPT);
    EXPECT_THAT(store.message(), HasSubstr("no SQLite database"));
}

TEST(Trouble, ADatabaseOfAnotherProgramIsLeftAlone) {
    const Folder folder;
    const Host host;
    {
        Connection other(folder.file("calls.db"), true, 100);
        other.execute("CREATE TABLE theirs (x)");
    }
    const StoreFace store(host, folder.file("calls.db"));

    EXPECT_EQ(store.status(), EBRA_INVALID_ARGUMENT);
    EXPECT_THAT(store.message(), HasSubstr("another program"));
}

TEST(Trouble, ANewerSchemaIsUnsupported) {
    const Folder folder;
    const Host host;
    { const StoreFace made(host, folder.file("calls.db")); }
    {
        Connection connection(folder.file("calls.db"), false, 100);
        connection.execute("PRAGMA user_version = 99");
    }
    const StoreFace store(host, folder.file("calls.db"));

    EXPECT_EQ(store.status(), EBRA_UNSUPPORTED);
    EXPECT_THAT(store.message(), HasSubstr("install the newer version"));
}

TEST(Trouble, MigrationsAreListedWithoutMakingAFile) {
    const Folder folder;
    const auto& migrate = *static_cast<const ebra_store_migrate*>(
        ebra_plugin_v1()->get_interface(EBRA_STORE_MIGRATE_ID));
    const std::string config = R"({"path": ")" + folder.file("calls.db") + "\"}";
    std::vector<int> applied;
    const ebra_migration_sink sink = {
        &applied, [](void* context, const ebra_migration* one) {
            static_cast<std::vector<int>*>(context)->push_back(one->applied);
        }};
    auto error = plugin::sized<ebra_error>();

    EXPECT_EQ(migrate.list(plugin::str(config), &sink, &error), EBRA_OK);
    const auto steps = static_cast<std::size_t>(schema_steps());
    EXPECT_EQ(applied, std::vector<int>(steps, 0));
    EXPECT_NE(access(folder.file("calls.db").c_str(), F_OK), 0);
    EXPECT_EQ(migrate.apply(plugin::str(config), &sink, &error), EBRA_OK);
    EXPECT_EQ(migrate.apply(plugin::str(config), &sink, &error), EBRA_OK);
    EXPECT_EQ(migrate.list(plugin::str(config), &sink, &error), EBRA_OK);
    // Told by the first apply and by the last list; the second apply had nothing to do.
    EXPECT_EQ(std::vector<int>(applied.begin() + schema_steps(), applied.end()),
              std::vector<int>(2 * steps, 1));
}

TEST(Trouble, DamageIsFoundByTheCheck) {
    const Folder folder;
    const Host host;
    const std::string path = folder.file("calls.db");
    {
        StoreFace store(host, path);
        std::vector<NewCall> calls;
        for (int i = 0; i < 500; ++i) {
            calls.push_back({.id = std::to_string(i), .to = "+1" + std::to_string(i)});
        }
        store.enqueue(kStart, calls);
    }
    {
        // The middle of the file, page by page: indexes and rows.
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(0, std::ios::end);
        const auto pages = static_cast<int>(file.tellg() / 4096);
        for (int page = pages / 2; page < pages; ++page) {
            file.seekp(static_cast<std::streamoff>(page) * 4096 + 100);
            file << std::string(300, '\x5a');
        }
    }
    StoreFace store(host, path);
    const bool is_refused = store.status() == EBRA_CORRUPT;

    EXPECT_TRUE(is_refused || !store.check().empty());
}

/// Runs `body` in a child process; its result is the child's exit code.
template <typename Body>
int exit_code_of(Body&& body) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void set_file_size_limit(rlim_t bytes) {
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/// Fills the disk, meets the refusal, makes room, goes on. 0 = as it should be.
int live_through_a_full_disk(const std::string& path) {
    signal(SIGXFSZ, SIG_IGN);
    const Host host;
    StoreFace store(host, path);
    int stored = 0;
    set_file_size_limit(1'500'000);
    const std::string large(4000, 'm');
    for (int i = 0; i < 2000; ++i) {
        const std::string id = std::to_string(i);
        const NewCall call{.id = id, .to = "+1" + id, .metadata_json = large};
        const auto status = store.enqueue_status(kStart, call);
        if (status == EBRA_UNAVAILABLE) break;
        if (status != EBRA_OK) return 2;
        ++stored;
    }
    if (stored == 0 || stored == 2000) return 3;
    set_file_size_limit(1);
    auto error = plugin::sized<ebra_error>();
    if (store.table().health(store.self(), &error) == EBRA_OK) return 4;
    if (std::string(error.message).empty() || error.retry_after_ms <= 0) return 5;
    if (store.counts().pending != stored) return 6;
    set_file_size_limit(RLIM_INFINITY);
    if (store.table().health(store.self(), &error) != EBRA_OK) return 7;
    if (store.enqueue_status(kStart, {.id = "after"}) != EBRA_OK) return 8;
    return store.check().empty() && store.counts().pending == stored + 1 ? 0 : 9;
}

TEST(Trouble, AFullDiskRefusesAndTheStoreGoesOnWhenThereIsRoom) {
    const Folder folder;

    EXPECT_EQ(exit_code_of([&] { return live_through_a_full_disk(folder.file("calls.db")); }), 0);

    const Host host;
    StoreFace reopened(host, folder.file("calls.db"));
    EXPECT_TRUE(reopened.get("after").has_value());
    EXPECT_THAT(reopened.check(), IsEmpty());
}

TEST(Trouble, AForeignLockIsWaitedForAndThenReported) {
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"), R"(, "busy_timeout_ms": 100)");
    Connection shell(folder.file("calls.db"), false, 100);
    shell.execute("BEGIN IMMEDIATE");

    EXPECT_EQ(store.enqueue_status(kStart, {.id = "a"}), EBRA_UNAVAILABLE);
    EXPECT_THAT(store.message(), testing::Not(HasSubstr("database is locked: ")));
    EXPECT_GT(store.retry_after_ms(), 0);
    shell.execute("ROLLBACK");
    EXPECT_EQ(store.enqueue_status(kStart, {.id = "a"}), EBRA_OK);
}

/// What health() says; empty when all is well.
std::string complaint(StoreFace& store) {
    auto error = plugin::sized<ebra_error>();
    return store.table().health(store.self(), &error) == EBRA_OK ? "" : error.message;
}

TEST(Trouble, AFileDamagedWhileInUseIsNotHealthy) {
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));
    ASSERT_EQ(complaint(store), "");

    std::fstream(folder.file("calls.db"), std::ios::in | std::ios::out | std::ios::binary)
        << std::string(100, 'x');

    EXPECT_THAT(complaint(store), HasSubstr("was damaged while it was in use"));
}

TEST(Trouble, AFileMovedAwayWhileInUseIsNotHealthyUntilItIsBack) {
    const Folder folder;
    const Host host;
    StoreFace store(host, folder.file("calls.db"));

    ASSERT_EQ(rename(folder.file("calls.db").c_str(), folder.file("moved.db").c_str()), 0);
    EXPECT_THAT(complaint(store), HasSubstr("was removed while it was in use"));
    std::ofstream(folder.file("calls.db")) << "another";
    EXPECT_THAT(complaint(store), HasSubstr("was replaced"));

    ASSERT_EQ(rename(folder.file("moved.db").c_str(), folder.file("calls.db").c_str()), 0);
    EXPECT_EQ(complaint(store), "");
}

TEST(Trouble, OptionsAreCheckedAtTheBorderToo) {
    const Folder folder;
    const Host host;
    const StoreFace store(host, folder.file("calls.db"), R"(, "durability": "none")");

    EXPECT_EQ(store.status(), EBRA_INVALID_ARGUMENT);
    EXPECT_EQ(schema_version_of_file(options_for(folder.file("calls.db"))), 0);
}

}  // namespace
}  // namespace ebra::sqlite::test
