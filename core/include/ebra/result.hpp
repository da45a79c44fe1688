/// @file
/// Result<T>: a value, or an Error that tells the reader what to do. Used wherever something may
/// fail for reasons outside the program; programming mistakes are EBRA_ASSERT's business.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace ebra {

/// Kinds of failure. The numbers are those of the C ABI (`ebra/abi/base.h`). DO NOT RENUMBER.
enum class ErrorCode : std::int32_t {
    kInvalidArgument = 1,  ///< The caller's input is wrong; the message says what and how.
    kNotFound = 2,         ///< Nothing has that name or id.
    kConflict = 3,         ///< Exists already, or is not in a state that allows it.
    kUnauthenticated = 4,  ///< A signature or key is missing or wrong.
    kRateLimited = 5,      ///< Try again after `retry_after_ms`.
    kUnavailable = 6,      ///< A part this needs is away for now; nothing was done.
    kTimeout = 7,          ///< It took too long; whether it was done is not known.
    kCanceled = 8,         ///< Given up because the program stops.
    kUnsupported = 9,      ///< This plugin cannot do that.
    kCorrupt = 10,         ///< Stored data is damaged.
    kInternal = 11,        ///< A defect. Report it.
    kStale = 12,           ///< A decision by one who no longer holds the claim or lease.
    kInDoubt = 13,         ///< A commit whose answer was lost: look, do not guess.
    kAlready = 14,         ///< It was done before; done again it changes nothing.
};

/// Why something failed: a code for the program and a sentence for the person.
struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;              ///< What is wrong and what to do, without a trailing newline.
    std::int64_t retry_after_ms = 0;  ///< When it makes sense to try again; 0 = not said.
};

/// A value of type T, or an Error. Movable, not thread-safe, never empty.
template <typename T>
class [[nodiscard]] Result {
 public:
    Result(T value) : content_(std::move(value)) {}      // NOLINT: implicit on purpose.
    Result(Error error) : content_(std::move(error)) {}  // NOLINT: implicit on purpose.

    /// True when there is a value.
    bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// The value; only when ok().
    T& value() & { return std::get<0>(content_); }
    const T& value() const& { return std::get<0>(content_); }
    T&& value() && { return std::get<0>(std::move(content_)); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// The error; only when not ok().
    const Error& error() const& { return std::get<1>(content_); }
    Error&& error() && { return std::get<1>(std::move(content_)); }

 private:
    std::variant<T, Error> content_;
};

/// Nothing to return but success.
struct Done {};
using Status = Result<Done>;

}  // namespace ebra
