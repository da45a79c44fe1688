#include "call_scope.hpp"

#include "message.hpp"
#include "quantity.hpp"

#include "ebra/plugin.hpp"

namespace ebra::provider_http {

namespace {

using plugin::view;

/// By how much a provider's clock may be behind ours when it is asked for calls since ours began.
constexpr ebra_time_ms kClockSkewMs = 60'000;

std::optional<Value> some(std::string_view text, bool is_json = false) {
    if (text.empty()) return std::nullopt;
    return Value{std::string(text), is_json};
}

/// The value at `path` in `text`, which is parsed once and kept in `parsed`.
std::optional<Value> value_at(std::optional<nlohmann::json>& parsed, std::string_view text,
                              std::string_view path) {
    if (!parsed) parsed = parse_json(text).value_or(nlohmann::json());
    const nlohmann::json* found = find_path(*parsed, path);
    return found == nullptr ? std::nullopt : value_of(*found);
}

}  // namespace

std::optional<Value> find_in_settings(const Settings& settings, std::string_view name) {
    if (name == "base_url") return some(settings.base_url);
    const auto option = behind(name, "option");
    if (!option) return std::nullopt;
    const auto found = settings.values.find(std::string(*option));
    return found == settings.values.end() ? std::nullopt : some(found->second);
}

CallScope::CallScope(const Settings& settings, const ebra_call& call, std::string_view reference,
                     std::string_view callback_url, ebra_time_ms now)
    : settings_(settings),
      call_(call),
      reference_(reference),
      callback_url_(callback_url),
      now_(now) {}

std::optional<Value> CallScope::find(std::string_view name) const {
    if (name == "reference") return some(reference_);
    if (name == "callback_url") return some(callback_url_);
    if (name == "now_s") return Value{std::to_string(now_ / 1000), true};
    if (std::optional<Value> found = in_call(name)) return found;
    if (call_.placement != nullptr) {
        if (std::optional<Value> found = in_placement(name)) return found;
    }
    return find_in_settings(settings_, name);
}

std::optional<Value> CallScope::in_call(std::string_view name) const {
    const ebra_call_spec& spec = *call_.spec;
    if (name == "to") return some(view(spec.to));
    if (name == "script_id") return some(view(spec.script_id));
    if (name == "call_id") return some(view(spec.id));
    // Byte for byte as the client gave it: numbers keep their digits.
    if (name == "metadata") return some(view(spec.metadata_json), true);
    if (const auto path = behind(name, "metadata")) {
        return value_at(metadata_, view(spec.metadata_json), *path);
    }
    return std::nullopt;
}

std::optional<Value> CallScope::in_placement(std::string_view name) const {
    const ebra_placement& placement = *call_.placement;
    if (name == "id") return some(view(placement.provider_call_id));
    if (placement.claimed_at > 0) {
        const ebra_time_ms since = placement.claimed_at - kClockSkewMs;
        if (name == "since_s") return Value{std::to_string(since / 1000), true};
        if (name == "since") return Value{iso_time(since), false};
    }
    if (name == "attempt") return Value{std::to_string(placement.number), true};
    if (const auto path = behind(name, "state")) {
        return value_at(state_, view(placement.provider_state), *path);
    }
    return std::nullopt;
}

}  // namespace ebra::provider_http
