#include "routes.hpp"

#include "auth.hpp"
#include "callbacks.hpp"
#include "calls.hpp"
#include "http/problem.hpp"
#include "request_id.hpp"
#include "status.hpp"

#include <array>
#include <ctime>
#include <memory>

namespace ebra {

namespace {

/// All that the handlers share; they own it together.
struct Api {
    Api(Engine& engine, const ApiSettings& settings, std::function<std::int64_t()> wall_ms)
        : key(settings.http.api_key),
          calls(engine, settings.http),
          callbacks(engine, settings.http.callback_secret, settings.public_url, std::move(wall_ms)),
          status(engine, settings.http_stats) {}

    const ApiKey key;
    const CallRoutes calls;
    const CallbackRoutes callbacks;
    const StatusRoutes status;
};

/// Who may ask.
enum class Access { kEverybody, kKeyHolders };

struct RouteEntry {
    RouteName name;
    Access access;
    void (*handle)(const Api& api, HttpRequest& request, const Responder& responder);
};

// Callbacks are signed instead, or verified by the provider's plugin; probes carry no keys.
constexpr Access kOpen = Access::kEverybody;
constexpr Access kKeyed = Access::kKeyHolders;

#define EBRA_HANDLER(part, method) \
    [](const Api& api, HttpRequest& request, const Responder& to) { api.part.method(request, to); }

constexpr std::array kRoutes = {
    RouteEntry{{"POST", "/calls"}, kKeyed, EBRA_HANDLER(calls, create)},
    RouteEntry{{"GET", "/calls"}, kKeyed, EBRA_HANDLER(calls, list)},
    RouteEntry{{"GET", "/calls/:id"}, kKeyed, EBRA_HANDLER(calls, get)},
    RouteEntry{{"PATCH", "/calls/:id"}, kKeyed, EBRA_HANDLER(calls, change)},
    RouteEntry{{"DELETE", "/calls/:id"}, kKeyed, EBRA_HANDLER(calls, cancel)},
    RouteEntry{{"GET", "/calls/:id/timeline"}, kKeyed, EBRA_HANDLER(calls, timeline)},
    RouteEntry{{"GET", "/metrics"}, kKeyed, EBRA_HANDLER(status, metrics)},
    RouteEntry{{"POST", "/callbacks/call-status"}, kOpen, EBRA_HANDLER(callbacks, take_status)},
    RouteEntry{{"POST", "/callbacks/:provider"}, kOpen, EBRA_HANDLER(callbacks, take_webhook)},
    RouteEntry{{"GET", "/callbacks/:provider"}, kOpen, EBRA_HANDLER(callbacks, take_webhook)},
    RouteEntry{{"GET", "/healthz"}, kOpen, EBRA_HANDLER(status, healthz)},
    RouteEntry{{"GET", "/readyz"}, kOpen, EBRA_HANDLER(status, readyz)},
    RouteEntry{{"GET", "/openapi.yaml"}, kKeyed, EBRA_HANDLER(status, openapi)},
};

#undef EBRA_HANDLER

std::int64_t system_wall_ms() {
    timespec now{};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

HttpResponse no_key() {
    return to_response(problems::unauthorized(
        "This needs the API key: send \"Authorization: Bearer <key>\" or \"X-API-Key: <key>\"."));
}

void add_route(Router& router, const std::shared_ptr<const Api>& api, const RouteEntry& route) {
    router.add(std::string(route.name.method), route.name.pattern,
               [api, route](HttpRequest request, Responder responder) {
                   const bool is_admitted =
                       route.access == Access::kEverybody || api->key.admits(request);
                   if (!is_admitted) return responder.send(no_key());
                   route.handle(*api, request, responder);
               });
}

}  // namespace

std::vector<RouteName> route_names() {
    std::vector<RouteName> names;
    for (const RouteEntry& route : kRoutes) names.push_back(route.name);
    return names;
}

Router make_routes(Engine& engine, ApiSettings settings) {
    auto wall_ms = settings.wall_ms ? std::move(settings.wall_ms) : system_wall_ms;
    const auto api = std::make_shared<const Api>(engine, settings, std::move(wall_ms));
    Router router;
    for (const RouteEntry& route : kRoutes) add_route(router, api, route);
    if (settings.on_failure) router.on_failure(std::move(settings.on_failure));
    router.on_request([ids = std::make_shared<RequestIds>()](const HttpRequest& request,
                                                             const Responder& responder) {
        responder.add_header("X-Request-Id", ids->id_for(request));
    });
    return router;
}

}  // namespace ebra
