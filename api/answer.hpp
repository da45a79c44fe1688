/// @file
/// What every handler answers with: JSON, or the problem that an engine's Error is. Pure functions,
/// any thread. Texts of internal errors never reach a client.
#pragma once

#include "http/problem.hpp"
#include "http/request.hpp"

#include "ebra/result.hpp"

#include <optional>
#include <string>

namespace ebra {

/// A JSON document as the answer.
HttpResponse json_answer(int status, std::string body);

/// The problem of `error`: its code decides the status, its message is the detail, and
/// `retry_after_ms` becomes Retry-After, rounded up to whole seconds, at least 1.
Problem problem_of(const Error& error);

/// The answer that says so. An internal error's text goes into its `failure`, for the log alone.
HttpResponse error_answer(const Error& error);

/// 415 when the request does not say that its body is JSON ("application/json",
/// "application/x+json", any parameters), else nothing. Browsers may not send that across origins
/// without asking, which is why a missing Content-Type is refused too.
std::optional<Problem> check_content_type(const HttpRequest& request);

}  // namespace ebra
