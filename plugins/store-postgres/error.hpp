/// @file
/// What PostgreSQL and the way to it answer when they fail, as errors of the store: SQLSTATEs
/// become sentences that say what to do here and nowhere else.
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

/// Throws the error that a SQLSTATE stands for. `what` is what was tried, `text` what the server
/// said, both for people.
[[noreturn]] void throw_for_state(const std::string& state, const std::string& what,
                                  const char* text);
/// Throws ConnectionLost; `text` is what libpq says.
[[noreturn]] void throw_lost(const std::string& what, const std::string& text);
/// The same for the exception in flight, one of libpqxx while it connects.
[[noreturn]] void rethrow_as_store_error(const std::string& what);

}  // namespace ebra::postgres
