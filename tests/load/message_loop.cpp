#include "message_loop.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ebra::load {

namespace {

constexpr std::uint64_t kListenerTag = ~std::uint64_t{0};
constexpr int kBacklog = 1'024;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void set_quick(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/// The Content-Length of a head; 0 when it names none.
std::size_t body_size(std::string_view head) {
    constexpr std::string_view kName = "content-length:";
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1)) {
        const std::string_view line = head.substr(at + 1);
        if (line.size() <= kName.size()) continue;
        if (strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
        const std::size_t from = line.find_first_not_of(' ', kName.size());
        std::size_t size = 0;
        std::from_chars(line.data() + from, line.data() + line.size(), size);
        return size;
    }
    return 0;
}

}  // namespace

std::uint64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

void pause_for(int pause_ms) {
    if (pause_ms > 0) poll(nullptr, 0, pause_ms);
}

std::string request_of(std::string_view line, std::string_view body) {
    std::string message(line);
    message += " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ";
    message += std::to_string(body.size());
    message += "\r\n\r\n";
    message += body;
    return message;
}

std::string answer_of(std::string_view status, std::string_view body) {
    std::string message = "HTTP/1.1 ";
    message += status;
    message += "\r\nContent-Type: application/json\r\nContent-Length: ";
    message += std::to_string(body.size());
    message += "\r\n\r\n";
    message += body;
    return message;
}

MessageLoop::MessageLoop(Events events)
    : events_(std::move(events)), poller_(epoll_create1(EPOLL_CLOEXEC)) {}

MessageLoop::~MessageLoop() {
    for (const Peer& peer : peers_) {
        if (peer.fd >= 0) close(peer.fd);
    }
    if (listener_ >= 0) close(listener_);
    close(poller_);
}

std::uint16_t MessageLoop::listen(std::uint16_t port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, kBacklog) != 0) {
        throw std::runtime_error("cannot listen on 127.0.0.1:" + std::to_string(port));
    }
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kListenerTag;
    epoll_ctl(poller_, EPOLL_CTL_ADD, listener_, &event);
    return ntohs(address.sin_port);
}

MessageLoop::Id MessageLoop::connect(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect to 127.0.0.1:" + std::to_string(port));
    }
    return add(fd);
}

MessageLoop::Id MessageLoop::add(int fd) {
    set_quick(fd);
    const Id id = peers_.size();
    peers_.emplace_back();
    peers_.back().fd = fd;
    watch(id, EPOLL_CTL_ADD, false);
    return id;
}

void MessageLoop::watch(Id id, int operation, bool wants_write) const {
    epoll_event event{};
    event.events = EPOLLIN | (wants_write ? std::uint32_t{EPOLLOUT} : 0U);
    event.data.u64 = id;
    epoll_ctl(poller_, operation, peers_[id].fd, &event);
}

void MessageLoop::send(Id id, std::string_view bytes) {
    Peer& peer = peers_[id];
    if (peer.fd < 0) return;
    const bool was_waiting = !peer.out.empty();
    peer.out += bytes;
    if (!was_waiting) write_out(id);
}

bool MessageLoop::turn(int timeout_ms) {
    std::array<epoll_event, 512> events{};
    const int count = epoll_wait(poller_, events.data(), events.size(), timeout_ms);
    for (int at = 0; at < count; ++at) {
        const epoll_event& event = events[static_cast<std::size_t>(at)];
        if (event.data.u64 == kListenerTag) {
            accept_all();
            continue;
        }
        const Id id = event.data.u64;
        if (peers_[id].fd >= 0 && (event.events & EPOLLOUT) != 0) write_out(id);
        if (peers_[id].fd >= 0 && (event.events & ~std::uint32_t{EPOLLOUT}) != 0) read_in(id);
    }
    return count > 0;
}

void MessageLoop::accept_all() {
    for (;;) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        add(fd);
    }
}

void MessageLoop::write_out(Id id) {
    Peer& peer = peers_[id];
    while (!peer.out.empty()) {
        const ssize_t sent = ::send(peer.fd, peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) return watch(id, EPOLL_CTL_MOD, true);
        if (sent < 0) return drop(id);
        if (static_cast<std::size_t>(sent) == peer.out.size()) {
            peer.out.clear();
        } else {
            peer.out.erase(0, static_cast<std::size_t>(sent));
        }
    }
    watch(id, EPOLL_CTL_MOD, false);
}

void MessageLoop::read_in(Id id) {
    std::array<char, 65'536> bytes;
    const ssize_t got = read(peers_[id].fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(id);
    peers_[id].in.append(bytes.data(), static_cast<std::size_t>(got));
    for (;;) {
        // A handler may add peers, which moves them: look each time.
        std::string_view in = peers_[id].in;
        const std::size_t end = in.find("\r\n\r\n");
        if (end == std::string_view::npos) return;
        const std::string_view head = in.substr(0, end);
        const std::size_t size = body_size(head);
        if (in.size() < end + 4 + size) return;
        const std::string message(in.substr(0, end + 4 + size));
        peers_[id].in.erase(0, message.size());
        const std::string_view whole = message;
        events_.message(id, whole.substr(0, end), whole.substr(end + 4));
        if (peers_[id].fd < 0) return;
    }
}

void MessageLoop::drop(Id id) {
    close(peers_[id].fd);
    peers_[id] = Peer{};
    if (events_.closed) events_.closed(id);
}

}  // namespace ebra::load
