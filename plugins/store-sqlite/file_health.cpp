#include "file_health.hpp"

#include "error.hpp"

#include <array>
#include <sys/stat.h>

namespace ebra::sqlite {

namespace {

/// The first bytes of every database file, with the zero at their end.
constexpr std::string_view kMagic("SQLite format 3\0", 16);

}  // namespace

FileHealth::FileHealth(std::string path) : path_(std::move(path)) {
    struct stat status {};
    if (stat(path_.c_str(), &status) != 0) return;
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

void FileHealth::check_content(Connection& connection) const {
    std::array<char, kMagic.size()> bytes{};
    if (connection.read_file(bytes.data(), static_cast<int>(bytes.size())) &&
        std::string_view(bytes.data(), bytes.size()) == kMagic) {
        return;
    }
    throw StoreError(EBRA_CORRUPT, path_ +
                                       " was damaged while it was in use: it does not begin like a "
                                       "database any more; stop, and restore it from a backup");
}

void FileHealth::check_place() const {
    struct stat status {};
    const bool is_there = stat(path_.c_str(), &status) == 0;
    if (is_there && status.st_dev == device_ && status.st_ino == inode_) return;
    throw StoreError(EBRA_UNAVAILABLE,
                     path_ + (is_there ? " was replaced" : " was removed") +
                         " while it was in use; what is written now will be lost: stop, and put "
                         "the file back with its -wal",
                     0, kRetryAfterMs);
}

}  // namespace ebra::sqlite
