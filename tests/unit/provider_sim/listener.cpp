#include "listener.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace ebra::sim::test {

namespace {

constexpr int kBacklog = 128;

std::string in_small_letters(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

void send_all(int fd, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t wrote = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (wrote <= 0) return;  // The peer is gone; the test sees what it misses.
        sent += static_cast<std::size_t>(wrote);
    }
}

Request parse_head(const std::string& head) {
    Request request;
    const std::size_t first = head.find(' ');
    request.target = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
        const std::size_t end = std::min(head.find("\r\n", at), head.size());
        const std::string line = head.substr(at, end - at);
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) {
            request.headers[in_small_letters(line.substr(0, colon))] = line.substr(colon + 2);
        }
        at = end + 2;
    }
    return request;
}

}  // namespace

Listener::Listener(std::deque<int> statuses)
    : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), statuses_(std::move(statuses)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listening_, generic, size) != 0 || listen(listening_, kBacklog) != 0 ||
        getsockname(listening_, generic, &size) != 0 || pipe(stopping_) != 0) {
        throw std::runtime_error(std::string("no port to listen on: ") + std::strerror(errno));
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

Listener::~Listener() {
    (void)!write(stopping_[1], "x", 1);
    thread_.join();
    close(listening_);
    close(stopping_[0]);
    close(stopping_[1]);
}

std::string Listener::url(const std::string& ref) const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/callbacks/call-status?ref=" + ref;
}

std::vector<Request> Listener::wait(std::size_t count, std::chrono::milliseconds patience) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return requests_.size() >= count; });
    return requests_;
}

std::size_t Listener::count() const {
    const std::lock_guard lock(mutex_);
    return requests_.size();
}

void Listener::run() {
    std::vector<Connection> connections;
    while (true) {
        std::vector<pollfd> watched = {{stopping_[0], POLLIN, 0}, {listening_, POLLIN, 0}};
        for (const Connection& one : connections) watched.push_back({one.fd, POLLIN, 0});
        poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0) break;
        for (std::size_t n = connections.size(); n-- > 0;) {
            if (watched[n + 2].revents == 0 || read_from(connections[n])) continue;
            close(connections[n].fd);
            connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(n));
        }
        if (watched[1].revents != 0) {
            connections.push_back({accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC), ""});
        }
    }
    for (const Connection& one : connections) close(one.fd);
}

bool Listener::read_from(Connection& connection) {
    char chunk[16'384];
    const ssize_t length = recv(connection.fd, chunk, sizeof chunk, 0);
    if (length <= 0) return false;
    connection.input.append(chunk, static_cast<std::size_t>(length));
    bool closes = false;
    while (!closes && take_request(connection, closes)) {
    }
    return !closes;
}

bool Listener::take_request(Connection& connection, bool& closes) {
    const std::size_t head_end = connection.input.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    Request request = parse_head(connection.input.substr(0, head_end));
    const std::size_t length = std::stoul(request.headers["content-length"]);
    if (connection.input.size() < head_end + 4 + length) return false;
    request.body = connection.input.substr(head_end + 4, length);
    request.at = std::chrono::steady_clock::now();
    connection.input.erase(0, head_end + 4 + length);
    int status = 200;
    {
        const std::lock_guard lock(mutex_);
        status = next_status();
        requests_.push_back(std::move(request));
        changed_.notify_all();
    }
    closes = status == 0;
    if (closes) return true;
    send_all(connection.fd,
             "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: 0\r\n\r\n");
    return true;
}

int Listener::next_status() {
    if (statuses_.empty()) return 200;
    const int status = statuses_.front();
    statuses_.pop_front();
    return status;
}

}  // namespace ebra::sim::test
