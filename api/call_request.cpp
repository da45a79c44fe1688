#include "call_request.hpp"

#include "answer.hpp"
#include "digest.hpp"
#include "json_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ebra {

namespace {

constexpr std::size_t kErrorsMax = 20;  // One problem names no more fields than that.
constexpr std::size_t kNameShownBytesMax = 64;

enum Field : std::size_t { kTo, kScriptId, kMetadata, kFields };
constexpr std::array<std::string_view, kFields> kNames = {"to", "scriptId", "metadata"};

/// A name as part of a JSON pointer.
std::string pointer_to(std::string_view name) {
    std::string pointer = "#/";
    for (const char c : name.substr(0, kNameShownBytesMax)) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

bool has_control_byte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

/// Reads one body: takes the known fields out of it and collects everything that is wrong.
class CallReading {
 public:
    explicit CallReading(const CallRules& rules) : rules_(rules) {}

    void take_members(const std::vector<JsonMember>& members, bool allows_others) {
        for (const JsonMember& member : members) {
            const auto known = std::find(kNames.begin(), kNames.end(), member.name);
            if (known == kNames.end()) {
                if (!allows_others) refuse(member.name, "is no field that can be changed");
                continue;
            }
            auto& value = values_[static_cast<std::size_t>(known - kNames.begin())];
            if (value) refuse(member.name, "is given twice");
            value = member.value;
        }
    }

    bool has(Field field) const { return values_[field].has_value(); }

    void need(Field field) {
        if (!has(field)) refuse(kNames[field], "is missing");
    }

    std::string to() {
        const auto text = json_string(values_[kTo].value_or(""));
        if (!text) return refuse("to", "must be a string like \"+14155550100\"");
        Result<std::string> number = rules_.phones.normalise(*text);
        if (!number) return refuse("to", number.error().message);
        return std::move(number).value();
    }

    std::string script_id() {
        auto text = json_string(values_[kScriptId].value_or(""));
        if (!text) return refuse("scriptId", "must be a string");
        if (text->find_first_not_of(' ') == std::string::npos) {
            return refuse("scriptId", "must not be empty");
        }
        if (text->size() > kScriptIdBytesMax) {
            return refuse("scriptId",
                          "is longer than " + std::to_string(kScriptIdBytesMax) + " bytes");
        }
        if (has_control_byte(*text)) return refuse("scriptId", "holds a control character");
        return std::move(*text);
    }

    std::string metadata() {
        const std::string_view text = values_[kMetadata].value_or("null");
        if (text == "null") return "{}";
        if (!is_json_object(text)) return refuse("metadata", "must be a JSON object");
        if (text.size() > rules_.metadata_bytes_max) {
            return refuse("metadata", "has " + std::to_string(text.size()) +
                                          " bytes, more than http.metadata_bytes_max = " +
                                          std::to_string(rules_.metadata_bytes_max));
        }
        return std::string(text);
    }

    std::string refuse(std::string_view name, std::string detail) {
        if (errors_.size() < kErrorsMax) errors_.push_back({pointer_to(name), std::move(detail)});
        return {};
    }

    bool is_sound() const { return errors_.empty(); }

    Problem problem() {
        return problems::bad_request("Fields of the body are wrong; \"errors\" names each.",
                                     std::move(errors_));
    }

 private:
    const CallRules& rules_;
    std::array<std::optional<std::string_view>, kFields> values_;
    std::vector<ProblemField> errors_;
};

/// The members of the body, or why there are none.
std::variant<std::vector<JsonMember>, Problem> members_of(const HttpRequest& request) {
    if (auto problem = check_content_type(request)) return std::move(*problem);
    auto members = read_json_object(request.body);
    if (!members) return problems::bad_request(members.error().message);
    return std::move(members).value();
}

/// A name for what the request means: each part with its length, so that no two run together.
std::string digest_of(const CallRequest& call) {
    std::string meaning;
    for (const std::string& part : {call.to, call.script_id, canonical_json(call.metadata_json)}) {
        meaning += std::to_string(part.size()) + ":" + part;
    }
    return to_hex(sha256(meaning));
}

Result<std::string> idempotency_key(const HttpRequest& request) {
    const auto key = request.header("Idempotency-Key");
    if (!key) return std::string();
    const bool is_printable =
        std::all_of(key->begin(), key->end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (key->empty() || key->size() > kIdempotencyKeyBytesMax || !is_printable ||
        request.header_count("Idempotency-Key") > 1) {
        return Error{ErrorCode::kInvalidArgument,
                     "Idempotency-Key must be sent once and hold 1 to " +
                         std::to_string(kIdempotencyKeyBytesMax) + " printable ASCII characters."};
    }
    return std::string(*key);
}

}  // namespace

std::variant<CallRequest, Problem> read_call_request(const HttpRequest& request,
                                                     const CallRules& rules) {
    auto key = idempotency_key(request);
    if (!key) return problems::bad_request(key.error().message);
    auto members = members_of(request);
    if (auto* problem = std::get_if<Problem>(&members)) return std::move(*problem);

    CallReading reading(rules);
    reading.take_members(std::get<0>(members), true);
    reading.need(kTo);
    reading.need(kScriptId);
    CallRequest call;
    if (reading.has(kTo)) call.to = reading.to();
    if (reading.has(kScriptId)) call.script_id = reading.script_id();
    call.metadata_json = reading.metadata();
    if (!reading.is_sound()) return reading.problem();

    call.idempotency_key = std::move(key).value();
    if (!call.idempotency_key.empty()) call.request_digest = digest_of(call);
    return call;
}

std::variant<CallChange, Problem> read_call_change(const HttpRequest& request,
                                                   const CallRules& rules, std::string id) {
    auto members = members_of(request);
    if (auto* problem = std::get_if<Problem>(&members)) return std::move(*problem);

    CallReading reading(rules);
    reading.take_members(std::get<0>(members), false);
    CallChange change;
    change.id = std::move(id);
    if (reading.has(kTo)) change.to = reading.to();
    if (reading.has(kScriptId)) change.script_id = reading.script_id();
    if (reading.has(kMetadata)) change.metadata_json = reading.metadata();
    if (!reading.is_sound()) return reading.problem();
    if (!change.to && !change.script_id && !change.metadata_json) {
        return problems::bad_request("Give at least one of to, scriptId and metadata.");
    }
    return change;
}

}  // namespace ebra
