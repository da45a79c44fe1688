/// @file
/// make_routes(): the whole HTTP surface as one table. Start here to find what answers a path; each
/// handler stands in the file named beside its route. Handlers run on HTTP workers and never block:
/// they check the request, hand it to the engine, and answer from the engine's callback.
#pragma once

#include "http/counters.hpp"
#include "http/router.hpp"

#include "ebra/config.hpp"
#include "ebra/engine.hpp"

#include <functional>
#include <string>

namespace ebra {

struct ApiSettings {
    HttpConfig http;         ///< Keys, secrets, limits, how numbers are checked.
    std::string public_url;  ///< As the outside calls us; no slash at the end.
    /// The server's own counters, for /metrics. Any thread; called while the server runs.
    std::function<HttpStats()> http_stats;
};

/// Every route of the API, with authentication in front of it. `engine` must outlive the router and
/// every answer it still owes. Call before the server starts; the router is then only read.
Router make_routes(Engine& engine, ApiSettings settings);

}  // namespace ebra
