#include "callbacks.hpp"

#include "answer.hpp"
#include "callback_request.hpp"
#include "json.hpp"

namespace ebra {

namespace {

constexpr int kReplyStatusMin = 200;
constexpr int kReplyStatusMax = 599;

prometheus::Counter& refusals(Engine& engine, const char* reason) {
    return prometheus::BuildCounter()
        .Name("ebra_callback_signatures_refused_total")
        .Help("Callbacks answered 401 because of their signature")
        .Register(*engine.metrics().registry)
        .Add({{"reason", reason}});
}

/// Says the same whatever was wrong; the metric knows what it was.
HttpResponse unauthentic() {
    Problem problem = problems::of_status(
        401,
        "The callback is not signed as it must be. Sign its raw body with callback_secret: "
        "Standard "
        "Webhooks headers, at most 5 minutes old, or \"X-Signature: sha256=<hex>\".");
    problem.headers.emplace_back("WWW-Authenticate", "Signature realm=\"callbacks\"");
    return to_response(problem);
}

HttpResponse taken_answer(const CallbackAnswer& answer, const std::vector<std::string>& ignored) {
    const int status = answer.kind == CallbackAnswer::Kind::kKept ? 202 : 200;
    return json_answer(status, callback_json(answer, ignored));
}

HttpResponse webhook_answer(const CallbackAnswer& answer) {
    if (answer.reply_status < kReplyStatusMin || answer.reply_status > kReplyStatusMax) {
        return taken_answer(answer, {});
    }
    return {answer.reply_status, answer.reply_content_type, {}, answer.reply_body};
}

}  // namespace

CallbackRoutes::CallbackRoutes(Engine& engine, std::string_view callback_secret,
                               std::string public_url, std::function<std::int64_t()> wall_ms)
    : engine_(engine),
      signature_(callback_secret),
      public_url_(std::move(public_url)),
      wall_ms_(std::move(wall_ms)),
      refused_missing_(refusals(engine, "missing")),
      refused_out_of_time_(refusals(engine, "out_of_time")),
      refused_mismatch_(refusals(engine, "mismatch")) {}

bool CallbackRoutes::is_authentic(const CallbackSignature::Judgement& judgement) const {
    switch (judgement.verdict) {
        case CallbackSignature::Verdict::kGood:
            return true;
        case CallbackSignature::Verdict::kMissing:
            refused_missing_.Increment();
            return false;
        case CallbackSignature::Verdict::kOutOfTime:
            refused_out_of_time_.Increment();
            return false;
        case CallbackSignature::Verdict::kMismatch:
            refused_mismatch_.Increment();
            return false;
    }
    return false;
}

void CallbackRoutes::take_status(const HttpRequest& request, const Responder& responder) const {
    CallbackSignature::Judgement judgement = signature_.judge(request, wall_ms_());
    if (!is_authentic(judgement)) return responder.send(unauthentic());
    auto read = read_status_callback(request);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return responder.send(to_response(*problem));
    }
    CallbackBody body = std::get<CallbackBody>(std::move(read));
    body.callback.dedup_key = std::move(judgement.webhook_id);
    engine_.callback(std::move(body.callback), [responder, ignored = std::move(body.ignored)](
                                                   Result<CallbackAnswer> taken) {
        responder.send(taken ? taken_answer(taken.value(), ignored) : error_answer(taken.error()));
    });
}

void CallbackRoutes::take_webhook(HttpRequest request, const Responder& responder) const {
    ProviderWebhook webhook;
    webhook.provider = request.path_param("provider");
    webhook.ref = request.query_param("ref").value_or("");
    webhook.method = std::move(request.method);
    webhook.url = public_url_ + request.raw_target;
    webhook.headers = std::move(request.headers);
    webhook.body = std::move(request.body);
    webhook.peer = std::move(request.peer);
    engine_.webhook(std::move(webhook), [responder](Result<CallbackAnswer> taken) {
        responder.send(taken ? webhook_answer(taken.value()) : error_answer(taken.error()));
    });
}

}  // namespace ebra
