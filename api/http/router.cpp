#include "http/router.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <exception>
#include <set>

namespace ebra {

namespace {

// Splits "/a/b" into "a" and "b", at most `pieces_max` of them: whoever asks for fewer than there
// are learns so from the count, and a path of ten thousand slashes costs nothing more.
std::vector<std::string_view> split_path(std::string_view path, std::size_t pieces_max) {
    std::vector<std::string_view> pieces;
    if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    while (!path.empty() && pieces.size() < pieces_max) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        pieces.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return pieces;
}

std::string allowed_methods(const std::set<std::string>& methods) {
    std::string allow;
    for (const std::string& method : methods) {
        if (!allow.empty()) allow += ", ";
        allow += method;
        if (method == "GET" && methods.count("HEAD") == 0) allow += ", HEAD";
    }
    return allow;
}

bool serves(const std::string& route_method, const std::string& asked) {
    return route_method == asked || (asked == "HEAD" && route_method == "GET");
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, HttpHandler handler) {
    Route route{std::move(method), {}, std::move(handler)};
    for (const std::string_view piece : split_path(pattern, pattern.size())) {
        const bool is_param = !piece.empty() && piece.front() == ':';
        route.segments.push_back({std::string(is_param ? piece.substr(1) : piece), is_param});
    }
    segments_max_ = std::max(segments_max_, route.segments.size());
    routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, goes_before),
                   std::move(route));
}

void Router::on_request(std::function<void(const HttpRequest&, const Responder&)> hook) {
    request_hook_ = std::move(hook);
}

void Router::on_failure(std::function<void(std::string_view what)> sink) {
    failure_sink_ = std::move(sink);
}

void Router::route(HttpRequest request, Responder responder) const noexcept {
    std::string what;
    try {
        responder.on_failure(failure_sink_);
        if (request_hook_) request_hook_(request, responder);
        dispatch(std::move(request), responder);
        return;
    } catch (const std::exception& failure) {
        what = failure.what();
    } catch (...) {
        what = "a handler threw something that is not a std::exception";
    }
    if (failure_sink_) failure_sink_(what);
    responder.send(to_response(problems::internal_error()));
}

bool Router::goes_before(const Route& left, const Route& right) {
    return std::lexicographical_compare(
        left.segments.begin(), left.segments.end(), right.segments.begin(), right.segments.end(),
        [](const Segment& a, const Segment& b) { return a.is_param < b.is_param; });
}

bool Router::matches(const Route& route, const std::vector<std::string>& path) {
    return std::equal(route.segments.begin(), route.segments.end(), path.begin(), path.end(),
                      [](const Segment& segment, const std::string& piece) {
                          return segment.is_param ? !piece.empty() : segment.text == piece;
                      });
}

std::vector<std::string_view> Router::split(std::string_view raw_path) const {
    return split_path(raw_path, segments_max_ + 1);
}

void Router::dispatch(HttpRequest request, Responder responder) const {
    std::vector<std::string> path;
    for (const std::string_view piece : split(request.raw_path())) {
        auto decoded = percent_decode(piece);
        if (!decoded) {
            responder.send(to_response(problems::bad_request("The path holds a broken escape.")));
            return;
        }
        path.push_back(std::move(*decoded));
    }
    std::set<std::string> methods;
    for (const Route& route : routes_) {
        if (!matches(route, path)) continue;
        if (serves(route.method, request.method)) {
            run(route, path, std::move(request), std::move(responder));
            return;
        }
        methods.insert(route.method);
    }
    responder.send(to_response(methods.empty()
                                   ? problems::not_found("Nothing is served at this path.")
                                   : problems::method_not_allowed(allowed_methods(methods))));
}

void Router::run(const Route& route, const std::vector<std::string>& path, HttpRequest request,
                 Responder responder) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (!route.segments[i].is_param) continue;
        request.path_params.emplace_back(route.segments[i].text, path[i]);
    }
    route.handler(std::move(request), std::move(responder));
}

}  // namespace ebra
