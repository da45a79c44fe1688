/// @file
/// Responder: the right to answer one request, once. Made by the server, handed to the handler, may
/// be copied, moved to any thread and used there; it never blocks and outlives the server safely.
/// When the last copy goes unsent the client is told 500, so no client waits for nothing.
#pragma once

#include "http/response.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ebra {

/// Where answers go: a connection, or a test. Called from any thread, at most one deliver() for
/// each request. Implementations do not throw.
class AnswerPort {
 public:
    virtual ~AnswerPort() = default;
    /// Takes the one answer of a request.
    virtual void deliver(const AnswerTraits& traits, HttpResponse response) noexcept = 0;
    /// An answer came after the request was answered; it is dropped.
    virtual void answer_ignored() noexcept = 0;
    /// The handler let the request go unanswered; a 500 is delivered in its place.
    virtual void answer_missing() noexcept = 0;
};

/// The state that all copies of one Responder share.
class PendingAnswer {
 public:
    PendingAnswer(std::shared_ptr<AnswerPort> port, AnswerTraits traits);
    ~PendingAnswer();
    PendingAnswer(const PendingAnswer&) = delete;
    PendingAnswer& operator=(const PendingAnswer&) = delete;

    /// Goes out with whatever the answer is. Before any copy of the Responder was handed on.
    void add_header(std::string name, std::string value);

    /// Told the `failure` of the answer that counts. Before any copy of the Responder was handed
    /// on.
    void on_failure(std::function<void(std::string_view what)> sink);

    /// Delivers `response` and returns true, or returns false when the request is answered already.
    bool try_send(HttpResponse response) noexcept;
    AnswerPort& port() const { return *port_; }

 private:
    const std::shared_ptr<AnswerPort> port_;
    const AnswerTraits traits_;
    std::vector<std::pair<std::string, std::string>> headers_;
    std::function<void(std::string_view what)> failure_sink_;
    std::atomic<bool> is_sent_{false};
};

class Responder {
 public:
    explicit Responder(std::shared_ptr<PendingAnswer> pending) : pending_(std::move(pending)) {}
    /// For tests and in-process callers: answers to `port`, as HTTP/1.1 GET would.
    explicit Responder(std::shared_ptr<AnswerPort> port, AnswerTraits traits = {});

    /// Puts a header on the answer, whoever gives it, time-outs and 500s included. Only where the
    /// request is first looked at (Router::on_request), before other threads know this Responder.
    void add_header(std::string name, std::string value) const;

    /// Where the answer's HttpResponse::failure goes; must not throw. Only where add_header() may
    /// be used.
    void on_failure(std::function<void(std::string_view what)> sink) const;

    /// Answers the request. Any thread, does not block: what the socket does not take at once goes
    /// to the writer thread. Only the first answer counts; a further one is dropped and counted. A
    /// client that left is no error, only a counter.
    void send(HttpResponse response) const noexcept;

 private:
    std::shared_ptr<PendingAnswer> pending_;
};

}  // namespace ebra
