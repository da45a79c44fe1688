/// @file
/// The schema's versions. Migrations run one by one, each in its own transaction, under a lock that
/// makes several nodes take turns.
#pragma once

#include "connection.hpp"

#include <functional>

namespace ebra::postgres {

/// How many migrations this plugin knows.
int schema_steps();

/// The version of the schema in the database; 0 = there is none. Throws EBRA_UNSUPPORTED when it is
/// newer than this plugin or was made by other steps, EBRA_INVALID_ARGUMENT when the schema belongs
/// to another program.
int schema_version(Connection& connection, const Options& options);

/// Applies what is missing; `applied` is told each number.
void migrate(Connection& connection, const Options& options,
             const std::function<void(int number)>& applied);

}  // namespace ebra::postgres
