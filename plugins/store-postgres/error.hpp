/// @file
/// What PostgreSQL and the way to it answer when they fail, as errors of the store: SQLSTATEs
/// become sentences that say what to do here and nowhere else. The only file, with connection.cpp,
/// that knows the exceptions of libpqxx.
#pragma once

#include "store_error.hpp"

#include <string>

namespace ebra::postgres {

using rules::invalid;
using rules::kRetryAfterMs;
using rules::StoreError;

/// Vendor codes of errors that a small write, as health() makes, need not meet.
inline constexpr int kDiskFull = 53100;
inline constexpr int kNoPrivilege = 42501;

/// The connection is gone: it must be destroyed. Before COMMIT nothing has happened.
class ConnectionLost : public StoreError {
 public:
    using StoreError::StoreError;
};

/// Another transaction was in the way (deadlock, an id learned twice): the same again may succeed.
class TryAgain : public StoreError {
 public:
    using StoreError::StoreError;
};

/// A row cannot be stored as it is (too long for an index, say); the rest of its batch can.
class BadRow : public StoreError {
 public:
    using StoreError::StoreError;
};

/// The statement was refused because of what this connection leads to: destroy it, nothing
/// happened.
class WrongServer : public StoreError {
 public:
    using StoreError::StoreError;
};

/// A lane that was known is not there: it is made in a transaction of its own, then all is done
/// again.
class LaneGone : public StoreError {
 public:
    using StoreError::StoreError;
};

/// Throws the error that the exception in flight, one of libpqxx or of the standard library, stands
/// for. `what` is what was tried, for people.
[[noreturn]] void rethrow_as_store_error(const std::string& what);

}  // namespace ebra::postgres
