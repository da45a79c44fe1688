/// @file
/// The schema's versions and how a file is brought to the newest. A file says its version in
/// `user_version` and that it is Ebra's in `application_id`.
#pragma once

#include "connection.hpp"
#include "options.hpp"

#include <functional>
#include <string>

namespace ebra::sqlite {

/// Where the applied migrations of a file end: 0 = none. Throws EBRA_UNSUPPORTED when the file is
/// newer than this plugin, EBRA_INVALID_ARGUMENT when it belongs to another program.
int schema_version(Connection& connection);

/// The same for a file that may not exist. Changes nothing.
int schema_version_of_file(const Options& options);

/// Opens the file of `options`, made when it does not exist, in WAL mode.
Connection open_file(const Options& options);

/// Applies what is missing, each step in its own transaction, and tells each step's number. Safe
/// when several processes do it at once: one that has something to apply waits for the write lock,
/// and throws EBRA_UNAVAILABLE when that is not free within `busy_timeout_ms`.
void migrate(Connection& connection, const Options& options,
             const std::function<void(int number)>& applied);

/// How many steps this plugin knows.
int schema_steps();

}  // namespace ebra::sqlite
