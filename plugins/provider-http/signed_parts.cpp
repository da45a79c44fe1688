#include "signed_parts.hpp"

#include "encoding.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>

namespace ebra::provider_http {

namespace {

using plugin::view;

std::string_view query_of(std::string_view url) {
    const std::size_t mark = url.find('?');
    return mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1);
}

/// Where the port begins, or the end of the host where there is none. The colons of an IPv6 address
/// are in brackets.
std::size_t port_at(const std::string& url, std::size_t host_at, std::size_t host_end) {
    const std::size_t bracket = url.find(']', host_at);
    const std::size_t from = bracket < host_end ? bracket : host_at;
    return std::min(url.find(':', from), host_end);
}

/// "ab" + "cd" for a form sorted by name: the way Twilio and Plivo sign parameters.
std::string joined_form(std::string_view form, std::string_view between,
                        std::string_view behind_each, bool is_each_once = false) {
    auto pairs = parse_form(form);
    std::sort(pairs.begin(), pairs.end());
    if (is_each_once) pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    std::string made;
    for (const auto& [name, value] : pairs) {
        if (!made.empty()) made += behind_each;
        made.append(name).append(between).append(value);
    }
    return made;
}

Headers headers_of(const ebra_webhook& webhook) {
    Headers headers;
    for (std::size_t i = 0; i < webhook.header_count; ++i) {
        headers.emplace_back(view(webhook.headers[i].name), view(webhook.headers[i].value));
    }
    return headers;
}

}  // namespace

SignedParts::SignedParts(const ebra_webhook& webhook, std::string url, std::string timestamp)
    : webhook_(webhook), url_(std::move(url)), timestamp_(std::move(timestamp)) {}

/// Unlike elsewhere, an empty part is a value: an empty body is signed like any other.
std::optional<Value> SignedParts::find(std::string_view name) const {
    if (name == "raw") return Value{std::string(view(webhook_.body))};
    if (name == "timestamp") {
        return timestamp_.empty() ? std::nullopt : std::optional(Value{timestamp_});
    }
    if (name == "url") return Value{url_};
    if (name == "url_base") return Value{url_.substr(0, url_.find('?'))};
    if (name == "query_sorted") return Value{joined_form(query_of(url_), "=", "&")};
    if (name == "query_dot") return Value{query_of(url_).empty() ? "" : "."};
    if (name == "form_sorted") return Value{joined_form(view(webhook_.body), "", "")};
    if (name == "form_sorted_once") return Value{joined_form(view(webhook_.body), "", "", true)};
    if (name == "method") return Value{std::string(view(webhook_.method))};
    if (const auto header = behind(name, "header")) {
        const auto found = single_header(webhook_, *header);
        if (!found) return std::nullopt;
        return Value{std::string(*found)};
    }
    if (behind(name, "body")) {
        if (!message_) {
            message_.emplace(0, headers_of(webhook_), std::string(view(webhook_.body)),
                             BodyFormat::kJson);
        }
        return message_->find(name);
    }
    return std::nullopt;
}

std::optional<std::string_view> single_header(const ebra_webhook& webhook, std::string_view name) {
    std::optional<std::string_view> found;
    for (std::size_t i = 0; i < webhook.header_count; ++i) {
        if (!equals_ignoring_case(view(webhook.headers[i].name), name)) continue;
        if (found) return std::nullopt;
        found = view(webhook.headers[i].value);
    }
    return found;
}

std::string with_other_port(const std::string& url) {
    const std::size_t host_at = url.find("//") + 2;
    const std::size_t host_end = std::min(url.find_first_of("/?", host_at), url.size());
    const std::size_t colon = port_at(url, host_at, host_end);
    if (colon < host_end) return url.substr(0, colon) + url.substr(host_end);
    const bool is_tls = url.rfind("https:", 0) == 0;
    return url.substr(0, host_end) + (is_tls ? ":443" : ":80") + url.substr(host_end);
}

}  // namespace ebra::provider_http
