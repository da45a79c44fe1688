#include "status.hpp"

#include "answer.hpp"
#include "json.hpp"
#include "metrics_text.hpp"
#include "openapi_text.hpp"

namespace ebra {

namespace {

HttpResponse readiness_answer(const Readiness& readiness) {
    HttpResponse answer = json_answer(readiness.is_ready ? 200 : 503, readiness_json(readiness));
    if (!readiness.is_ready) answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

}  // namespace

StatusRoutes::StatusRoutes(Engine& engine, std::function<HttpStats()> http_stats)
    : engine_(engine), http_stats_(std::move(http_stats)) {}

void StatusRoutes::metrics(const HttpRequest& request, const Responder& responder) const {
    if (!wants_metrics_text(request)) {
        return engine_.counts([responder](Result<Counts> counts) {
            responder.send(counts ? json_answer(200, counts_json(counts.value()))
                                  : error_answer(counts.error()));
        });
    }
    const HttpStats http = http_stats_ ? http_stats_() : HttpStats{};
    engine_.counts([&engine = engine_, http, responder](Result<Counts> counts) {
        std::optional<Counts> known;
        if (counts) known = counts.value();
        responder.send({200, kMetricsContentType, {}, metrics_text(engine.metrics(), http, known)});
    });
}

void StatusRoutes::healthz(const HttpRequest&, const Responder& responder) const {
    responder.send(json_answer(200, R"({"status":"ok"})"));
}

void StatusRoutes::readyz(const HttpRequest&, const Responder& responder) const {
    engine_.readiness([responder](Result<Readiness> readiness) {
        if (!readiness) readiness = Readiness{false, {readiness.error().message}};
        responder.send(readiness_answer(readiness.value()));
    });
}

void StatusRoutes::openapi(const HttpRequest&, const Responder& responder) const {
    responder.send({200, "application/yaml", {}, std::string(kOpenApiText)});
}

}  // namespace ebra
