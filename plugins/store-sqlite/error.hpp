/// @file
/// What SQLite answers when it fails, as a StoreError: its codes become sentences that say what to
/// do here and nowhere else.
#pragma once

#include "store_error.hpp"

#include <sqlite3.h>
#include <string>

namespace ebra::sqlite {

using rules::invalid;
using rules::kRetryAfterMs;
using rules::StoreError;

/// The error for what `database` last answered while doing `what` on the file `path`. `database`
/// may be null when it could not even be opened.
StoreError sqlite_error(sqlite3* database, int code, const std::string& path,
                        const std::string& what);

}  // namespace ebra::sqlite
