#include "http/connection.hpp"

#include "http/problem.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace ebra {

namespace {

// After a long message a connection gives its memory back.
constexpr std::size_t kInputBytesKept = 64 * 1024;
constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

// One non-blocking send of both parts; the bytes taken, or -1 with errno.
ssize_t send_parts(int fd, std::string& head, std::string& body) {
    std::array<iovec, 2> parts{{{head.data(), head.size()}, {body.data(), body.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = body.empty() ? 1 : 2;
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(fd, &message, kSendFlags);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

std::string remainder(std::string&& head, std::string&& body, std::size_t sent) {
    if (sent >= head.size()) return body.substr(sent - head.size());
    return head.substr(sent) + body;
}

}  // namespace

Connection::Connection(UniqueFd socket, std::string peer, std::shared_ptr<HttpCore> core,
                       std::shared_ptr<WakeQueue> wakes)
    : socket_(std::move(socket)),
      peer_(std::move(peer)),
      core_(std::move(core)),
      wakes_(std::move(wakes)) {}

Connection::~Connection() {
    core_->close_connection();
}

void Connection::on_input(std::string_view bytes) {
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::kDead) return;
        if (phase_ == Phase::kLingering) return discard(bytes.size());
        if (phase_ == Phase::kReading && unread().empty()) since_ = SocketClock::now();
        keep(bytes);
        if (phase_ == Phase::kBusy || has_waiting_input_) return;
    }
    process();
}

// A client that only sends must not keep the worker in its read loop: once it has sent enough for
// nothing, the socket reports the end of input. Called with mutex_ held.
void Connection::discard(std::size_t size) {
    discarded_ += size;
    if (discarded_ > core_->limits().linger_bytes_max) ::shutdown(socket_.get(), SHUT_RD);
}

// Called with mutex_ held.
void Connection::keep(std::string_view bytes) {
    if (closes_early_) return discard(bytes.size());
    const bool is_ahead = phase_ == Phase::kBusy || has_waiting_input_;
    if (is_ahead && unread().size() + bytes.size() > core_->limits().pipelined_bytes_max) {
        closes_early_ = true;
        return discard(bytes.size());
    }
    input_.append(bytes);
    if (phase_ == Phase::kBusy) has_waiting_input_ = true;
}

void Connection::resume() {
    process();
}

void Connection::process() {
    for (std::size_t handled = 0; may_process(handled); ++handled) {
        if (!step()) return;
    }
}

// Decides, in one critical section, whether the worker goes on or somebody else must wake it.
bool Connection::may_process(std::size_t handled) {
    const std::lock_guard lock(mutex_);
    is_dispatching_ = false;
    if (phase_ != Phase::kReading) {
        has_waiting_input_ = !unread().empty();
        return false;
    }
    has_waiting_input_ = false;
    if (unread().empty()) return false;
    if (handled < core_->limits().messages_per_turn) return true;
    has_waiting_input_ = true;
    wakes_->push(shared_from_this());
    return false;
}

// Looks for one message. True when one was dispatched and there may be another.
bool Connection::step() {
    const bool had_head = framing_.is_head_complete();
    const Framing framing = frame_message(unread(), core_->limits().message, framing_);
    switch (framing.verdict) {
        case Framing::Verdict::kReject:
            reject(framing.status, framing.reason);
            return false;
        case Framing::Verdict::kMessage:
            dispatch(framing.length);
            return true;
        case Framing::Verdict::kNeedMore:
            break;
    }
    if (!had_head && framing_.is_head_complete()) {
        const std::lock_guard lock(mutex_);
        since_ = SocketClock::now();
    }
    continue_if_expected();
    return false;
}

void Connection::continue_if_expected() {
    if (has_said_continue_ || !framing_.is_head_complete()) return;
    if (!framing_.head().expects_continue) return;
    has_said_continue_ = true;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const ssize_t sent = ::send(socket_.get(), kContinue.data(), kContinue.size(), kSendFlags);
    if (sent != static_cast<ssize_t>(kContinue.size())) abort();
}

void Connection::dispatch(std::size_t length) {
    Result<HttpRequest> request = make_request(unread(), framing_, peer_);
    const FramedHead& head = framing_.head();
    const AnswerTraits traits{head.method.of(unread()) == "HEAD", head.is_http_1_0,
                              head.wants_close};
    consume(length);
    auto pending = std::make_shared<PendingAnswer>(shared_from_this(), traits);
    {
        const std::lock_guard lock(mutex_);
        phase_ = Phase::kBusy;
        since_ = SocketClock::now();
        has_waiting_input_ = !unread().empty();
        is_dispatching_ = true;
        pending_ = pending;
    }
    const Responder responder(std::move(pending));
    if (!core_->begin_request()) {
        core_->counters().overloaded.fetch_add(1);
        responder.send(to_response(problems::unavailable(
            "The server has too many requests in hand.", core_->limits().retry_after_seconds)));
    } else if (!request.ok()) {
        core_->counters().count_rejected(400);
        responder.send(to_response(problems::bad_request(request.error().message)));
    } else {
        core_->router().route(std::move(request).value(), responder);
    }
}

void Connection::consume(std::size_t length) {
    consumed_ += length;
    framing_.reset();
    has_said_continue_ = false;
    has_served_ = true;
    // What is left moves to the front only now and then, so that many small messages cost no more.
    if (unread().empty() || consumed_ >= kInputBytesKept) {
        input_.erase(0, consumed_);
        consumed_ = 0;
    }
    if (input_.empty() && input_.capacity() > kInputBytesKept) input_.shrink_to_fit();
}

// No request is in flight here, so nothing else writes to the socket.
void Connection::reject(int status, std::string_view reason) {
    core_->counters().count_rejected(status);
    HttpResponse response = to_response(problems::of_status(status, std::string(reason)));
    AnswerTraits traits;
    traits.closes = true;
    Result<std::string> head = response_head(response, traits);
    if (head.ok() && send_parts(socket_.get(), head.value(), response.body) < 0) {
        core_->counters().answers_undeliverable.fetch_add(1);
    }
    input_.clear();
    consumed_ = 0;
    framing_.reset();
    const std::lock_guard lock(mutex_);
    phase_ = Phase::kLingering;
    since_ = SocketClock::now();
    ::shutdown(socket_.get(), SHUT_WR);
}

bool Connection::on_end_of_input() {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::kBusy || has_waiting_input_;
}

bool Connection::sweep(SocketTime now) {
    bool is_answer_late = false;
    {
        const std::lock_guard lock(mutex_);
        const HttpLimits& limits = core_->limits();
        if (phase_ == Phase::kDead) return true;
        if (phase_ == Phase::kLingering) return now - since_ > limits.linger_timeout;
        is_answer_late = phase_ == Phase::kBusy && now - since_ > limits.answer_timeout;
        if (phase_ == Phase::kBusy && !is_answer_late) return false;
    }
    if (is_answer_late) {
        expire_answer();
        return false;
    }
    return is_overdue(now);
}

void Connection::expire_answer() {
    std::shared_ptr<PendingAnswer> pending;
    {
        const std::lock_guard lock(mutex_);
        pending = pending_.lock();
    }
    if (!pending) return;
    HttpResponse late = to_response(problems::of_status(
        504, "The server found no answer in time; whether the request took effect is not known."));
    if (pending->try_send(std::move(late))) core_->counters().timeouts.fetch_add(1);
}

// Only in Phase::kReading, which only the worker leaves.
bool Connection::is_overdue(SocketTime now) {
    const HttpLimits& limits = core_->limits();
    SocketTime since;
    {
        const std::lock_guard lock(mutex_);
        if (has_waiting_input_) return false;
        since = since_;
    }
    if (unread().empty()) {
        if (core_->phase() != HttpCore::Phase::kServing) return true;
        if (now - since <= (has_served_ ? limits.idle_timeout : limits.head_timeout)) return false;
        core_->counters().idle_closed.fetch_add(1);
        return true;
    }
    const bool in_body = framing_.is_head_complete();
    if (now - since <= (in_body ? limits.body_timeout : limits.head_timeout)) return false;
    core_->counters().timeouts.fetch_add(1);
    reject(408, in_body ? "The body did not arrive in time." : "The head did not arrive in time.");
    return false;
}

void Connection::abort() {
    const std::lock_guard lock(mutex_);
    phase_ = Phase::kDead;
    ::shutdown(socket_.get(), SHUT_RDWR);
}

void Connection::answer_ignored() noexcept {
    core_->counters().answers_ignored.fetch_add(1);
}

void Connection::answer_missing() noexcept {
    core_->counters().answers_missing.fetch_add(1);
}

void Connection::deliver(const AnswerTraits& asked, HttpResponse response) noexcept {
    AnswerTraits traits = asked;
    traits.closes = closes_after(asked);
    Result<std::string> head = response_head(response, traits);
    if (!head.ok()) {
        core_->counters().answers_malformed.fetch_add(1);
        response = to_response(problems::internal_error());
        head = response_head(response, traits);
    }
    if (core_->phase() == HttpCore::Phase::kClosed) return finish(false, true);
    if (!has_body_on_wire(response, traits)) response.body.clear();
    write(std::move(head).value(), std::move(response.body), traits.closes);
}

bool Connection::closes_after(const AnswerTraits& traits) {
    const std::lock_guard lock(mutex_);
    return traits.closes || closes_early_ || core_->phase() != HttpCore::Phase::kServing;
}

void Connection::write(std::string head, std::string body, bool closes) {
    const std::size_t size = head.size() + body.size();
    const ssize_t result = send_parts(socket_.get(), head, body);
    if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return finish(false, true);
    const std::size_t sent = result < 0 ? 0 : static_cast<std::size_t>(result);
    if (sent == size) return finish(true, closes);
    write_slowly(remainder(std::move(head), std::move(body), sent), closes);
}

void Connection::write_slowly(std::string rest, bool closes) {
    core_->counters().slow_writes.fetch_add(1);
    SlowWrite slow;
    slow.fd = socket_.get();
    slow.bytes = std::move(rest);
    slow.deadline = SocketClock::now() + core_->limits().write_timeout;
    slow.done = [self = shared_from_this(), closes](bool is_delivered) {
        self->finish(is_delivered, closes);
    };
    if (!core_->slow_writer().submit(std::move(slow))) finish(false, true);
}

void Connection::finish(bool is_delivered, bool closes) {
    HttpCounters& counters = core_->counters();
    (is_delivered ? counters.answers : counters.answers_undeliverable).fetch_add(1);
    bool wakes = false;
    {
        const std::lock_guard lock(mutex_);
        since_ = SocketClock::now();
        if (!is_delivered || phase_ == Phase::kDead) {
            phase_ = Phase::kDead;
            ::shutdown(socket_.get(), SHUT_RDWR);
        } else if (closes || closes_early_) {
            phase_ = Phase::kLingering;
            ::shutdown(socket_.get(), SHUT_WR);
        } else {
            phase_ = Phase::kReading;
            wakes = has_waiting_input_ && !is_dispatching_;
        }
    }
    if (wakes) wakes_->push(shared_from_this());
    core_->end_request();
}

}  // namespace ebra
