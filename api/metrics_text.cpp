#include "metrics_text.hpp"

#include "time_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace ebra {

namespace {

using Families = std::vector<prometheus::MetricFamily>;
using Labelled = std::vector<std::pair<std::string, double>>;

constexpr std::size_t kAcceptItemsMax = 32;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    const std::size_t end = text.find_last_not_of(" \t");
    return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

/// Takes what stands before the next `separator` off `text`.
std::string_view next_item(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view item = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return item;
}

/// The weight among a media range's parameters: 1 when none is given, 0 when it is no number.
double weight_in(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view item = next_item(parameters, ';');
        if (!item.starts_with("q=") && !item.starts_with("Q=")) continue;
        return std::clamp(std::strtod(std::string(item.substr(2)).c_str(), nullptr), 0.0, 1.0);
    }
    return 1;
}

/// How much each form is wanted; negative: not named.
struct Wanted {
    double text = -1;
    double json = -1;
    double anything = -1;
};

Wanted wanted_by(std::string_view accept) {
    Wanted wanted;
    for (std::size_t n = 0; n < kAcceptItemsMax && !accept.empty(); ++n) {
        std::string_view item = next_item(accept, ',');
        const std::string_view type = next_item(item, ';');
        const double weight = weight_in(item);
        const auto raise = [&](double& value) { value = std::max(value, weight); };
        if (equals_ignoring_case(type, "text/plain") ||
            equals_ignoring_case(type, "application/openmetrics-text")) {
            raise(wanted.text);
        } else if (equals_ignoring_case(type, "application/json")) {
            raise(wanted.json);
        } else if (type == "*/*" || equals_ignoring_case(type, "application/*")) {
            raise(wanted.anything);
        }
    }
    return wanted;
}

void add(Families& families, prometheus::MetricType type, const char* name, const char* help,
         const char* label, const Labelled& values) {
    prometheus::MetricFamily& family = families.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    for (const auto& [label_value, value] : values) {
        prometheus::ClientMetric& metric = family.metric.emplace_back();
        if (*label != '\0') metric.label.push_back({label, label_value});
        metric.gauge.value = value;
        metric.counter.value = value;
    }
}

void add_gauge(Families& families, const char* name, const char* help, std::int64_t value) {
    add(families, prometheus::MetricType::Gauge, name, help, "", {{"", double(value)}});
}

void add_counter(Families& families, const char* name, const char* help, std::uint64_t value) {
    add(families, prometheus::MetricType::Counter, name, help, "", {{"", double(value)}});
}

std::pair<std::string, double> labelled(std::string_view label, std::int64_t value) {
    return {std::string(label), static_cast<double>(value)};
}

void add_counts(Families& families, const Counts& counts) {
    constexpr auto kGauge = prometheus::MetricType::Gauge;
    add(families, kGauge, "ebra_calls", "Calls by status", "status",
        {labelled(name_of(CallStatus::kPending), counts.pending),
         labelled(name_of(CallStatus::kInProgress), counts.in_progress),
         labelled(name_of(CallStatus::kCompleted), counts.completed),
         labelled(name_of(CallStatus::kFailed), counts.failed),
         labelled(name_of(CallStatus::kCanceled), counts.canceled),
         labelled(name_of(CallStatus::kExpired), counts.expired)});
    add(families, kGauge, "ebra_placements_open", "Placements that hold a slot, by state", "state",
        {labelled(name_of(PlacementState::kClaimed), counts.claimed),
         labelled(name_of(PlacementState::kPlaced), counts.placed),
         labelled(name_of(PlacementState::kUnknown), counts.unknown)});
    add_gauge(families, "ebra_calls_undecided", "Calls whose end waits for a decision",
              counts.undecided);
    add_gauge(families, "ebra_calls_parked", "Calls that wait because their number is busy",
              counts.parked);
    add_gauge(families, "ebra_callbacks_kept", "Callbacks kept for calls not known yet",
              counts.kept);
    add_gauge(families, "ebra_events_owed", "Events owed to clients", counts.owed);
    add_gauge(families, "ebra_contradictions", "Evidence that contradicted a terminal status",
              counts.contradictions);
    add(families, kGauge, "ebra_oldest_due_timestamp_seconds",
        "When the oldest waiting call became due, by the store's clock; 0 = none waits", "",
        {{"", static_cast<double>(counts.oldest_due_at) / kMsPerSecond}});
}

void add_http(Families& families, const HttpStats& http) {
    add_counter(families, "ebra_http_requests_total", "Well-formed requests", http.requests);
    add_gauge(families, "ebra_http_requests_in_flight", "Requests not yet answered",
              static_cast<std::int64_t>(http.in_flight));
    add_counter(families, "ebra_http_connections_total", "Connections accepted", http.connections);
    add_gauge(families, "ebra_http_connections_open", "Connections open",
              static_cast<std::int64_t>(http.connections_open));
    add_counter(families, "ebra_http_connections_refused_total", "Connections over the limit",
                http.connections_refused);
    add_counter(families, "ebra_http_overloaded_total", "Requests told 503 for overload",
                http.overloaded);
    add_counter(families, "ebra_http_timeouts_total", "Heads, bodies and answers too late",
                http.timeouts);
    add_counter(families, "ebra_http_idle_closed_total", "Idle connections closed",
                http.idle_closed);
    add_counter(families, "ebra_http_slow_writes_total", "Answers to slow readers",
                http.slow_writes);
    add_counter(families, "ebra_http_answers_total", "Answers delivered", http.answers);
    add(families, prometheus::MetricType::Counter, "ebra_http_answers_lost_total",
        "Answers that reached nobody, or were none", "why",
        {{"undeliverable", double(http.answers_undeliverable)},
         {"ignored", double(http.answers_ignored)},
         {"missing", double(http.answers_missing)},
         {"malformed", double(http.answers_malformed)}});
    Labelled rejected;
    for (const auto& [status, count] : http.rejected) {
        rejected.emplace_back(std::to_string(status), double(count));
    }
    add(families, prometheus::MetricType::Counter, "ebra_http_rejected_total",
        "Requests refused before a handler saw them", "status", rejected);
}

}  // namespace

bool wants_metrics_text(const HttpRequest& request) {
    const Wanted wanted = wanted_by(request.header("Accept").value_or(""));
    if (wanted.text <= 0) return false;
    if (wanted.json >= 0) return wanted.text > wanted.json;
    return wanted.text >= wanted.anything;
}

std::string metrics_text(const Metrics& metrics, const HttpStats& http,
                         const std::optional<Counts>& counts) {
    Families families = metrics.registry->Collect();
    add_http(families, http);
    add_gauge(families, "ebra_store_up", "1 when the store answered this scrape", counts ? 1 : 0);
    if (counts) add_counts(families, *counts);
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace ebra
