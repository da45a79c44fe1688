#include "client.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ebra {

namespace {

constexpr std::size_t kReadSize = 64 * 1024;

std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = head.find(kName);
    std::size_t length = 0;
    if (at == std::string_view::npos) return 0;
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
    return length;
}

}  // namespace

Client::Client(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_buffer > 0) {
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    timeval deadline{};
    deadline.tv_sec = kReadDeadline.count();
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool Client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string Client::ask(std::string_view request) {
    return send(request) ? read_answer() : std::string();
}

bool Client::read_more() {
    std::string buffer(kReadSize, '\0');
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    unread_.append(buffer, 0, static_cast<std::size_t>(got));
    return true;
}

std::string Client::read_answer(bool has_body) {
    std::size_t end = std::string::npos;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more()) return std::exchange(unread_, {});
    }
    std::size_t size = end + 4;
    if (has_body) size += content_length(std::string_view(unread_).substr(0, size));
    while (unread_.size() < size) {
        if (!read_more()) return std::exchange(unread_, {});
    }
    std::string answer = unread_.substr(0, size);
    unread_.erase(0, size);
    return answer;
}

std::string Client::read_to_end() {
    while (read_more()) continue;
    return std::exchange(unread_, {});
}

bool Client::is_ended() {
    char byte = 0;
    return unread_.empty() && ::recv(socket_.get(), &byte, 1, 0) == 0;
}

void Client::half_close() const {
    ::shutdown(socket_.get(), SHUT_WR);
}

void Client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = UniqueFd();
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

int status_of(std::string_view answer) {
    int status = 0;
    if (answer.substr(0, 9) != "HTTP/1.1 " || answer.size() < 12) return 0;
    std::from_chars(answer.data() + 9, answer.data() + 12, status);
    return status;
}

std::string body_of(std::string_view answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string() : std::string(answer.substr(end + 4));
}

}  // namespace ebra
