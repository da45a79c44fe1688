#include "json_text.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ebra {

namespace {

constexpr std::size_t kReasonBytesMax = 160;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Values are kept as text; `long double` only decides which numbers the library calls too large.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, long double>;

/// Accepts what a body may be and remembers why not. The library's parser behind it does not
/// recurse.
class BodyCheck : public nlohmann::json_sax<Json> {
 public:
    bool null() override { return at_value(); }
    bool boolean(bool) override { return at_value(); }
    bool number_integer(std::int64_t) override { return at_value(); }
    bool number_unsigned(std::uint64_t) override { return at_value(); }
    bool number_float(long double, const std::string&) override { return at_value(); }
    bool string(std::string& text) override { return at_value() && has_no_nul(text); }
    bool binary(Json::binary_t&) override { return at_value(); }
    bool start_object(std::size_t) override { return enter(); }
    bool key(std::string& name) override { return has_no_nul(name); }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override { return at_value() && enter(); }
    bool end_array() override { return leave(); }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& failure) override {
        std::string_view what = failure.what();
        // "[json.exception.parse_error.101] parse error at line 1, column 9: syntax error while
        // ..."
        what.remove_prefix(std::min(what.find("] ") + 2, what.size()));
        const std::size_t place = what.find(": ");
        if (place != std::string_view::npos) what.remove_prefix(place + 2);
        what = what.substr(0, std::min(what.find("; last read"), kReasonBytesMax));
        return refuse("The body is not valid JSON at byte " + std::to_string(position) + ": " +
                      std::string(what) + ".");
    }

    const std::string& reason() const { return reason_; }

 private:
    bool refuse(std::string reason) {
        reason_ = std::move(reason);
        return false;
    }
    bool at_value() {
        return depth_ > 0 || refuse("The body must be a JSON object, as in {\"to\": \"+1...\"}.");
    }
    bool has_no_nul(const std::string& text) {
        return text.find('\0') == std::string::npos ||
               refuse("The body holds the character NUL (\\u0000); remove it.");
    }
    bool enter() {
        return ++depth_ <= kJsonDepthMax || refuse("The body is nested deeper than " +
                                                   std::to_string(kJsonDepthMax) + " levels.");
    }
    bool leave() {
        --depth_;
        return true;
    }

    std::size_t depth_ = 0;
    std::string reason_;
};

/// Walks over text that BodyCheck has accepted, and so asks no questions; it never leaves the text.
class Walk {
 public:
    explicit Walk(std::string_view text) : text_(text) { skip_blanks(); }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool is_at_end() const { return at_ >= text_.size(); }

    /// Takes one character of structure and the blanks after it.
    void take() {
        ++at_;
        skip_blanks();
    }

    /// The value that starts here, and the blanks after it are passed.
    std::string_view value() {
        const std::size_t begin = at_;
        std::size_t depth = 0;
        do {
            const char c = peek();
            if (c == '"') {
                skip_string();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++at_;
            } else if (c == '}' || c == ']') {
                --depth;
                ++at_;
            } else {
                skip_plain();
            }
        } while (depth > 0 && !is_at_end());
        const std::string_view found = text_.substr(begin, at_ - begin);
        skip_blanks();
        return found;
    }

 private:
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }

    void skip_string() {
        for (++at_; !is_at_end() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        at_ = std::min(at_ + 1, text_.size());
    }

    /// A number or literal, or inside a container whatever stands between strings and brackets.
    void skip_plain() {
        at_ = std::min(text_.find_first_of("\"{}[],: \t\r\n", at_ + 1), text_.size());
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// The members of a validated object, names as written.
std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view text) {
    std::vector<std::pair<std::string_view, std::string_view>> members;
    Walk walk(text);
    for (walk.take(); walk.peek() != '}' && !walk.is_at_end();) {
        const std::string_view name = walk.value();
        walk.take();  // The colon.
        members.emplace_back(name, walk.value());
        if (walk.peek() == ',') walk.take();
    }
    return members;
}

void append_canonical(std::string_view text, std::string& out);

void append_canonical_object(std::string_view text, std::string& out) {
    auto members = members_of(text);
    std::stable_sort(members.begin(), members.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    out += '{';
    for (const auto& [name, value] : members) {
        if (out.back() != '{') out += ',';
        out.append(name).append(":");
        append_canonical(value, out);
    }
    out += '}';
}

void append_canonical_array(std::string_view text, std::string& out) {
    out += '[';
    Walk walk(text);
    for (walk.take(); walk.peek() != ']' && !walk.is_at_end();) {
        append_canonical(walk.value(), out);
        if (walk.peek() != ',') continue;
        walk.take();
        out += ',';
    }
    out += ']';
}

void append_canonical(std::string_view text, std::string& out) {
    if (text.front() == '{') return append_canonical_object(text, out);
    if (text.front() == '[') return append_canonical_array(text, out);
    out += text;
}

std::string decoded(std::string_view string_text) {
    // Nearly every string stands for itself between its quotes.
    if (string_text.find('\\') == std::string_view::npos) {
        return std::string(string_text.substr(1, string_text.size() - 2));
    }
    return nlohmann::json::parse(string_text).get<std::string>();
}

}  // namespace

Result<std::vector<JsonMember>> read_json_object(std::string_view text) {
    // The library takes a NUL byte for the end of its input.
    if (text.find('\0') != std::string_view::npos) {
        return Error{ErrorCode::kInvalidArgument, "The body holds a NUL byte; remove it."};
    }
    if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
        text.remove_prefix(kByteOrderMark.size());
    }
    // The library skips one more, and then its text and ours are not the same.
    if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
        return Error{ErrorCode::kInvalidArgument, "The body begins with two byte order marks."};
    }
    BodyCheck check;
    if (!Json::sax_parse(text.begin(), text.end(), &check)) {
        return Error{ErrorCode::kInvalidArgument, check.reason()};
    }
    std::vector<JsonMember> members;
    for (const auto& [name, value] : members_of(text)) members.push_back({decoded(name), value});
    return members;
}

bool is_json_object(std::string_view text) {
    return !text.empty() && text.front() == '{';
}

std::optional<std::string> json_string(std::string_view text) {
    if (text.empty() || text.front() != '"') return std::nullopt;
    return decoded(text);
}

std::optional<double> json_number(std::string_view text) {
    if (text.empty() || (text.front() != '-' && !std::isdigit(static_cast<unsigned char>(text[0]))))
        return std::nullopt;
    const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    if (!value.is_number()) return std::nullopt;
    return value.get<double>();
}

std::string canonical_json(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_canonical(text, out);
    return out;
}

}  // namespace ebra
