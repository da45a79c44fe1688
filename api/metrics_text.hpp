/// @file
/// The metrics as Prometheus text, and whether a client wants that. Pure but for reading counters;
/// any thread, never blocks on the store: the counts come from the caller.
#pragma once

#include "http/counters.hpp"
#include "http/request.hpp"

#include "ebra/call.hpp"
#include "ebra/metrics.hpp"

#include <optional>
#include <string>

namespace ebra {

/// Text format 0.0.4.
inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// True when `Accept` names text/plain or OpenMetrics and prefers it to JSON. JSON wins for no
/// Accept, "*/*", and a tie in which both are named, as "application/json, text/plain, */*".
bool wants_metrics_text(const HttpRequest& request);

/// All counters of the engine and the HTTP server, and the counts as gauges; without counts (the
/// store is away) only `ebra_store_up 0` stands for them.
std::string metrics_text(const Metrics& metrics, const HttpStats& http,
                         const std::optional<Counts>& counts);

}  // namespace ebra
