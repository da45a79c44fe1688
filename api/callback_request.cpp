#include "callback_request.hpp"

#include "answer.hpp"
#include "json_text.hpp"
#include "time_text.hpp"

#include <array>
#include <cmath>
#include <optional>

namespace ebra {

namespace {

constexpr double kDurationSecondsMax = 31'536'000;  // A year.
constexpr double kTimeMsMax = 253'402'300'799'999;  // The end of 9999.
constexpr std::string_view kStatusNames = "COMPLETED, FAILED, BUSY or NO_ANSWER";

struct Ending {
    std::string_view name;
    Outcome outcome;
    Disposition disposition;
};

constexpr std::array<Ending, 4> kEndings = {{
    {"COMPLETED", Outcome::kCompleted, Disposition::kNone},
    {"FAILED", Outcome::kFailed, Disposition::kNone},
    {"BUSY", Outcome::kFailed, Disposition::kBusy},
    {"NO_ANSWER", Outcome::kFailed, Disposition::kNoAnswer},
}};

const Ending* ending_named(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == '-' || c == ' ') c = '_';
    }
    for (const Ending& ending : kEndings) {
        if (ending.name == text) return &ending;
    }
    return nullptr;
}

/// At most `bytes_max` of it, without half a character at the end.
std::string cut(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) {
        --bytes_max;
    }
    text.resize(bytes_max);
    return text;
}

class CallbackReading {
 public:
    explicit CallbackReading(const std::vector<JsonMember>& members) : members_(members) {}

    CallbackBody& made() { return made_; }
    std::vector<ProblemField>& errors() { return errors_; }

    void read_id(std::string_view name, std::string& id) {
        const auto value = find(name);
        if (!value) return;
        const auto text = json_string(*value);
        if (!text || text->size() > kProviderIdBytesMax) {
            return refuse(name, "must be a string of at most " +
                                    std::to_string(kProviderIdBytesMax) + " bytes");
        }
        id = *text;
    }

    void read_status() {
        const auto value = find("status");
        if (!value) return refuse("status", "is missing; send " + std::string(kStatusNames));
        const auto text = json_string(*value);
        const Ending* ending = text ? ending_named(*text) : nullptr;
        if (ending == nullptr) return refuse("status", "must be " + std::string(kStatusNames));
        made_.callback.outcome = ending->outcome;
        made_.callback.disposition = ending->disposition;
        if (ending->outcome == Outcome::kFailed) {
            made_.callback.reason = "the provider reported " + std::string(ending->name);
        }
    }

    void read_completed_at() {
        const auto value = find("completedAt");
        if (!value) return;
        const auto text = json_string(*value);
        const auto number = json_number(*value);
        std::optional<std::int64_t> ms;
        if (text) ms = parse_time_text(*text);
        if (number && *number >= 0 && *number <= kTimeMsMax) {
            ms = static_cast<std::int64_t>(*number);
        }
        if (!ms) return ignore("completedAt is neither RFC 3339 nor milliseconds since 1970");
        made_.callback.completed_at = *ms;
    }

    void read_duration() {
        const auto value = find("durationSec");
        if (!value) return;
        const auto seconds = json_number(*value);
        if (!seconds || *seconds < 0 || *seconds > kDurationSecondsMax) {
            return ignore("durationSec is no number of seconds");
        }
        made_.callback.duration_ms = std::llround(*seconds * 1'000);
    }

    void read_reason() {
        const auto value = find("reason");
        if (!value || made_.callback.outcome != Outcome::kFailed) return;
        const auto text = json_string(*value);
        if (!text) return ignore("reason is no string");
        if (!text->empty()) made_.callback.reason += ": " + cut(*text, kReasonBytesMax);
    }

 private:
    /// The last of that name, as most readers take it; null counts as not given.
    std::optional<std::string_view> find(std::string_view name) const {
        for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
            if (member->name != name) continue;
            if (member->value == "null") return std::nullopt;
            return member->value;
        }
        return std::nullopt;
    }
    void refuse(std::string_view name, std::string detail) {
        errors_.push_back({"#/" + std::string(name), std::move(detail)});
    }
    void ignore(std::string why) { made_.ignored.push_back(std::move(why)); }

    const std::vector<JsonMember>& members_;
    CallbackBody made_;
    std::vector<ProblemField> errors_;
};

}  // namespace

std::variant<CallbackBody, Problem> read_status_callback(const HttpRequest& request) {
    if (auto problem = check_content_type(request)) return std::move(*problem);
    const auto members = read_json_object(request.body);
    if (!members) return problems::bad_request(members.error().message);

    CallbackReading reading(members.value());
    StatusCallback& callback = reading.made().callback;
    callback.ref = request.query_param("ref").value_or("");
    reading.read_id("providerCallId", callback.provider_call_id);
    reading.read_id("callId", callback.call_id);
    const bool has_id =
        !callback.ref.empty() || !callback.provider_call_id.empty() || !callback.call_id.empty();
    if (!has_id && reading.errors().empty()) {
        reading.errors().push_back({"#/providerCallId", "give this or callId"});
    }
    reading.read_status();
    reading.read_completed_at();
    reading.read_duration();
    reading.read_reason();
    if (!reading.errors().empty()) {
        return problems::bad_request("The callback is wrong; \"errors\" names each field.",
                                     std::move(reading.errors()));
    }
    return std::move(reading.made());
}

}  // namespace ebra
