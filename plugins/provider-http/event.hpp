/// @file
/// EventRule: how a provider's words become an event: what kind it is, whose call it is, how it
/// ended and what it cost. Constant once read; thread-safe.
#pragma once

#include "condition.hpp"
#include "quantity.hpp"

#include "ebra/abi/provider.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ebra::provider_http {

/// An event that owns its text; see `ebra_event`.
struct Event {
    std::int32_t kind = 0;
    std::int32_t outcome = 0;
    std::int32_t disposition = 0;
    bool is_verified = false;
    std::string provider_call_id;
    std::string reference;
    std::string dedup_key;
    std::string reason;
    ebra_time_ms occurred_at = 0;
    std::int64_t duration_ms = -1;
    std::int64_t cost_micros = -1;
    std::string cost_currency;
    std::string recording_url;
    std::string transcript_url;
    std::string provider_state;
};

/// The ABI's form; valid as long as `event` is.
ebra_event view_of(const Event& event);

/// Words of a provider and the disposition they mean; the first that fits counts.
using DispositionMap = std::vector<std::pair<std::string, std::int32_t>>;

/// Where to look for such words.
struct DispositionStep {
    Pick value;
    DispositionMap map;
};

/// What to keep in the placement's provider state: a name and where it comes from.
using KeepRules = std::map<std::string, Pick>;

struct EventRule {
    Condition when;
    std::int32_t kind = EBRA_EVENT_ENDED;
    std::optional<Template> id;
    std::optional<Template> reference;
    std::optional<Template> dedup;
    std::optional<Template> reason;
    std::optional<Pick> occurred_at;
    std::optional<Pick> recording;
    std::optional<Pick> transcript;
    DurationRule duration;
    CostRule cost;
    std::vector<DispositionStep> dispositions;
    /// What an unknown word means; the provider may add words any day.
    std::int32_t otherwise = EBRA_DISPOSITION_PROVIDER_FAULT;
    KeepRules keep;
};

/// The event `rule` makes of `scope`, verified or not as the caller knows.
Event make_event(const EventRule& rule, const Scope& scope);

/// The first rule whose condition holds, or nullptr.
const EventRule* find_rule(const std::vector<EventRule>& rules, const Scope& scope);

/// The names to keep as a JSON object, laid over `before` (a JSON object or empty); empty when
/// there is nothing to keep or it would be larger than the ABI allows.
std::string kept_state(const KeepRules& keep, const Scope& scope, std::string_view before);

/// Ebra's names of dispositions, and theirs of kinds of event, as presets write them.
std::optional<std::int32_t> disposition_of(std::string_view name);
const std::vector<std::string>& disposition_names();
std::optional<std::int32_t> event_kind_of(std::string_view name);
const std::vector<std::string>& event_kind_names();

}  // namespace ebra::provider_http
