#include "answer.hpp"

#include "time_text.hpp"

#include <algorithm>

namespace ebra {

namespace {

constexpr std::int64_t kRetryAfterDefaultMs = 1'000;

std::uint32_t retry_after_seconds(const Error& error) {
    const std::int64_t ms = error.retry_after_ms > 0 ? error.retry_after_ms : kRetryAfterDefaultMs;
    return static_cast<std::uint32_t>((ms + kMsPerSecond - 1) / kMsPerSecond);
}

/// The detail begins like a sentence and ends like one.
std::string sentence(std::string text) {
    if (text.empty()) return text;
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    if (text.back() != '.') text += '.';
    return text;
}

/// Nothing a client could do something about, and everything the operator needs.
bool is_internal(ErrorCode code) {
    return code == ErrorCode::kInternal || code == ErrorCode::kCorrupt;
}

Problem of_status(int status, const Error& error) {
    return problems::of_status(status, sentence(error.message));
}

}  // namespace

HttpResponse json_answer(int status, std::string body) {
    return {status, "application/json", {}, std::move(body)};
}

Problem problem_of(const Error& error) {
    switch (error.code) {
        case ErrorCode::kInvalidArgument:
            return of_status(400, error);
        case ErrorCode::kUnauthenticated:
            return of_status(401, error);
        case ErrorCode::kNotFound:
            return of_status(404, error);
        case ErrorCode::kConflict:
        case ErrorCode::kStale:
        case ErrorCode::kAlready:
            return of_status(409, error);
        case ErrorCode::kUnsupported:
            return of_status(501, error);
        case ErrorCode::kRateLimited: {
            Problem problem = of_status(429, error);
            problem.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds(error)));
            return problem;
        }
        // Whether it was done is not known in the last two; the same key, sent again, finds out.
        case ErrorCode::kUnavailable:
        case ErrorCode::kCanceled:
        case ErrorCode::kTimeout:
        case ErrorCode::kInDoubt:
            return problems::unavailable(sentence(error.message), retry_after_seconds(error));
        case ErrorCode::kCorrupt:
        case ErrorCode::kInternal:
            break;
    }
    return problems::internal_error();
}

HttpResponse error_answer(const Error& error) {
    HttpResponse answer = to_response(problem_of(error));
    if (is_internal(error.code)) answer.failure = error.message;
    return answer;
}

std::optional<Problem> check_content_type(const HttpRequest& request) {
    const std::string_view given = request.header("Content-Type").value_or("");
    std::string_view type = given.substr(0, given.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
    constexpr std::string_view kFamily = "application/";
    constexpr std::string_view kSuffix = "+json";
    const bool is_suffixed =
        type.size() > kFamily.size() + kSuffix.size() &&
        equals_ignoring_case(type.substr(0, kFamily.size()), kFamily) &&
        equals_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix);
    const bool is_json = equals_ignoring_case(type, "application/json") || is_suffixed;
    if (is_json && request.header_count("Content-Type") == 1) return std::nullopt;
    return problems::unsupported_media_type(
        "The body must be JSON: send the header \"Content-Type: application/json\".");
}

}  // namespace ebra
