/// @file
/// Framing: where one HTTP/1.x request ends and what its head says. A pure function of bytes, owned
/// by a Connection, called on one thread at a time. It never reads a socket or a clock, never
/// guesses: what two readers could understand differently is refused, and the connection closed.
///
/// Refused on purpose: bare LF or CR, control bytes, folded headers, blanks before the colon,
/// repeated Host, Content-Length (even when equal) or Transfer-Encoding, both lengths at once,
/// codings other than `chunked`, chunk extensions, trailers, targets that do not start with '/'.
/// Never refused: odd values of headers that do not frame (Content-Type, Accept, Cookie, Date...).
/// One empty line before the request line is skipped (RFC 9112, 2.2).
#pragma once

#include "http/limits.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra {

/// A piece of the input, by position: the input may move in memory as it grows.
struct Span {
    std::size_t begin = 0;
    std::size_t size = 0;

    std::string_view of(std::string_view input) const { return input.substr(begin, size); }
};

/// What the head of a message says. Complete once `FramingState::is_head_complete()`.
struct FramedHead {
    Span method;
    Span target;
    std::vector<std::pair<Span, Span>> headers;  ///< Name and value without outer blanks, in order.
    bool is_http_1_0 = false;
    bool wants_close = false;       ///< The client wants no further request on this connection.
    bool expects_continue = false;  ///< The client waits for `100 Continue` before the body.
    bool is_chunked = false;
};

/// How far a message was read. One per connection; reset() after each message.
class FramingState {
 public:
    /// Forgets the message; keeps allocated memory.
    void reset();

    bool is_head_complete() const { return stage_ > Stage::kHeaders; }
    const FramedHead& head() const { return head_; }

    /// The decoded body. Only after kMessage, with the same input; valid until input or state
    /// change.
    std::string_view body(std::string_view input) const;

 private:
    friend class Framer;
    enum class Stage { kRequestLine, kHeaders, kBody, kChunkSize, kChunkData, kChunkEnd, kLastEnd };

    Stage stage_ = Stage::kRequestLine;
    std::size_t scan_ = 0;        // Bytes before this were seen and are not looked at again.
    std::size_t line_begin_ = 0;  // Where the line that scan_ is in began.
    std::size_t body_begin_ = 0;
    std::size_t left_ = 0;  // Body or chunk bytes still to come.
    std::size_t hosts_ = 0;
    std::size_t content_length_ = 0;
    bool has_content_length_ = false;
    bool has_skipped_empty_line_ = false;
    bool is_after_cr_ = false;
    bool has_keep_alive_ = false;
    FramedHead head_;
    std::string chunked_body_;
};

/// The answer to "is there a message?".
struct Framing {
    enum class Verdict { kNeedMore, kReject, kMessage };

    Verdict verdict = Verdict::kNeedMore;
    int status = 0;           ///< kReject: the HTTP status to answer before closing.
    std::string_view reason;  ///< kReject: a sentence for the client; static storage.
    std::size_t length = 0;   ///< kMessage: bytes of the input that the message took.
};

/// Looks at `input`, which starts at the first byte of a message and only grows between calls with
/// the same `state`. Linear in the bytes over all calls, however they were cut, and the verdict
/// does not depend on the cuts. After kReject or kMessage, reset `state` before the next call.
Framing frame_message(std::string_view input, const FramingLimits& limits, FramingState& state);

/// ASCII comparison without case, as header names and tokens need it.
bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace ebra
