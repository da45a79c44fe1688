#include "http/problem.hpp"

#include <nlohmann/json.hpp>

namespace ebra {

HttpResponse to_response(const Problem& problem) {
    using Json = nlohmann::ordered_json;
    Json document;
    document["type"] = problem.slug.empty() ? "about:blank" : "urn:ebra:problem:" + problem.slug;
    document["title"] =
        problem.title.empty() ? std::string(reason_phrase(problem.status)) : problem.title;
    document["status"] = problem.status;
    if (!problem.detail.empty()) document["detail"] = problem.detail;
    for (const ProblemField& field : problem.errors) {
        document["errors"].push_back({{"pointer", field.pointer}, {"detail", field.detail}});
    }
    std::string body = document.dump(-1, ' ', false, Json::error_handler_t::replace);
    return {problem.status, "application/problem+json", problem.headers, std::move(body)};
}

namespace problems {

Problem of_status(int status, std::string detail) {
    Problem problem;
    problem.status = status;
    problem.detail = std::move(detail);
    return problem;
}

Problem bad_request(std::string detail, std::vector<ProblemField> errors) {
    Problem problem = of_status(400, std::move(detail));
    problem.errors = std::move(errors);
    return problem;
}

Problem unauthorized(std::string detail) {
    Problem problem = of_status(401, std::move(detail));
    problem.headers.emplace_back("WWW-Authenticate", "Bearer");
    return problem;
}

Problem not_found(std::string detail) {
    return of_status(404, std::move(detail));
}

Problem method_not_allowed(std::string allow) {
    Problem problem = of_status(405, "This path answers " + allow + ".");
    problem.headers.emplace_back("Allow", std::move(allow));
    return problem;
}

Problem conflict(std::string detail) {
    return of_status(409, std::move(detail));
}

Problem content_too_large(std::string detail) {
    return of_status(413, std::move(detail));
}

Problem unsupported_media_type(std::string detail) {
    return of_status(415, std::move(detail));
}

Problem unprocessable(std::string detail, std::vector<ProblemField> errors) {
    Problem problem = of_status(422, std::move(detail));
    problem.errors = std::move(errors);
    return problem;
}

Problem head_too_large(std::string detail) {
    return of_status(431, std::move(detail));
}

Problem internal_error() {
    return of_status(500, "The server failed on this request; its log says why.");
}

Problem unavailable(std::string detail, std::uint32_t retry_after_seconds) {
    Problem problem = of_status(503, std::move(detail));
    problem.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    return problem;
}

}  // namespace problems

}  // namespace ebra
