#include "schema.hpp"

#include "error.hpp"
#include "file_lock.hpp"

#include <chrono>
#include <filesystem>
#include <iterator>
#include <poll.h>
#include <system_error>

namespace ebra::sqlite {

namespace {

// "Ebra" in ASCII. DO NOT CHANGE: stored.
constexpr std::int64_t kApplicationId = 0x45627261;
constexpr int kRetryIntervalMs = 1;

/// Throws unless the folder of `path` is there.
void require_folder(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return;
    throw StoreError(EBRA_UNAVAILABLE,
                     "the folder " + folder.string() +
                         " of the store's `path` does not exist; create it, writable by this user",
                     0, kRetryAfterMs);
}

bool has_tables(Connection& connection) {
    return connection.read_integer("SELECT count(*) FROM sqlite_master") > 0;
}

/// SQLite asks no busy handler when it turns a file into one with a WAL, so of several processes
/// that open a new file at once all but one would fail.
void switch_to_wal(Connection& connection, int busy_timeout_ms) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::milliseconds(busy_timeout_ms);
    for (;;) {
        try {
            return connection.execute("PRAGMA journal_mode = WAL");
        } catch (const StoreError& error) {
            const bool is_busy = (error.vendor_code() & 0xff) == SQLITE_BUSY;
            if (!is_busy || Clock::now() >= deadline) throw;
        }
        poll(nullptr, 0, kRetryIntervalMs);
    }
}

void apply_step(Connection& connection, int number) {
    connection.execute(kSchemaSteps[number - 1].sql);
    connection.execute(("PRAGMA user_version = " + std::to_string(number)).c_str());
    connection.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
}

}  // namespace

int schema_steps() {
    return static_cast<int>(std::size(kSchemaSteps));
}

int schema_version(Connection& connection) {
    // In this order: tables and owner come in one transaction, perhaps of another process just now.
    const bool is_in_use = has_tables(connection);
    const std::int64_t owner = connection.read_integer("PRAGMA application_id");
    if (is_in_use && owner != kApplicationId) {
        throw invalid(connection.path() +
                      " belongs to another program; set `path` to another file");
    }
    const std::int64_t version = connection.read_integer("PRAGMA user_version");
    if (version > schema_steps()) {
        throw StoreError(EBRA_UNSUPPORTED,
                         connection.path() + " has schema " + std::to_string(version) +
                             ", newer than this store-sqlite knows (" +
                             std::to_string(schema_steps()) + "); install the newer version");
    }
    return static_cast<int>(version);
}

int schema_version_of_file(const Options& options) {
    std::error_code ignored;
    if (!std::filesystem::exists(options.path, ignored)) return 0;
    Connection connection(options.path, false, options.busy_timeout_ms);
    return schema_version(connection);
}

Connection open_file(const Options& options) {
    require_folder(options.path);
    Connection connection(options.path, true, options.busy_timeout_ms);
    schema_version(connection);
    switch_to_wal(connection, options.busy_timeout_ms);
    return connection;
}

void migrate(Connection& connection, const Options& options,
             const std::function<void(int number)>& applied) {
    if (schema_version(connection) == schema_steps()) return;
    const std::chrono::milliseconds busy_timeout(options.busy_timeout_ms);
    FileLock lock(write_lock_path(options.path));
    if (!lock.acquire(std::chrono::steady_clock::now() + busy_timeout)) {
        throw write_lock_held(options.path, busy_timeout);
    }
    while (schema_version(connection) < schema_steps()) {
        connection.execute("BEGIN IMMEDIATE");
        try {
            const int number = schema_version(connection) + 1;
            const bool is_ours = number <= schema_steps();
            if (is_ours) apply_step(connection, number);
            connection.execute("COMMIT");
            if (is_ours) applied(number);
        } catch (...) {
            if (connection.is_in_transaction()) connection.execute("ROLLBACK");
            throw;
        }
    }
}

}  // namespace ebra::sqlite
