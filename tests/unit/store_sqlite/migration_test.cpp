// A process that dies or stands still inside the migration of a new file.
#include "child.hpp"
#include "schema.hpp"
#include "store_face.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <string_view>

namespace ebra::sqlite::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Told every statement of this process before it runs, once watch_statements() was called.
std::function<void(std::string_view sql)> before_statement;

int tell_statement(unsigned, void*, void*, void* text) {
    before_statement(static_cast<const char*>(text));
    return 0;
}

int watch_connection(sqlite3* database, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, tell_statement, nullptr);
}

/// For a child only: SQLite watches every connection from now on until the process ends.
void watch_statements(std::function<void(std::string_view sql)> told) {
    before_statement = std::move(told);
    // SQLite takes any function's pointer here and calls it as one of this kind.
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch_connection));
}

/// Opens a store on `path` in a process that dies at its `number`-th statement from the migration's
/// BEGIN on. Tells whether it died, and whether that was just before the COMMIT.
struct Death {
    bool has_come = false;
    bool is_before_commit = false;
};

Death die_at_statement(const Host& host, const std::string& path, int number) {
    Child child([&](int, int to_parent) {
        int reached = -1;
        watch_statements([&](std::string_view sql) {
            if (reached >= 0 || sql == "BEGIN IMMEDIATE") ++reached;
            if (reached != number) return;
            tell(to_parent, sql == "COMMIT" ? 1 : 0);
            raise(SIGKILL);
        });
        const StoreFace store(host, path);
        _exit(store.status() == EBRA_OK ? 0 : 1);
    });
    std::int64_t is_before_commit = 0;
    Death death;
    death.has_come = child.hear(&is_before_commit);
    death.is_before_commit = is_before_commit == 1;
    const int status = child.wait();
    EXPECT_TRUE(death.has_come ? WIFSIGNALED(status) : status == 0) << status;
    return death;
}

void expect_it_works(StoreFace& store) {
    ASSERT_EQ(store.status(), EBRA_OK) << store.message();
    EXPECT_EQ(store.enqueue_status(store.now(), {.id = "c", .to = "+1"}), EBRA_OK);
    EXPECT_EQ(store.counts().pending, 1);
    EXPECT_THAT(store.check(), IsEmpty());
}

TEST(Migration, IsFinishedByTheNextOpenWhereverKillNineMetIt) {
    const Host host(true);
    int statement = 0;
    int deaths_before_commit = 0;
    for (Death death{true}; death.has_come; ++statement) {
        SCOPED_TRACE("statement " + std::to_string(statement));
        const Folder folder;
        const std::string path = folder.file("calls.db");
        death = die_at_statement(host, path, statement);
        deaths_before_commit += death.is_before_commit ? 1 : 0;
        StoreFace store(host, path);
        expect_it_works(store);
    }
    RecordProperty("statements", statement);

    EXPECT_EQ(deaths_before_commit, schema_steps());
    EXPECT_GT(statement, 10);
}

TEST(Migration, ThatStandsStillMeansUnavailableAndNotForEver) {
    const Folder folder;
    const Host host(true);
    const std::string path = folder.file("calls.db");
    Child migrating([&](int from_parent, int to_parent) {
        bool has_stood = false;
        watch_statements([&](std::string_view sql) {
            if (sql != "COMMIT" || has_stood) return;
            has_stood = true;
            tell(to_parent, 0);
            listen(from_parent);
        });
        const StoreFace store(host, path);
        tell(to_parent, store.status());
    });
    ASSERT_TRUE(migrating.hear());
    migrating.signal(SIGSTOP);

    const StoreFace refused(host, path, R"(, "busy_timeout_ms": 150)");
    EXPECT_EQ(refused.status(), EBRA_UNAVAILABLE);
    EXPECT_THAT(refused.message(), HasSubstr("another process held the write lock"));
    EXPECT_GT(refused.retry_after_ms(), 0);

    migrating.signal(SIGCONT);
    migrating.say();
    std::int64_t status = -1;
    ASSERT_TRUE(migrating.hear(&status));
    EXPECT_EQ(status, EBRA_OK);
    StoreFace store(host, path);
    expect_it_works(store);
}

}  // namespace
}  // namespace ebra::sqlite::test
