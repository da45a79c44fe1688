/// @file
/// HttpServer: an HTTP/1.1 server for handlers that answer when they can. Owned by whoever starts
/// it; start() and stop() are called from one thread, stats() from any. It speaks no TLS (a proxy
/// in front does) and no HTTP/2, and it never runs a handler after stop() returned.
#pragma once

#include "http/counters.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"

#include "ebra/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace ebra {

class HttpCore;

struct HttpServerOptions {
    /// Host and port, "127.0.0.1:3000" or "[::1]:0"; port 0 takes any free one.
    std::string address = "127.0.0.1:3000";
    std::size_t workers = 2;  ///< Threads that read and run handlers, 1 to 64.
    HttpLimits limits;
};

class HttpServer {
 public:
    HttpServer(HttpServerOptions options, Router router);
    /// Stops at once if it still runs: stop() with no time for requests in flight.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds and listens: the port is known, and clients that connect wait. kInvalidArgument for an
    /// address or option that makes no sense, kUnavailable when the port is taken or the system has
    /// too few descriptors. Raises the process's soft limit of open files as far as connections_max
    /// needs. Once only.
    Status bind();

    /// Replaces the routes, which may depend on the port. Between bind() and start() only.
    void use(Router router);

    /// Serves from now on; binds first if that was not done. Once only.
    Status start();

    /// The port bound; 0 before.
    std::uint16_t port() const;

    /// Stops: accepts no more, waits up to `grace` for the answers of requests in flight (they say
    /// `Connection: close`), then closes everything and joins its threads. True when every request
    /// in flight was answered. An answer that comes later is dropped and counted. Repeatable.
    bool stop(std::chrono::milliseconds grace);

    HttpStats stats() const;

 private:
    class Running;

    const HttpServerOptions options_;
    std::shared_ptr<HttpCore> core_;
    std::unique_ptr<Running> running_;
    std::uint16_t port_ = 0;
    bool has_started_ = false;
};

}  // namespace ebra
