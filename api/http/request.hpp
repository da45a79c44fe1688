/// @file
/// HttpRequest: one request as a value that owns all its text. Made by the worker that framed it,
/// handed to one handler, free to be moved to any thread. It never points into socket buffers.
#pragma once

#include "http/framing.hpp"

#include "ebra/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra {

struct HttpRequest {
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    std::string method;      ///< As sent; methods are case-sensitive.
    std::string raw_target;  ///< As sent: path and query, still percent-encoded.
    std::string path;        ///< Percent-decoded UTF-8 without control bytes, for logs.
    Pairs path_params;       ///< Filled by the Router: pattern name and decoded segment.
    Pairs query;             ///< Decoded, '+' is a blank, in the order sent.
    Pairs headers;           ///< Name as sent, value without outer blanks, otherwise byte for byte.
    std::string body;        ///< Exact bytes, chunks already joined.
    std::string peer;        ///< Address and port of the other end of the socket.

    /// The first header of that name (case does not matter), or nothing. Valid as long as *this.
    std::optional<std::string_view> header(std::string_view name) const;

    /// How often that header was sent: a caller that trusts a header checks that it is alone.
    std::size_t header_count(std::string_view name) const;

    /// The first query parameter of that name, or nothing. `?a` and `?a=` are both the empty text.
    std::optional<std::string_view> query_param(std::string_view name) const;

    /// The path segment that the route's `:name` stood for; empty when the route has no such name.
    std::string_view path_param(std::string_view name) const;

    /// The target up to the query, still percent-encoded.
    std::string_view raw_path() const;
};

/// Makes the value from a framed message. kInvalidArgument with a sentence for the client when the
/// target holds a broken percent escape, a NUL or control byte in the path, or no UTF-8.
Result<HttpRequest> make_request(std::string_view input, const FramingState& state,
                                 std::string_view peer);

/// Percent-decodes; '+' stays. Nothing when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace ebra
