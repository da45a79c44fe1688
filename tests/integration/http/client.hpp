/// @file
/// Client: a raw TCP client for tests of the HTTP server, blocking with a deadline on every read.
/// One thread uses one client. It knows just enough HTTP to find the end of an answer.
#pragma once

#include "http/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ebra {

class Client {
 public:
    /// Connects to 127.0.0.1; `receive_buffer` > 0 makes a reader that takes little ahead.
    explicit Client(std::uint16_t port, int receive_buffer = 0);

    bool is_connected() const { return is_connected_; }

    /// Sends all of it; false when the server closed.
    bool send(std::string_view bytes) const;
    /// Sends the request and returns the answer.
    std::string ask(std::string_view request);
    /// One answer: head and the body that its Content-Length says. Shorter when the server closed
    /// or `kReadDeadline` passed.
    std::string read_answer(bool has_body = true);
    /// Everything until the server closes or the deadline passes.
    std::string read_to_end();
    /// True when the server closed and nothing is left to read.
    bool is_ended();

    void half_close() const;
    /// Closes with a reset instead of a goodbye.
    void reset();

 private:
    bool read_more();

    static constexpr std::chrono::seconds kReadDeadline{10};
    UniqueFd socket_;
    bool is_connected_ = false;
    std::string unread_;
};

/// A GET without further headers.
std::string get(std::string_view target);
/// A POST with Content-Length.
std::string post(std::string_view target, std::string_view body);
/// The status of an answer; 0 when it is none.
int status_of(std::string_view answer);
/// What follows the head.
std::string body_of(std::string_view answer);

}  // namespace ebra
