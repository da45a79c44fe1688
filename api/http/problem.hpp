/// @file
/// Problem: an error as RFC 9457 wants it, `application/problem+json` that names the field. Plain
/// values for handlers, any thread; it never carries exception texts or other internals by itself.
#pragma once

#include "http/response.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ebra {

/// One thing that is wrong, and where.
struct ProblemField {
    std::string pointer;  ///< JSON pointer into the body, e.g. "#/to"; "?page" for the query.
    std::string detail;   ///< What is wrong and what would be right.
};

struct Problem {
    int status = 500;
    std::string
        slug;  ///< Kind, e.g. "unknown-call": `urn:ebra:problem:<slug>`; empty: about:blank.
    std::string title;   ///< Short and the same for each slug; empty: the status's own phrase.
    std::string detail;  ///< What happened this time and what to do.
    std::vector<ProblemField> errors;
    std::vector<std::pair<std::string, std::string>> headers;  ///< Of the answer, e.g. Retry-After.
};

/// The answer that carries `problem`. Bytes that are not UTF-8 are replaced, it never throws for
/// them.
HttpResponse to_response(const Problem& problem);

/// The usual problems, one per status. The caller may add to what they return before to_response().
namespace problems {
Problem bad_request(std::string detail, std::vector<ProblemField> errors = {});
Problem unauthorized(std::string detail);  ///< Says `WWW-Authenticate: Bearer`.
Problem not_found(std::string detail);
Problem method_not_allowed(std::string allow);  ///< `allow`: the methods, "GET, HEAD".
Problem conflict(std::string detail);
Problem content_too_large(std::string detail);
Problem unsupported_media_type(std::string detail);
Problem unprocessable(std::string detail, std::vector<ProblemField> errors = {});
Problem head_too_large(std::string detail);
Problem internal_error();
Problem unavailable(std::string detail, std::uint32_t retry_after_seconds);
/// Any status, for those above have no name: about:blank with the status's phrase.
Problem of_status(int status, std::string detail);
}  // namespace problems

}  // namespace ebra
