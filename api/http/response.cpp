#include "http/response.hpp"

#include "http/framing.hpp"

#include <algorithm>

namespace ebra {

namespace {

constexpr int kStatusMin = 200;
constexpr int kStatusMax = 599;

bool is_header_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
}

bool is_header_value(std::string_view value) {
    return std::none_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127;
    });
}

bool is_servers_own(std::string_view name) {
    return equals_ignoring_case(name, "content-length") ||
           equals_ignoring_case(name, "content-type") ||
           equals_ignoring_case(name, "transfer-encoding") ||
           equals_ignoring_case(name, "connection");
}

bool is_sendable(const HttpResponse& response) {
    return response.status >= kStatusMin && response.status <= kStatusMax &&
           is_header_value(response.content_type) &&
           std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
               return is_header_name(header.first) && is_header_value(header.second) &&
                      !is_servers_own(header.first);
           });
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

bool is_bodiless(int status) {
    return status == 204 || status == 304;
}

}  // namespace

bool has_body_on_wire(const HttpResponse& response, const AnswerTraits& traits) {
    return !traits.is_head && !is_bodiless(response.status);
}

Result<std::string> response_head(const HttpResponse& response, const AnswerTraits& traits) {
    if (!is_sendable(response)) {
        return Error{ErrorCode::kInvalidArgument,
                     "an answer's status or header cannot be sent: use 200 to 599, header names "
                     "of letters, digits and dashes that are not the server's own, values "
                     "without control bytes"};
    }
    std::string head = "HTTP/1.1 ";
    head.reserve(256);
    head.append(std::to_string(response.status)).append(" ");
    head.append(reason_phrase(response.status)).append("\r\n");
    if (!response.content_type.empty()) {
        append_header(head, "Content-Type", response.content_type);
    }
    if (!is_bodiless(response.status)) {
        append_header(head, "Content-Length", std::to_string(response.body.size()));
    }
    for (const auto& [name, value] : response.headers) append_header(head, name, value);
    if (traits.closes) append_header(head, "Connection", "close");
    if (!traits.closes && traits.is_http_1_0) append_header(head, "Connection", "keep-alive");
    head.append("\r\n");
    return head;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

}  // namespace ebra
