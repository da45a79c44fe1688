/// @file
/// HttpService: a small HTTP/1.1 server for tests, with TLS or without, that can misbehave to
/// order: answer late, in part, never, or hang up. One thread, one epoll; binds loopback and a free
/// port. The handler runs on that thread. It knows nothing of the code under test.
#pragma once

#include "wire.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ebra::test {

/// A request as it came in.
struct ServedRequest {
    std::string method;
    std::string target;  ///< Path and query.
    std::string path;
    std::string query;
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
    std::uint64_t connection = 0;     ///< Which connection, from 1.
    std::uint64_t on_connection = 0;  ///< Which request on it, from 1.
};

/// What to answer, and how badly.
struct ServedReply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::int64_t delay_ms = 0;
    std::uint64_t after_requests = 0;   ///< The delay begins when so many requests have come in.
    bool is_raw = false;                ///< `body` is all bytes of the answer, head included.
    std::optional<std::size_t> cut_at;  ///< Only so many bytes of the answer, then hang up.
    bool hang_up = false;               ///< Close after the answer.
    bool reset = false;                 ///< Hang up with a reset instead of an orderly end.
    bool never = false;                 ///< No answer; the connection stays open.
};

class HttpService {
 public:
    using Handler = std::function<ServedReply(const ServedRequest&)>;

    /// Listens on 127.0.0.1 at `port` (0 = a free one). `tls` must outlive it. Throws
    /// std::runtime_error.
    explicit HttpService(Handler handler, int port = 0, const TlsServer* tls = nullptr);
    ~HttpService();
    HttpService(const HttpService&) = delete;
    HttpService& operator=(const HttpService&) = delete;

    int port() const { return port_; }
    std::string url() const {
        return (tls_ == nullptr ? "http" : "https") + ("://127.0.0.1:" + std::to_string(port_));
    }
    std::uint64_t connections() const { return connections_made_.load(); }
    std::uint64_t requests() const { return requests_.load(); }

 private:
    struct Connection;
    struct Pending;

    void run();
    void accept_all();
    void read_from(Connection& connection);
    bool take_request(Connection& connection);
    void hold(Pending pending);
    void answer(Connection& connection, const ServedReply& reply);
    void write_to(Connection& connection);
    void close_connection(Connection& connection, bool with_reset);
    void answer_due();
    int wait_ms() const;
    void watch(const Connection& connection);

    const Handler handler_;
    const TlsServer* const tls_;
    int listener_ = -1;
    int epoll_ = -1;
    int bell_ = -1;
    int port_ = 0;
    std::atomic<bool> is_stopping_{false};
    std::atomic<std::uint64_t> connections_made_{0};
    std::atomic<std::uint64_t> requests_{0};
    std::map<int, std::unique_ptr<Connection>> connections_;
    std::multimap<std::uint64_t, Pending> held_;    ///< By how many requests they wait for.
    std::multimap<std::int64_t, Pending> pending_;  ///< By the time they are due.
    std::thread thread_;
};

/// "a=1&b=x%20y" to pairs, decoded.
std::vector<std::pair<std::string, std::string>> parse_form(const std::string& text);

}  // namespace ebra::test
