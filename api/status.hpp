/// @file
/// The handlers that say how the node is: /metrics, /healthz, /readyz, and /openapi.yaml. Owned by
/// the router's handlers; any worker may run them, none blocks.
#pragma once

#include "http/counters.hpp"
#include "http/request.hpp"
#include "http/responder.hpp"

#include "ebra/engine.hpp"

#include <functional>

namespace ebra {

class StatusRoutes {
 public:
    /// `engine` must outlive every answer it owes.
    StatusRoutes(Engine& engine, std::function<HttpStats()> http_stats);

    /// GET /metrics: counts by status as JSON, or everything as Prometheus text by Accept. The
    /// counts are asked for each time and never remembered: who enqueued a call and then looks must
    /// see it.
    void metrics(const HttpRequest& request, const Responder& responder) const;
    /// GET /healthz: 200 while the process answers at all.
    void healthz(const HttpRequest& request, const Responder& responder) const;
    /// GET /readyz: 200, or 503 with the reasons.
    void readyz(const HttpRequest& request, const Responder& responder) const;
    /// GET /openapi.yaml: the description of this API.
    void openapi(const HttpRequest& request, const Responder& responder) const;

 private:
    Engine& engine_;
    const std::function<HttpStats()> http_stats_;
};

}  // namespace ebra
