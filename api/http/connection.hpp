/// @file
/// Connection: one client socket, from bytes to requests to answers. Owned by its worker's peer
/// and, while a request is in flight, by that request's Responder; it holds its own descriptor, so
/// an answer can never reach another client, whoever closed what before. At most one request is in
/// flight; what a client sends ahead waits in order, up to pipelined_bytes_max. After a framing
/// error it answers one problem document, then only drains and closes. It never blocks.
#pragma once

#include "http/responder.hpp"
#include "http/server_core.hpp"
#include "http/unique_fd.hpp"
#include "http/wake_queue.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace ebra {

class Connection : public AnswerPort, public std::enable_shared_from_this<Connection> {
 public:
    /// Takes `socket` over; the caller has counted the connection in with try_open_connection().
    Connection(UniqueFd socket, std::string peer, std::shared_ptr<HttpCore> core,
               std::shared_ptr<WakeQueue> wakes);
    ~Connection() override;

    /// Bytes arrived. Worker only; handlers may run inside.
    void on_input(std::string_view bytes);

    /// Goes on with input that waited for an answer. Worker only, after the WakeQueue named it.
    void resume();

    /// The client sends no more (it may still read). Worker only. True when a request is in flight,
    /// so that the worker must go on sweeping this connection although its peer is gone.
    bool on_end_of_input();

    /// Checks the time limits at `now`, answers 408 or 504 where due. Worker only. True when the
    /// socket is to be given up.
    bool sweep(SocketTime now);

    /// Breaks the connection off: nothing more is read or written. Any thread.
    void abort();

    void deliver(const AnswerTraits& traits, HttpResponse response) noexcept override;
    void answer_ignored() noexcept override;
    void answer_missing() noexcept override;

 private:
    enum class Phase {
        kReading,    // No request in flight.
        kBusy,       // One is; input waits.
        kLingering,  // The last answer is out; input is thrown away until the client closes.
        kDead,       // Broken off; the worker will remove it.
    };

    // Worker only.
    void discard(std::size_t size);
    void keep(std::string_view bytes);
    void process();
    bool may_process(std::size_t handled);
    bool step();
    void dispatch(std::size_t length);
    void consume(std::size_t length);
    void continue_if_expected();
    void reject(int status, std::string_view reason);
    bool is_overdue(SocketTime now);
    void expire_answer();
    std::string_view unread() const { return std::string_view(input_).substr(consumed_); }

    // Any thread.
    bool closes_after(const AnswerTraits& traits);
    void write(std::string head, std::string body, bool closes);
    void write_slowly(std::string rest, bool closes);
    void finish(bool is_delivered, bool closes);

    const UniqueFd socket_;
    const std::string peer_;
    const std::shared_ptr<HttpCore> core_;
    const std::shared_ptr<WakeQueue> wakes_;

    // Worker only.
    std::string input_;
    std::size_t consumed_ = 0;  // Bytes of input_ that earlier messages took.
    FramingState framing_;
    bool has_said_continue_ = false;
    bool has_served_ = false;
    std::size_t discarded_ = 0;

    std::mutex mutex_;
    // Guarded by mutex_.
    Phase phase_ = Phase::kReading;
    SocketTime since_ = SocketClock::now();  // When the phase, the head or the body began.
    bool closes_early_ = false;              // The client sent too much ahead.
    bool has_waiting_input_ = false;         // For finish(): somebody must call resume().
    bool is_dispatching_ = false;            // The worker is in process() and will look itself.
    std::weak_ptr<PendingAnswer> pending_;
};

}  // namespace ebra
