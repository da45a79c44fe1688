/// @file
/// make_routes(): the whole HTTP surface as one table. Start here to find what answers a path; each
/// handler stands in the file named beside its route. Handlers run on HTTP workers and never block:
/// they check the request, hand it to the engine, and answer from the engine's callback.
#pragma once

#include "http/counters.hpp"
#include "http/router.hpp"

#include "ebra/config.hpp"
#include "ebra/engine.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

struct ApiSettings {
    HttpConfig http;         ///< Keys, secrets, limits, how numbers are checked.
    std::string public_url;  ///< As the outside calls us; no slash at the end.
    /// The server's own counters, for /metrics. Any thread; called while the server runs.
    std::function<HttpStats()> http_stats;
    /// Told, for the log, what a handler threw and which internal error the engine answered: the
    /// client sees only a plain 500. Any thread; empty = nobody is told. Must not throw.
    std::function<void(std::string_view what)> on_failure;
    /// Milliseconds since 1970, to judge how old a signed callback is; empty = the system's clock.
    std::function<std::int64_t()> wall_ms;
};

/// One line of the table, e.g. {"GET", "/calls/:id"}.
struct RouteName {
    std::string_view method;
    std::string_view pattern;
};

/// Every route there is, as api/openapi.yaml describes them.
std::vector<RouteName> route_names();

/// Every route of the API, with authentication in front of it. All answers bear X-Request-Id.
/// `engine` must outlive the router and every answer it still owes. Call before the server starts;
/// the router is then only read.
Router make_routes(Engine& engine, ApiSettings settings);

}  // namespace ebra
