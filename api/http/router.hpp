/// @file
/// Router: one table from method and path pattern to handler. Filled before the server starts, then
/// only read, by all workers at once. It never lets an exception out and never answers twice.
///
/// A pattern is literal segments and `:name` segments ("/calls/:id"). A `:name` takes exactly one
/// non-empty segment, decoded after the split, so "%2F" never makes a new one. A literal beats a
/// `:name`. One trailing slash of the path is ignored ("/calls/" is "/calls"); doubled slashes are
/// not merged and match nothing. GET answers HEAD too.
#pragma once

#include "http/request.hpp"
#include "http/responder.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra {

/// Answers a request, now or later, on this thread or another. Runs on a worker: must not block.
using HttpHandler = std::function<void(HttpRequest, Responder)>;

class Router {
 public:
    /// Adds a route. Not after the server started. `pattern` starts with '/'.
    void add(std::string method, std::string_view pattern, HttpHandler handler);

    /// Sees every request before its handler, also those no route answers: for headers that all
    /// answers bear. Runs on a worker. Not after the server started.
    void on_request(std::function<void(const HttpRequest&, const Responder&)> hook);

    /// Told what a handler threw or what failed behind it (HttpResponse::failure); the client sees
    /// only a plain 500. Any thread. Must not throw.
    void on_failure(std::function<void(std::string_view what)> sink);

    /// Finds and runs the handler; 404 and 405 (with Allow) are answered here, and so is 500 when
    /// the handler throws anything. Linear in the length of the path.
    void route(HttpRequest request, Responder responder) const noexcept;

 private:
    struct Segment {
        std::string text;
        bool is_param = false;
    };
    struct Route {
        std::string method;
        std::vector<Segment> segments;
        HttpHandler handler;
    };

    std::vector<std::string_view> split(std::string_view raw_path) const;
    static bool matches(const Route& route, const std::vector<std::string>& path);
    static bool goes_before(const Route& left, const Route& right);
    static void run(const Route& route, const std::vector<std::string>& path, HttpRequest request,
                    Responder responder);
    void dispatch(HttpRequest request, Responder responder) const;

    std::vector<Route> routes_;
    std::size_t segments_max_ = 0;
    std::function<void(const HttpRequest&, const Responder&)> request_hook_;
    std::function<void(std::string_view)> failure_sink_;
};

}  // namespace ebra
