/// @file
/// HttpTransport: one worker of the HTTP server, as Pistache's transport. Pistache polls and reads;
/// this adds a timer and a wake-up to the same poll loop. Made by HttpServer, cloned once for each
/// worker thread; everything here runs on that thread. It never uses Pistache's own writes: those
/// are queued by descriptor number and were seen to reach a later client of the same number.
#pragma once

#include "http/connection.hpp"

#include <memory>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <vector>

namespace ebra {

/// Turns Pistache's peer events into those of a Connection.
class HttpPeerHandler : public Pistache::Tcp::Handler {
 public:
    HttpPeerHandler(std::shared_ptr<HttpCore> core, std::shared_ptr<WakeQueue> wakes);

    void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    void onInput(const char* bytes, std::size_t size,
                 const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    std::shared_ptr<Pistache::Tcp::Handler> clone() const override;

    /// Sweeps connections whose client sends no more and still waits for an answer.
    void sweep_half_closed(SocketTime now);
    void abort_half_closed();

 private:
    void refuse(int fd);

    const std::shared_ptr<HttpCore> core_;
    const std::shared_ptr<WakeQueue> wakes_;
    std::vector<std::weak_ptr<Connection>> half_closed_;
};

class HttpTransport : public Pistache::Tcp::Transport {
 public:
    static std::shared_ptr<HttpTransport> make(std::shared_ptr<HttpCore> core);
    HttpTransport(std::shared_ptr<HttpCore> core, std::shared_ptr<WakeQueue> wakes,
                  std::shared_ptr<HttpPeerHandler> handler);
    ~HttpTransport() override;

    std::shared_ptr<Pistache::Aio::Handler> clone() const override;
    void registerPoller(Pistache::Polling::Epoll& poller) override;
    void onReady(const Pistache::Aio::FdSet& fds) override;

 private:
    void tick();
    void sweep(SocketTime now);
    void close_all();

    const std::shared_ptr<HttpCore> core_;
    const std::shared_ptr<WakeQueue> wakes_;
    const std::shared_ptr<HttpPeerHandler> handler_;
    UniqueFd timer_;
    SocketTime next_sweep_{};
    bool has_closed_all_ = false;
};

}  // namespace ebra
