/// @file
/// MessageLoop: HTTP messages over kept loopback connections, both ends, on one thread and epoll;
/// the least that a load generator, an instant provider and a bound need. It trusts its peers: only
/// Content-Length frames a message. Owned and used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ebra::load {

/// Nanoseconds of CLOCK_MONOTONIC: one clock for all processes of this machine.
std::uint64_t monotonic_ns();
/// Blocks for so long, so that a load has gaps; not at all for 0.
void pause_for(int pause_ms);

/// A request, whole. `line` is "POST /calls".
std::string request_of(std::string_view line, std::string_view body);
/// An answer, whole. `status` is "201 Created".
std::string answer_of(std::string_view status, std::string_view body);

class MessageLoop {
 public:
    using Id = std::size_t;

    struct Events {
        /// A whole message came in. Views are valid until it returns.
        std::function<void(Id id, std::string_view head, std::string_view body)> message;
        /// The other end is gone; the id is then never used again.
        std::function<void(Id id)> closed;
    };

    explicit MessageLoop(Events events);
    ~MessageLoop();
    MessageLoop(const MessageLoop&) = delete;
    MessageLoop& operator=(const MessageLoop&) = delete;

    /// Listens on 127.0.0.1; port 0 takes any. The port. Throws std::runtime_error.
    std::uint16_t listen(std::uint16_t port);
    /// A connection to 127.0.0.1. Throws std::runtime_error.
    Id connect(std::uint16_t port);
    /// Sends a message; what the socket does not take waits. Nothing happens to a closed one.
    void send(Id id, std::string_view bytes);
    /// Waits for events and handles them; false when none came in time.
    bool turn(int timeout_ms);

 private:
    struct Peer {
        int fd = -1;
        std::string out;
        std::string in;
    };

    Id add(int fd);
    void watch(Id id, int operation, bool wants_write) const;
    void accept_all();
    void write_out(Id id);
    void read_in(Id id);
    void drop(Id id);

    const Events events_;
    const int poller_;
    int listener_ = -1;
    std::vector<Peer> peers_;
};

}  // namespace ebra::load
