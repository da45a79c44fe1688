#include "calls.hpp"

#include "answer.hpp"
#include "call_id.hpp"
#include "json.hpp"

#include <charconv>

namespace ebra {

namespace {

HttpResponse no_such_call() {
    return error_answer({ErrorCode::kNotFound, "There is no call with that id."});
}

HttpResponse created_answer(const Enqueued& made) {
    if (made.kind == Enqueued::Kind::kKeyReused) {
        return to_response(problems::unprocessable(
            "That Idempotency-Key was used for another request; send a new key."));
    }
    HttpResponse answer = json_answer(201, call_json(made.call));
    answer.headers.emplace_back("Location", "/calls/" + made.call.id);
    if (made.kind == Enqueued::Kind::kReplayed) {
        answer.headers.emplace_back("Idempotency-Replayed", "true");
    }
    return answer;
}

/// The reply of everything that answers with one call.
Engine::Reply<Call> answer_call(const Responder& responder) {
    return [responder](Result<Call> call) {
        responder.send(call ? json_answer(200, call_json(call.value()))
                            : error_answer(call.error()));
    };
}

/// What GET /calls was asked for.
struct PageQuery {
    std::optional<CallStatus> status;
    std::uint64_t page = 1;
    std::uint64_t page_size = CallRoutes::kPageSizeDefault;
    std::vector<ProblemField> errors;
};

/// `?name=` counts as not given.
std::string_view given(const HttpRequest& request, std::string_view name) {
    return request.query_param(name).value_or("");
}

void read_number(const HttpRequest& request, const std::string& name, std::uint64_t most,
                 std::uint64_t& number, std::vector<ProblemField>& errors) {
    const std::string_view text = given(request, name);
    if (text.empty()) return;
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = failure == std::errc() && end == text.data() + text.size();
    if (!is_number || value < 1 || value > most) {
        errors.push_back({"?" + name, "must be a whole number from 1 to " + std::to_string(most)});
        return;
    }
    number = value;
}

PageQuery read_page_query(const HttpRequest& request) {
    PageQuery query;
    const std::string_view status = given(request, "status");
    query.status = call_status_named(status);
    if (!status.empty() && !query.status) {
        query.errors.push_back({"?status",
                                "must be PENDING, IN_PROGRESS, COMPLETED, FAILED, CANCELED or "
                                "EXPIRED"});
    }
    read_number(request, "page", CallRoutes::kPageMax, query.page, query.errors);
    read_number(request, "pageSize", CallRoutes::kPageSizeMax, query.page_size, query.errors);
    return query;
}

}  // namespace

CallRoutes::CallRoutes(Engine& engine, const HttpConfig& http)
    : engine_(engine),
      phones_(phone_check_named(http.phone_check), http.phone_region),
      metadata_bytes_max_(static_cast<std::size_t>(http.metadata_bytes_max)) {}

void CallRoutes::create(const HttpRequest& request, const Responder& responder) const {
    auto read = read_call_request(request, rules());
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return responder.send(to_response(*problem));
    }
    engine_.enqueue(std::get<CallRequest>(std::move(read)), [responder](Result<Enqueued> made) {
        responder.send(made ? created_answer(made.value()) : error_answer(made.error()));
    });
}

void CallRoutes::get(const HttpRequest& request, const Responder& responder) const {
    const std::string id(request.path_param("id"));
    if (!is_call_id(id)) return responder.send(no_such_call());
    engine_.get(id, [responder](Result<std::optional<Call>> found) {
        if (!found) return responder.send(error_answer(found.error()));
        if (!found.value()) return responder.send(no_such_call());
        responder.send(json_answer(200, call_json(*found.value())));
    });
}

void CallRoutes::change(const HttpRequest& request, const Responder& responder) const {
    const std::string id(request.path_param("id"));
    if (!is_call_id(id)) return responder.send(no_such_call());
    auto read = read_call_change(request, rules(), id);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return responder.send(to_response(*problem));
    }
    engine_.change(std::get<CallChange>(std::move(read)), answer_call(responder));
}

void CallRoutes::cancel(const HttpRequest& request, const Responder& responder) const {
    const std::string id(request.path_param("id"));
    if (!is_call_id(id)) return responder.send(no_such_call());
    engine_.cancel(id, answer_call(responder));
}

void CallRoutes::list(const HttpRequest& request, const Responder& responder) const {
    PageQuery query = read_page_query(request);
    if (!query.errors.empty()) {
        return responder.send(to_response(problems::bad_request(
            "The query is wrong; \"errors\" names each part.", std::move(query.errors))));
    }
    // One more than asked for tells whether there is a next page, without counting.
    const std::uint64_t offset = (query.page - 1) * query.page_size;
    engine_.list(query.status, offset, query.page_size + 1,
                 [responder, query](Result<std::vector<Call>> found) {
                     if (!found) return responder.send(error_answer(found.error()));
                     std::vector<Call>& calls = found.value();
                     const bool has_more = calls.size() > query.page_size;
                     if (has_more) calls.resize(query.page_size);
                     responder.send(
                         json_answer(200, page_json(calls, query.page, query.page_size, has_more)));
                 });
}

void CallRoutes::timeline(const HttpRequest& request, const Responder& responder) const {
    const std::string id(request.path_param("id"));
    if (!is_call_id(id)) return responder.send(no_such_call());
    engine_.timeline(id, [&engine = engine_, id, responder](Result<Timeline> timeline) {
        if (!timeline) return responder.send(error_answer(timeline.error()));
        engine.explain(id, [id, responder, timeline](Result<std::vector<WhyNot>> reasons) {
            if (!reasons) return responder.send(error_answer(reasons.error()));
            responder.send(json_answer(200, timeline_json(id, timeline.value(), reasons.value())));
        });
    });
}

}  // namespace ebra
