#include "http_service.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ebra::test {

namespace {

constexpr std::size_t kRequestBytesMax = 4 * 1024 * 1024;
constexpr int kWaitMsMax = 1'000;
constexpr char kTlsHandshake = 0x16;  // The first byte of TLS, which this server does not speak.

std::int64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

std::string bytes_of(const ServedReply& reply) {
    if (reply.is_raw) return reply.body;
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Answer\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    return head + reply.body;
}

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::string decoded(const std::string& text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0) {
            made += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            made += text[i] == '+' ? ' ' : text[i];
        }
    }
    return made;
}

}  // namespace

struct HttpService::Connection {
    Connection(int descriptor, const TlsServer* tls) : socket(descriptor), wire(descriptor, tls) {}

    const int socket;
    Wire wire;
    std::uint64_t number = 0;
    std::uint64_t requests = 0;
    std::string in;
    std::string out;
    bool is_waiting = false;  ///< For an answer that is not due yet, or never.
    bool hang_up = false;
    bool reset = false;
};

struct HttpService::Pending {
    int socket;
    std::uint64_t connection;
    ServedReply reply;
};

HttpService::HttpService(Handler handler, int port, const TlsServer* tls)
    : handler_(std::move(handler)), tls_(tls) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, raw, size) != 0 || listen(listener_, 4096) != 0 ||
        getsockname(listener_, raw, &size) != 0) {
        throw std::runtime_error("cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    bell_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (const int descriptor : {listener_, bell_}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
    }
    thread_ = std::thread([this] { run(); });
}

HttpService::~HttpService() {
    is_stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto rung = write(bell_, &one, sizeof one);
    thread_.join();
    for (const auto& [socket, connection] : connections_) close(socket);
    for (const int descriptor : {listener_, bell_, epoll_}) close(descriptor);
}

void HttpService::run() {
    std::array<epoll_event, 256> events{};
    while (!is_stopping_) {
        const int count = epoll_wait(epoll_, events.data(), 256, wait_ms());
        for (int i = 0; i < count; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (socket == listener_) accept_all();
            const auto found = connections_.find(socket);
            if (found == connections_.end()) continue;
            if ((events[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) {
                write_to(*found->second);
            } else {
                read_from(*found->second);
            }
        }
        answer_due();
    }
}

void HttpService::accept_all() {
    for (;;) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) return;
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto connection = std::make_unique<Connection>(socket, tls_);
        connection->number = ++connections_made_;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
        connections_.emplace(socket, std::move(connection));
    }
}

void HttpService::read_from(Connection& connection) {
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto got = connection.wire.receive(buffer.data(), buffer.size());
        if (got < 0 && errno == EAGAIN) break;
        if (got <= 0) return close_connection(connection, false);
        connection.in.append(buffer.data(), static_cast<std::size_t>(got));
        if (connection.in.size() > kRequestBytesMax) return close_connection(connection, true);
    }
    const int socket = connection.socket;
    while (connections_.count(socket) != 0 && !connection.is_waiting && take_request(connection)) {
    }
}

bool HttpService::take_request(Connection& connection) {
    if (!connection.in.empty() && connection.in.front() == kTlsHandshake) {
        close_connection(connection, false);
        return false;
    }
    const std::size_t head_end = connection.in.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    ServedRequest request;
    const std::size_t first_end = connection.in.find("\r\n");
    const std::string first = connection.in.substr(0, first_end);
    request.method = first.substr(0, first.find(' '));
    const std::size_t target_at = request.method.size() + 1;
    request.target = first.substr(target_at, first.rfind(' ') - target_at);
    const std::size_t mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
    for (std::size_t at = first_end + 2; at < head_end;) {
        const std::size_t end = connection.in.find("\r\n", at);
        const std::string line = connection.in.substr(at, end - at);
        const std::size_t colon = line.find(':');
        const std::size_t value_at = line.find_first_not_of(' ', colon + 1);
        request.headers[lower(line.substr(0, colon))] =
            value_at == std::string::npos ? "" : line.substr(value_at);
        at = end + 2;
    }
    const auto length = request.headers.find("content-length");
    const std::size_t body_size = length == request.headers.end() ? 0 : std::stoul(length->second);
    if (connection.in.size() < head_end + 4 + body_size) return false;
    request.body = connection.in.substr(head_end + 4, body_size);
    connection.in.erase(0, head_end + 4 + body_size);
    request.connection = connection.number;
    request.on_connection = ++connection.requests;
    ++requests_;
    ServedReply reply = handler_(request);
    if (reply.never || reply.delay_ms > 0) connection.is_waiting = true;
    if (reply.never) return false;
    if (reply.delay_ms > 0) {
        hold({connection.socket, connection.number, std::move(reply)});
        return false;
    }
    answer(connection, reply);
    return true;
}

void HttpService::hold(Pending pending) {
    const std::uint64_t requests = pending.reply.after_requests;
    held_.emplace(requests, std::move(pending));
    while (!held_.empty() && held_.begin()->first <= requests_) {
        Pending due = std::move(held_.begin()->second);
        held_.erase(held_.begin());
        pending_.emplace(now_ms() + due.reply.delay_ms, std::move(due));
    }
}

void HttpService::answer(Connection& connection, const ServedReply& reply) {
    connection.is_waiting = false;
    std::string bytes = bytes_of(reply);
    if (reply.cut_at) bytes.resize(std::min(*reply.cut_at, bytes.size()));
    connection.out += bytes;
    connection.hang_up = reply.hang_up || reply.reset || reply.cut_at.has_value();
    connection.reset = reply.reset;
    write_to(connection);
}

void HttpService::write_to(Connection& connection) {
    while (!connection.out.empty()) {
        const auto sent = connection.wire.send(connection.out.data(), connection.out.size());
        if (sent < 0 && errno == EAGAIN) return watch(connection);
        if (sent < 0) return close_connection(connection, false);
        connection.out.erase(0, static_cast<std::size_t>(sent));
    }
    if (connection.hang_up) return close_connection(connection, connection.reset);
    watch(connection);
}

void HttpService::watch(const Connection& connection) {
    epoll_event event{};
    event.events = connection.out.empty() ? EPOLLIN : EPOLLOUT;
    event.data.fd = connection.socket;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket, &event);
}

void HttpService::close_connection(Connection& connection, bool with_reset) {
    const int socket = connection.socket;
    if (with_reset) {
        const linger at_once{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    close(socket);
    connections_.erase(socket);
}

void HttpService::answer_due() {
    while (!pending_.empty() && pending_.begin()->first <= now_ms()) {
        const Pending due = std::move(pending_.begin()->second);
        pending_.erase(pending_.begin());
        const auto found = connections_.find(due.socket);
        if (found == connections_.end() || found->second->number != due.connection) continue;
        answer(*found->second, due.reply);
    }
}

int HttpService::wait_ms() const {
    if (pending_.empty()) return kWaitMsMax;
    const std::int64_t left = pending_.begin()->first - now_ms();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, kWaitMsMax));
}

std::vector<std::pair<std::string, std::string>> parse_form(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> made;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('&', at), text.size());
        const std::string pair = text.substr(at, end - at);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        made.emplace_back(decoded(pair.substr(0, equals)),
                          equals < pair.size() ? decoded(pair.substr(equals + 1)) : "");
        at = end + 1;
    }
    return made;
}

}  // namespace ebra::test
