#include "http/framing.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ebra {

namespace {

using Verdict = Framing::Verdict;

// Eight hexadecimal digits say 4 GiB, more than any body limit in use.
constexpr std::size_t kChunkSizeDigitsMax = 8;
// A body sent as one-byte chunks costs six bytes each; two bytes for one is already generous, and
// the constant lets short bodies be cut as finely as the client likes.
constexpr std::size_t kChunkOverheadFactor = 2;
constexpr std::size_t kChunkOverheadFree = 4096;
constexpr std::size_t kMethodBytesMax = 32;

constexpr bool is_token_byte(unsigned char byte) {
    if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z')) return true;
    if (byte >= 'A' && byte <= 'Z') return true;
    return std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(byte)) !=
           std::string_view::npos;
}

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = is_token_byte(static_cast<unsigned char>(i));
    }
    return table;
}

constexpr std::array<bool, 256> kTokenBytes = make_token_table();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return kTokenBytes[static_cast<unsigned char>(c)];
    });
}

// Printable ASCII without the blank; '#' would be a fragment, which no client may send.
bool is_target(std::string_view text) {
    return !text.empty() && text.front() == '/' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < 127 && c != '#'; });
}

bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 127 && std::string_view("/\\@,?#").find(c) == std::string_view::npos;
    });
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<unsigned> hex_digit(char c) {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (lower(c) >= 'a' && lower(c) <= 'f') return static_cast<unsigned>(lower(c) - 'a' + 10);
    return std::nullopt;
}

std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

void FramingState::reset() {
    std::string body = std::move(chunked_body_);
    auto headers = std::move(head_.headers);
    body.clear();
    headers.clear();
    *this = FramingState();
    chunked_body_ = std::move(body);
    head_.headers = std::move(headers);
}

std::string_view FramingState::body(std::string_view input) const {
    if (head_.is_chunked) return chunked_body_;
    return input.substr(body_begin_, content_length_);
}

/// One call of frame_message(): the input, the limits, and the state it moves on.
class Framer {
 public:
    Framer(std::string_view input, const FramingLimits& limits, FramingState& state)
        : input_(input), limits_(limits), state_(state) {}

    Framing run() {
        std::optional<Framing> verdict;
        while (!verdict) verdict = step();
        return *verdict;
    }

 private:
    using Stage = FramingState::Stage;
    // Nothing: go on with the stage that state_ now is in.
    using Step = std::optional<Framing>;

    static Framing reject(int status, std::string_view reason) {
        return {Verdict::kReject, status, reason, 0};
    }
    static Framing need_more() { return {}; }
    Framing message() const { return {Verdict::kMessage, 0, {}, state_.scan_}; }
    std::size_t available() const { return input_.size() - state_.scan_; }
    Span span_of(std::string_view piece) const {
        return {static_cast<std::size_t>(piece.data() - input_.data()), piece.size()};
    }

    Step step() {
        switch (state_.stage_) {
            case Stage::kRequestLine:
            case Stage::kHeaders:
                return head_line();
            case Stage::kBody:
                return plain_body();
            case Stage::kChunkSize:
                return chunk_size();
            case Stage::kChunkData:
                return chunk_data();
            case Stage::kChunkEnd:
            case Stage::kLastEnd:
                return chunk_end();
        }
        return reject(500, "The framing is in no known stage.");
    }

    // Reads on to the end of one line of the head, byte by byte so that cuts make no difference.
    Step head_line() {
        while (available() > 0) {
            if (state_.scan_ >= limits_.head_bytes_max) return head_too_long();
            const auto byte = static_cast<unsigned char>(input_[state_.scan_]);
            if (state_.is_after_cr_ != (byte == '\n')) {
                return reject(400, "A line must end in CR LF; a bare CR or LF is refused.");
            }
            ++state_.scan_;
            if (byte == '\n') return take_line();
            state_.is_after_cr_ = byte == '\r';
            if (!state_.is_after_cr_ && ((byte < ' ' && byte != '\t') || byte == 127)) {
                return reject(400, "The head of the request holds a control byte.");
            }
        }
        return need_more();
    }

    Step head_too_long() const {
        if (state_.stage_ == Stage::kRequestLine) {
            return reject(414, "The request line is longer than this server reads.");
        }
        return reject(431, "The headers are longer than this server reads.");
    }

    Step take_line() {
        state_.is_after_cr_ = false;
        const std::size_t begin = state_.line_begin_;
        state_.line_begin_ = state_.scan_;
        const std::string_view line = input_.substr(begin, state_.scan_ - 2 - begin);
        if (state_.stage_ == Stage::kHeaders) return line.empty() ? end_of_head() : header(line);
        if (!line.empty()) return request_line(line);
        if (state_.has_skipped_empty_line_) return reject(400, "The request line is empty.");
        state_.has_skipped_empty_line_ = true;
        return std::nullopt;
    }

    Step request_line(std::string_view line) {
        const std::size_t first = line.find(' ');
        const std::size_t last = line.rfind(' ');
        if (first == std::string_view::npos || first == last) {
            return reject(400, "The request line must be: method, target, HTTP version.");
        }
        const std::string_view method = line.substr(0, first);
        const std::string_view target = line.substr(first + 1, last - first - 1);
        if (!is_token(method) || method.size() > kMethodBytesMax) {
            return reject(400, "The method is not a token.");
        }
        if (auto refused = version(line.substr(last + 1))) return refused;
        if (!is_target(target)) {
            return reject(400, "The target must start with '/' and be printable ASCII.");
        }
        state_.head_.method = span_of(method);
        state_.head_.target = span_of(target);
        state_.stage_ = Stage::kHeaders;
        return std::nullopt;
    }

    Step version(std::string_view text) {
        const bool is_version = text.size() == 8 && text.substr(0, 5) == "HTTP/" &&
                                is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
        if (!is_version) return reject(400, "The request line must end in an HTTP version.");
        if (text != "HTTP/1.1" && text != "HTTP/1.0") {
            return reject(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
        }
        state_.head_.is_http_1_0 = text.back() == '0';
        return std::nullopt;
    }

    Step header(std::string_view line) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return reject(400, "A header must be a name, a colon right after it, and a value.");
        }
        if (state_.head_.headers.size() >= limits_.headers_max) {
            return reject(431, "There are more headers than this server reads.");
        }
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        state_.head_.headers.emplace_back(span_of(name), span_of(value));
        return framing_header(name, value);
    }

    Step framing_header(std::string_view name, std::string_view value) {
        if (equals_ignoring_case(name, "host")) return host(value);
        if (equals_ignoring_case(name, "content-length")) return content_length(value);
        if (equals_ignoring_case(name, "transfer-encoding")) return transfer_encoding(value);
        if (equals_ignoring_case(name, "connection")) return connection(value);
        if (equals_ignoring_case(name, "expect")) return expect(value);
        return std::nullopt;
    }

    Step host(std::string_view value) {
        if (++state_.hosts_ > 1) return reject(400, "Host must be given once.");
        if (!is_host(value)) return reject(400, "Host is not a host name and port.");
        return std::nullopt;
    }

    Step content_length(std::string_view value) {
        if (state_.has_content_length_) return reject(400, "Content-Length must be given once.");
        if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit)) {
            return reject(400, "Content-Length must be decimal digits and nothing else.");
        }
        state_.has_content_length_ = true;
        for (const char digit : value) {
            state_.content_length_ =
                state_.content_length_ * 10 + static_cast<std::size_t>(digit - '0');
            if (state_.content_length_ > limits_.body_bytes_max) return body_too_long();
        }
        return std::nullopt;
    }

    static Step body_too_long() {
        return reject(413, "The body is longer than this server reads.");
    }

    Step transfer_encoding(std::string_view value) {
        if (state_.head_.is_chunked) return reject(400, "Transfer-Encoding must be given once.");
        if (!equals_ignoring_case(value, "chunked")) {
            return reject(501, "The only Transfer-Encoding this server reads is chunked.");
        }
        state_.head_.is_chunked = true;
        return std::nullopt;
    }

    Step connection(std::string_view value) {
        while (!value.empty()) {
            const std::size_t comma = std::min(value.find(','), value.size());
            const std::string_view option = trim(value.substr(0, comma));
            if (equals_ignoring_case(option, "close")) state_.head_.wants_close = true;
            if (equals_ignoring_case(option, "keep-alive")) state_.has_keep_alive_ = true;
            value.remove_prefix(std::min(comma + 1, value.size()));
        }
        return std::nullopt;
    }

    Step expect(std::string_view value) {
        if (!equals_ignoring_case(value, "100-continue")) {
            return reject(417, "The only expectation this server meets is 100-continue.");
        }
        state_.head_.expects_continue = true;
        return std::nullopt;
    }

    Step end_of_head() {
        FramedHead& head = state_.head_;
        if (!head.is_http_1_0 && state_.hosts_ == 0) return reject(400, "Host is missing.");
        if (head.is_chunked && state_.has_content_length_) {
            return reject(400, "Content-Length and Transfer-Encoding exclude each other.");
        }
        if (head.is_chunked && head.is_http_1_0) {
            return reject(400, "HTTP/1.0 has no Transfer-Encoding.");
        }
        if (head.is_http_1_0) {
            head.wants_close = head.wants_close || !state_.has_keep_alive_;
            head.expects_continue = false;
        }
        state_.body_begin_ = state_.scan_;
        state_.left_ = state_.content_length_;
        state_.stage_ = head.is_chunked ? Stage::kChunkSize : Stage::kBody;
        return std::nullopt;
    }

    Step plain_body() {
        const std::size_t taken = std::min(state_.left_, available());
        state_.scan_ += taken;
        state_.left_ -= taken;
        return state_.left_ == 0 ? message() : need_more();
    }

    // A chunk's size line: digits, CR, LF. line_begin_ is where its digits began.
    Step chunk_size() {
        while (available() > 0) {
            const char byte = input_[state_.scan_++];
            const std::size_t digits = state_.scan_ - 1 - state_.line_begin_;
            if (state_.is_after_cr_) {
                if (byte != '\n') return reject(400, "A chunk's size must end in CR LF.");
                return begin_chunk();
            }
            if (byte == '\r' && digits > 0) {
                state_.is_after_cr_ = true;
                continue;
            }
            const auto digit = hex_digit(byte);
            if (!digit || digits >= kChunkSizeDigitsMax) {
                return reject(400, "A chunk's size must be up to eight hexadecimal digits.");
            }
            state_.left_ = state_.left_ * 16 + *digit;
        }
        return need_more();
    }

    Step begin_chunk() {
        state_.is_after_cr_ = false;
        if (state_.left_ > limits_.body_bytes_max - state_.chunked_body_.size()) {
            return body_too_long();
        }
        const std::size_t raw = state_.scan_ - state_.body_begin_ + state_.left_;
        if (raw > limits_.body_bytes_max * kChunkOverheadFactor + kChunkOverheadFree) {
            return reject(413, "The body is cut into too many small chunks.");
        }
        state_.stage_ = state_.left_ == 0 ? Stage::kLastEnd : Stage::kChunkData;
        return std::nullopt;
    }

    Step chunk_data() {
        const std::size_t taken = std::min(state_.left_, available());
        state_.chunked_body_.append(input_.substr(state_.scan_, taken));
        state_.scan_ += taken;
        state_.left_ -= taken;
        if (state_.left_ > 0) return need_more();
        state_.stage_ = Stage::kChunkEnd;
        return std::nullopt;
    }

    // The CR LF after a chunk's data, or after the last size line where a trailer would stand.
    Step chunk_end() {
        while (available() > 0) {
            const char byte = input_[state_.scan_++];
            if (byte != (state_.is_after_cr_ ? '\n' : '\r')) {
                return reject(400, "A chunk must end in CR LF, and trailers are refused.");
            }
            state_.is_after_cr_ = !state_.is_after_cr_;
            if (state_.is_after_cr_) continue;
            if (state_.stage_ == Stage::kLastEnd) return message();
            state_.stage_ = Stage::kChunkSize;
            state_.line_begin_ = state_.scan_;
            return std::nullopt;
        }
        return need_more();
    }

    const std::string_view input_;
    const FramingLimits& limits_;
    FramingState& state_;
};

Framing frame_message(std::string_view input, const FramingLimits& limits, FramingState& state) {
    return Framer(input, limits, state).run();
}

}  // namespace ebra
