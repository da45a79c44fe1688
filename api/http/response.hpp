/// @file
/// HttpResponse: what a handler answers, and how it looks on the wire. Values only, any thread;
/// nothing here touches a socket.
#pragma once

#include "ebra/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra {

struct HttpResponse {
    int status = 200;          ///< 200 to 599.
    std::string content_type;  ///< Empty: no Content-Type, as 204 wants it.
    /// Further headers. Content-Length, Content-Type and Connection are the server's own.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// What failed inside, for whoever hears of failures (Router::on_failure). Never sent.
    std::string failure{};
};

/// What the request asks of its answer, whoever writes it.
struct AnswerTraits {
    bool is_head = false;      ///< Answer HEAD: the length of the body, without the body.
    bool is_http_1_0 = false;  ///< Keep-alive must be said aloud.
    bool closes = false;       ///< The connection ends with this answer.
};

/// The status line and headers, through the empty line. kInvalidArgument when a header could break
/// the framing (a control byte in it, or a name that is no token) or the status is out of range.
Result<std::string> response_head(const HttpResponse& response, const AnswerTraits& traits);

/// True when the answer's body goes on the wire: not to HEAD, not with 204 and 304.
bool has_body_on_wire(const HttpResponse& response, const AnswerTraits& traits);

/// The phrase of a status, for the status line and problem titles; "Status" when it has none.
std::string_view reason_phrase(int status);

}  // namespace ebra
