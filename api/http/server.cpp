#include "http/server.hpp"

#include "http/transport.hpp"

#include <exception>
#include <pistache/listener.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>

namespace ebra {

namespace {

namespace Tcp = Pistache::Tcp;

constexpr std::size_t kWorkersMax = 64;
constexpr int kBacklog = 1024;
// Files, databases, provider connections and the server's own few.
constexpr std::size_t kDescriptorsReserved = 256;
constexpr std::size_t kDescriptorsPerConnection = 2;
// Closing sockets takes a worker one tick; more means that a handler blocks it.
constexpr std::chrono::seconds kCloseTimeout{2};

// Pistache stops accepting and stops its workers in one call only; these reach the half of it that
// ends the accept thread, and the socket, so that answers still leave while nobody new comes in.
template <auto Member>
struct AcceptStopAccess {
    friend void stop_accept_thread(Tcp::Listener& listener) { (listener.*Member).notify(); }
};
void stop_accept_thread(Tcp::Listener& listener);
template struct AcceptStopAccess<&Tcp::Listener::shutdownFd>;

template <auto Member>
struct ListenSocketAccess {
    friend int listen_socket(const Tcp::Listener& listener) { return listener.*Member; }
};
int listen_socket(const Tcp::Listener& listener);
template struct ListenSocketAccess<&Tcp::Listener::listen_fd>;

Status reserve_descriptors(std::size_t connections) {
    const rlim_t needed = connections * kDescriptorsPerConnection + kDescriptorsReserved;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return Done{};
    if (limit.rlim_max < needed) {
        return Error{ErrorCode::kUnavailable,
                     std::to_string(connections) + " HTTP connections need " +
                         std::to_string(needed) + " open files and this process may have " +
                         std::to_string(limit.rlim_max) +
                         "; raise LimitNOFILE (ulimit -Hn) or lower the connection limit"};
    }
    limit.rlim_cur = needed;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return Done{};
    return Error{ErrorCode::kUnavailable, "cannot raise the limit of open files to " +
                                              std::to_string(needed) + "; set ulimit -n"};
}

}  // namespace

/// The Pistache half: a listener with its accept thread and workers.
class HttpServer::Running {
 public:
    Running(const HttpServerOptions& options, const std::shared_ptr<HttpCore>& core)
        : listener_(Pistache::Address(options.address)) {
        using Tcp::Options;
        const Pistache::Flags<Options> flags(Options::ReuseAddr | Options::NoDelay |
                                             Options::CloseOnExec);
        listener_.init(options.workers, flags, "ebra-http", kBacklog);
        listener_.setTransportFactory([core] { return HttpTransport::make(core); });
        listener_.bind();
    }
    ~Running() { listener_.shutdown(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    std::uint16_t port() const { return listener_.getPort(); }
    void serve() { listener_.runThreaded(); }

    void stop_accepting() {
        stop_accept_thread(listener_);
        ::shutdown(listen_socket(listener_), SHUT_RDWR);
    }

 private:
    Tcp::Listener listener_;
};

HttpServer::HttpServer(HttpServerOptions options, Router router)
    : options_(std::move(options)),
      core_(std::make_shared<HttpCore>(options_.limits, std::move(router))) {}

HttpServer::~HttpServer() {
    stop(std::chrono::milliseconds(0));
}

Status HttpServer::bind() {
    if (running_ || has_started_) {
        return Error{ErrorCode::kConflict, "an HTTP server is started once only"};
    }
    if (options_.workers < 1 || options_.workers > kWorkersMax) {
        return Error{ErrorCode::kInvalidArgument, "the HTTP server takes 1 to 64 workers"};
    }
    if (auto reserved = reserve_descriptors(options_.limits.connections_max); !reserved.ok()) {
        return reserved;
    }
    const std::string place = "cannot listen on " + options_.address + ": ";
    if (!core_->slow_writer().start()) {
        return Error{ErrorCode::kUnavailable, place + "no descriptor is left; raise ulimit -n"};
    }
    try {
        running_ = std::make_unique<Running>(options_, core_);
    } catch (const std::invalid_argument& failure) {
        return Error{ErrorCode::kInvalidArgument,
                     place + failure.what() + "; write host:port, like 127.0.0.1:3000"};
    } catch (const std::exception& failure) {
        return Error{ErrorCode::kUnavailable,
                     place + failure.what() +
                         "; stop the program that has the port, or choose another address"};
    }
    port_ = running_->port();
    return Done{};
}

void HttpServer::use(Router router) {
    core_->use(std::move(router));
}

Status HttpServer::start() {
    if (has_started_) return Error{ErrorCode::kConflict, "an HTTP server is started once only"};
    if (!running_) {
        Status bound = bind();
        if (!bound) return bound;
    }
    has_started_ = true;
    running_->serve();
    return Done{};
}

std::uint16_t HttpServer::port() const {
    return port_;
}

bool HttpServer::stop(std::chrono::milliseconds grace) {
    if (!running_) return true;
    if (!has_started_) {
        has_started_ = true;
        running_.reset();
        core_->slow_writer().stop();
        return true;
    }
    core_->enter_phase(HttpCore::Phase::kDraining);
    running_->stop_accepting();
    const bool is_quiet = core_->wait_until_quiet(SocketClock::now() + grace);
    core_->enter_phase(HttpCore::Phase::kClosed);
    core_->wait_until_workers_closed(options_.workers, SocketClock::now() + kCloseTimeout);
    running_.reset();
    core_->slow_writer().stop();
    return is_quiet;
}

HttpStats HttpServer::stats() const {
    return core_->counters().snapshot();
}

}  // namespace ebra
