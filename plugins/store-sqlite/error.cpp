#include "error.hpp"

namespace ebra::sqlite {

namespace {

struct Advice {
    ebra_status status;
    const char* text;
};

Advice advice_for(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {EBRA_UNAVAILABLE, "another program keeps the file locked; close it"};
        case SQLITE_FULL:
            return {EBRA_UNAVAILABLE, "the disk or its quota is full; free space, nothing is lost"};
        case SQLITE_IOERR:
            return {EBRA_UNAVAILABLE, "the disk answered an error; check its space and health"};
        case SQLITE_READONLY:
            return {EBRA_UNAVAILABLE, "the file or its folder is read-only; make both writable"};
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN:
            return {EBRA_UNAVAILABLE,
                    "the file cannot be opened; check that its folder exists and "
                    "that this user may write there"};
        case SQLITE_CORRUPT:
            return {EBRA_CORRUPT,
                    "the file is damaged; stop Ebra and restore a backup, or rescue "
                    "what is left with `sqlite3 FILE .recover`"};
        case SQLITE_NOTADB:
            return {EBRA_CORRUPT, "the file is no SQLite database; correct `path` or restore it"};
        case SQLITE_NOMEM:
            return {EBRA_UNAVAILABLE, "out of memory"};
        default:
            return {EBRA_INTERNAL, "this is a defect of store-sqlite"};
    }
}

}  // namespace

StoreError sqlite_error(sqlite3* database, int code, const std::string& path,
                        const std::string& what) {
    const int extended = database != nullptr ? sqlite3_extended_errcode(database) : code;
    const Advice advice = advice_for(code);
    const std::string said = advice.status == EBRA_INTERNAL && database != nullptr
                                 ? sqlite3_errmsg(database)
                                 : sqlite3_errstr(extended);
    return StoreError(advice.status,
                      "cannot " + what + " " + path + ": " + advice.text + " (" + said + ")",
                      extended, advice.status == EBRA_UNAVAILABLE ? kRetryAfterMs : 0);
}

}  // namespace ebra::sqlite
