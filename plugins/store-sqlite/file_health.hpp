/// @file
/// FileHealth: whether the store's file is still the one that was opened and still looks like a
/// database. What SQLite has in memory hides both for a long time. Constant after construction; any
/// thread.
#pragma once

#include "connection.hpp"

#include <string>
#include <sys/types.h>

namespace ebra::sqlite {

class FileHealth {
 public:
    /// Remembers which file `path` is now.
    explicit FileHealth(std::string path);

    /// Throws EBRA_UNAVAILABLE when `path` is another file by now, or none.
    void check_place() const;

    /// Throws EBRA_CORRUPT when its first bytes are no database's. Reads through `connection`: a
    /// descriptor of its own would, when closed, take away the locks this process has on the file.
    void check_content(Connection& connection) const;

 private:
    const std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace ebra::sqlite
