#include "http/request.hpp"

#include <algorithm>

namespace ebra {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Length of the UTF-8 sequence that starts at `text`, or 0 when there is none (overlong forms,
// surrogates and numbers beyond U+10FFFF are none).
std::size_t utf8_sequence(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xC0) != 0x80) return 0;
    }
    if ((lead == 0xE0 && at(1) < 0xA0) || (lead == 0xED && at(1) > 0x9F)) return 0;
    if ((lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) > 0x8F)) return 0;
    return size;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = utf8_sequence(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

bool has_control_byte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

std::optional<std::string> decode_query_part(std::string_view text) {
    std::string blanks(text);
    std::replace(blanks.begin(), blanks.end(), '+', ' ');
    auto decoded = percent_decode(blanks);
    if (!decoded || !is_utf8(*decoded) || decoded->find('\0') != std::string::npos) {
        return std::nullopt;
    }
    return decoded;
}

// The head's limit bounds how many parameters there can be.
Status parse_query(std::string_view text, HttpRequest::Pairs& query) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view item = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (item.empty()) continue;
        const std::size_t equals = std::min(item.find('='), item.size());
        auto name = decode_query_part(item.substr(0, equals));
        auto value = decode_query_part(item.substr(std::min(equals + 1, item.size())));
        if (!name || !value) {
            return Error{ErrorCode::kInvalidArgument,
                         "The query holds a broken percent escape, a NUL or text that is not "
                         "UTF-8."};
        }
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return Done{};
}

Status parse_target(HttpRequest& request) {
    const std::string_view raw_path = request.raw_path();
    auto path = percent_decode(raw_path);
    if (!path || !is_utf8(*path) || has_control_byte(*path)) {
        return Error{ErrorCode::kInvalidArgument,
                     "The path holds a broken percent escape, a control byte or text that is not "
                     "UTF-8."};
    }
    request.path = std::move(*path);
    const std::string_view target = request.raw_target;
    return parse_query(target.substr(std::min(raw_path.size() + 1, target.size())), request.query);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (equals_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

std::size_t HttpRequest::header_count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(),
                      [&](const auto& item) { return equals_ignoring_case(item.first, name); }));
}

std::optional<std::string_view> HttpRequest::query_param(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::string_view HttpRequest::path_param(std::string_view name) const {
    for (const auto& [key, value] : path_params) {
        if (key == name) return value;
    }
    return {};
}

std::string_view HttpRequest::raw_path() const {
    return std::string_view(raw_target).substr(0, raw_target.find('?'));
}

Result<HttpRequest> make_request(std::string_view input, const FramingState& state,
                                 std::string_view peer) {
    const FramedHead& head = state.head();
    HttpRequest request;
    request.method = head.method.of(input);
    request.raw_target = head.target.of(input);
    request.headers.reserve(head.headers.size());
    for (const auto& [name, value] : head.headers) {
        request.headers.emplace_back(name.of(input), value.of(input));
    }
    request.body = state.body(input);
    request.peer = peer;
    if (auto parsed = parse_target(request); !parsed.ok()) return parsed.error();
    return request;
}

}  // namespace ebra
