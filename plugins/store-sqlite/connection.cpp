#include "connection.hpp"

#include "error.hpp"

namespace ebra::sqlite {

namespace {

/// SQLite counts every allocation under a lock of the whole process, for statistics that nobody
/// reads here. Refused, without harm, when somebody else has started the library already.
void leave_memory_uncounted() {
    static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(code);
}

}  // namespace

Statement::~Statement() {
    sqlite3_reset(handle_);
}

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    connection_->raise(code, "use");
}

std::string_view Statement::text(int column) const {
    const auto* bytes = sqlite3_column_text(handle_, column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

Connection::Connection(const std::string& path, bool may_create, int busy_timeout_ms)
    : path_(path), statements_(static_cast<std::size_t>(Sql::kCount)) {
    leave_memory_uncounted();
    sqlite3* opened = nullptr;
    const int create = may_create ? SQLITE_OPEN_CREATE : 0;
    const int code = sqlite3_open_v2(path.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) raise(code, "open");
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, busy_timeout_ms);
    read_integer("PRAGMA schema_version");
}

void Connection::execute(const char* sql) {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(code, "use");
}

std::int64_t Connection::read_integer(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, FinalizeStatement> owner(raw);
    if (code != SQLITE_OK) raise(code, "read");
    Statement statement(*this, raw);
    return statement.step() ? statement.integer(0) : 0;
}

bool Connection::read_file(char* into, int size) {
    sqlite3_file* file = nullptr;
    const int code =
        sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return false;
    return file->pMethods->xRead(file, into, size, 0) == SQLITE_OK;
}

void Connection::raise(int code, const std::string& what) {
    throw sqlite_error(database_.get(), code, path_, what);
}

sqlite3_stmt* Connection::prepared(Sql sql) {
    const auto index = static_cast<std::size_t>(sql);
    auto& kept = statements_[index];
    if (!kept) {
        sqlite3_stmt* made = nullptr;
        const int code = sqlite3_prepare_v3(database_.get(), kStatements[index], -1,
                                            SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        kept.reset(made);
        if (code != SQLITE_OK) raise(code, "read");
    }
    // A second use would silently restart the first.
    if (sqlite3_stmt_busy(kept.get()) != 0) {
        throw StoreError(EBRA_INTERNAL, std::string("used while under way: ") + kStatements[index]);
    }
    return kept.get();
}

void Connection::bind_text(sqlite3_stmt* handle, int position, std::string_view text) {
    // A null pointer would bind NULL, and no column takes that.
    const char* bytes = text.data() != nullptr ? text.data() : "";
    const int code =
        sqlite3_bind_text64(handle, position, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) raise(code, "write");
}

}  // namespace ebra::sqlite
