#include "http/response.hpp"

#include "http/framing.hpp"

#include <algorithm>

namespace ebra {

namespace {

constexpr int kStatusMin = 200;
constexpr int kStatusMax = 599;

struct Phrase {
    int status;
    std::string_view text;
};

// RFC 9110, section 15, and RFC 6585.
constexpr Phrase kPhrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

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
    for (const Phrase& phrase : kPhrases) {
        if (phrase.status == status) return phrase.text;
    }
    return "Status";
}

}  // namespace ebra
