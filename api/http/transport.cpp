#include "http/transport.hpp"

#include "http/problem.hpp"

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pistache/peer.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/timerfd.h>

namespace ebra {

namespace {

namespace Tcp = Pistache::Tcp;
using std::chrono::milliseconds;

// Pistache 0.0.5 can lose the wake-up with which a new connection reaches its worker; the worker
// looks by itself this often, which bounds the wait.
constexpr milliseconds kTick{50};
// Time limits are seconds; checking them five times a second is precise enough.
constexpr milliseconds kSweepInterval{200};
// The kernel gives up on data that the other end does not acknowledge.
constexpr unsigned kUnacknowledgedMsMax = 30'000;
constexpr const char* kConnectionKey = "connection";

// An explicit instantiation may name a private member: this makes Pistache's "take the connections
// that wait for this worker" callable, which it otherwise does only on the wake-up it can lose.
template <auto Member>
struct PeerQueueAccess {
    friend void take_waiting_peers(Tcp::Transport& transport) { (transport.*Member)(); }
};
void take_waiting_peers(Tcp::Transport& transport);
template struct PeerQueueAccess<&Tcp::Transport::handlePeerQueue>;

std::shared_ptr<Connection> connection_of(const std::shared_ptr<Tcp::Peer>& peer) {
    return std::static_pointer_cast<Connection>(peer->tryGetData(kConnectionKey));
}

std::string name_of(const Pistache::Address& address) {
    const std::string host = address.host();
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + address.port().toString();
}

UniqueFd make_timer() {
    UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    itimerspec period{};
    period.it_value.tv_nsec = std::chrono::nanoseconds(kTick).count();
    period.it_interval = period.it_value;
    if (!timer.is_open() || ::timerfd_settime(timer.get(), 0, &period, nullptr) != 0) {
        throw std::runtime_error("no timer for an HTTP worker: raise the limit of open files");
    }
    return timer;
}

void add_to_poller(Pistache::Polling::Epoll& poller, int fd) {
    using Pistache::Polling::NotifyOn;
    poller.addFd(fd, Pistache::Flags<NotifyOn>(NotifyOn::Read),
                 Pistache::Polling::Tag(static_cast<std::uint64_t>(fd)));
}

}  // namespace

HttpPeerHandler::HttpPeerHandler(std::shared_ptr<HttpCore> core, std::shared_ptr<WakeQueue> wakes)
    : core_(std::move(core)), wakes_(std::move(wakes)) {}

void HttpPeerHandler::onConnection(const std::shared_ptr<Tcp::Peer>& peer) {
    if (core_->phase() == HttpCore::Phase::kClosed || !core_->try_open_connection()) {
        return refuse(peer->fd());
    }
    UniqueFd socket(::fcntl(peer->fd(), F_DUPFD_CLOEXEC, 0));
    if (!socket.is_open()) {
        core_->close_connection();
        return refuse(peer->fd());
    }
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMsMax,
                 sizeof kUnacknowledgedMsMax);
    peer->putData(kConnectionKey, std::make_shared<Connection>(
                                      std::move(socket), name_of(peer->address()), core_, wakes_));
}

// Pistache reads the end of input at once after this and removes the peer.
void HttpPeerHandler::refuse(int fd) {
    core_->counters().connections_refused.fetch_add(1);
    const HttpResponse response = to_response(problems::unavailable(
        "The server has too many connections open.", core_->limits().retry_after_seconds));
    AnswerTraits traits;
    traits.closes = true;
    const Result<std::string> head = response_head(response, traits);
    if (head.ok()) {
        const std::string bytes = head.value() + response.body;
        // A courtesy: whether the client still reads it changes nothing.
        [[maybe_unused]] const ssize_t sent =
            ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    ::shutdown(fd, SHUT_RDWR);
}

void HttpPeerHandler::onInput(const char* bytes, std::size_t size,
                              const std::shared_ptr<Tcp::Peer>& peer) {
    if (const auto connection = connection_of(peer)) connection->on_input({bytes, size});
}

void HttpPeerHandler::onDisconnection(const std::shared_ptr<Tcp::Peer>& peer) {
    const auto connection = connection_of(peer);
    if (connection && connection->on_end_of_input()) half_closed_.push_back(connection);
}

std::shared_ptr<Tcp::Handler> HttpPeerHandler::clone() const {
    return std::make_shared<HttpPeerHandler>(core_, wakes_);
}

void HttpPeerHandler::sweep_half_closed(SocketTime now) {
    std::erase_if(half_closed_, [&](const std::weak_ptr<Connection>& item) {
        const auto connection = item.lock();
        return !connection || connection->sweep(now);
    });
}

void HttpPeerHandler::abort_half_closed() {
    for (const auto& item : half_closed_) {
        if (const auto connection = item.lock()) connection->abort();
    }
    half_closed_.clear();
}

std::shared_ptr<HttpTransport> HttpTransport::make(std::shared_ptr<HttpCore> core) {
    auto wakes = std::make_shared<WakeQueue>();
    auto handler = std::make_shared<HttpPeerHandler>(core, wakes);
    return std::make_shared<HttpTransport>(std::move(core), std::move(wakes), std::move(handler));
}

HttpTransport::HttpTransport(std::shared_ptr<HttpCore> core, std::shared_ptr<WakeQueue> wakes,
                             std::shared_ptr<HttpPeerHandler> handler)
    : Tcp::Transport(handler),
      core_(std::move(core)),
      wakes_(std::move(wakes)),
      handler_(std::move(handler)) {}

HttpTransport::~HttpTransport() {
    wakes_->close();
}

std::shared_ptr<Pistache::Aio::Handler> HttpTransport::clone() const {
    return make(core_);
}

void HttpTransport::registerPoller(Pistache::Polling::Epoll& poller) {
    Tcp::Transport::registerPoller(poller);
    timer_ = make_timer();
    add_to_poller(poller, timer_.get());
    add_to_poller(poller, wakes_->fd());
}

void HttpTransport::onReady(const Pistache::Aio::FdSet& fds) {
    bool is_tick = false;
    bool is_wake = false;
    for (const auto& entry : fds) {
        const auto fd = static_cast<int>(entry.getTag().value());
        is_tick = is_tick || fd == timer_.get();
        is_wake = is_wake || fd == wakes_->fd();
    }
    if (is_wake) {
        for (const auto& connection : wakes_->take()) connection->resume();
    }
    if (is_tick) tick();
    Tcp::Transport::onReady(fds);
}

void HttpTransport::tick() {
    std::uint64_t expirations = 0;
    [[maybe_unused]] const ssize_t size = ::read(timer_.get(), &expirations, sizeof expirations);
    take_waiting_peers(*this);
    const SocketTime now = SocketClock::now();
    if (core_->phase() == HttpCore::Phase::kClosed) return close_all();
    if (now < next_sweep_ && core_->phase() == HttpCore::Phase::kServing) return;
    next_sweep_ = now + kSweepInterval;
    sweep(now);
}

void HttpTransport::sweep(SocketTime now) {
    std::vector<std::shared_ptr<Tcp::Peer>> ended;
    for (const auto& [fd, peer] : peers) {
        const auto connection = connection_of(peer);
        if (connection && connection->sweep(now)) ended.push_back(peer);
    }
    for (const auto& peer : ended) removePeer(peer);
    handler_->sweep_half_closed(now);
}

void HttpTransport::close_all() {
    const auto all = peers;
    for (const auto& [fd, peer] : all) {
        if (const auto connection = connection_of(peer)) connection->abort();
        removePeer(peer);
    }
    handler_->abort_half_closed();
    if (!has_closed_all_) core_->worker_closed();
    has_closed_all_ = true;
}

}  // namespace ebra
