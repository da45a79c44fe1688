#include "transfer_loop.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace ebra::provider_http {

namespace {

/// How often time limits of what is not sent yet are looked at.
constexpr std::uint64_t kExpireEveryNs = 50'000'000;
/// Easy handles kept for the next request; the rest are freed.
constexpr std::size_t kIdleHandlesMax = 256;
/// Requests at once on one HTTP/2 connection, if the server allows as many.
constexpr long kStreamsMax = 256;
constexpr int kWaitMsMax = 1'000;

void start_libcurl() {
    // Once per process, and never undone: a plugin is never unloaded.
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

}  // namespace

TransferLoop::TransferLoop(const ebra_host* host, LoopSettings settings)
    : host_(host), settings_(std::move(settings)) {
    start_libcurl();
    set_up_multi();
    thread_ = std::thread([this] { run(); });
}

TransferLoop::~TransferLoop() {
    is_stopping_ = true;
    epoll_.ring();
    thread_.join();
    for (CURL* easy : idle_handles_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
}

bool TransferLoop::submit(HttpRequest request, OnAnswer done) {
    if (in_hand_.fetch_add(1) >= settings_.in_hand_max) {
        in_hand_.fetch_sub(1);
        return false;
    }
    auto transfer = std::make_unique<Transfer>(std::move(request), std::move(done), now_ns());
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_) {
            in_hand_.fetch_sub(1);
            return false;
        }
        submitted_.push_back(std::move(transfer));
        if (submitted_.size() > 1) return true;  // The bell has been rung.
    }
    epoll_.ring();
    return true;
}

void TransferLoop::run() {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (!is_stopping_) {
        take_submitted();
        admit();
        epoll_.wait(wait_ms(), [this](int socket, int events) { drive(socket, events); });
        if (timer_at_ns_ != 0 && now_ns() >= timer_at_ns_) {
            timer_at_ns_ = 0;
            drive(CURL_SOCKET_TIMEOUT, 0);
        }
        collect();
        expire();
    }
    end_all();
}

void TransferLoop::take_submitted() {
    const std::lock_guard lock(mutex_);
    while (!submitted_.empty()) {
        waiting_.push_back(std::move(submitted_.front()));
        submitted_.pop_front();
    }
}

void TransferLoop::admit() {
    while (!waiting_.empty() && unsent_.size() < kUnsentMax) {
        std::unique_ptr<Transfer> next = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(next));
    }
}

void TransferLoop::begin(std::unique_ptr<Transfer> transfer) {
    CURL* easy = take_handle();
    if (easy == nullptr) {
        HttpAnswer answer = transfer->ended("out of memory");
        return end(std::move(transfer), std::move(answer));
    }
    Transfer* const raw = transfer.get();
    raw->set_up(easy, settings_, host_, [this, raw] { unsent_.erase(raw); });
    unsent_.insert(raw);
    active_.emplace(easy, std::move(transfer));
    const CURLMcode code = curl_multi_add_handle(multi_, easy);
    if (code != CURLM_OK) end_active(easy, raw->ended(curl_multi_strerror(code)));
}

void TransferLoop::drive(int socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
}

void TransferLoop::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
}

void TransferLoop::finish(CURL* easy, CURLcode code) {
    end_active(easy, active_.at(easy)->outcome(code));
}

void TransferLoop::end_active(CURL* easy, HttpAnswer&& answer) {
    const auto found = active_.find(easy);
    std::unique_ptr<Transfer> transfer = std::move(found->second);
    active_.erase(found);
    unsent_.erase(transfer.get());
    curl_multi_remove_handle(multi_, easy);
    give_back(easy);
    end(std::move(transfer), std::move(answer));
}

void TransferLoop::end(std::unique_ptr<Transfer> transfer, HttpAnswer&& answer) {
    // Room is made first: whoever is told may hand in the next request at once.
    in_hand_.fetch_sub(1);
    transfer->call_done(std::move(answer));
}

/// Ends what waits for a connection and may not be sent any more, before libcurl would notice.
void TransferLoop::expire() {
    const std::uint64_t now = now_ns();
    if (now < expire_at_ns_) return;
    expire_at_ns_ = now + kExpireEveryNs;
    std::vector<CURL*> late;
    for (const Transfer* transfer : unsent_) {
        if (transfer->has_waited_too_long(now)) late.push_back(transfer->easy());
    }
    for (CURL* easy : late) end_active(easy, active_.at(easy)->ended("not sent in time"));
    expire_waiting(now);
}

void TransferLoop::expire_waiting(std::uint64_t now) {
    for (std::size_t left = waiting_.size(); left > 0; --left) {
        std::unique_ptr<Transfer> next = std::move(waiting_.front());
        waiting_.pop_front();
        if (!next->has_waited_too_long(now)) {
            waiting_.push_back(std::move(next));
            continue;
        }
        HttpAnswer answer = next->ended("not sent in time");
        end(std::move(next), std::move(answer));
    }
}

void TransferLoop::end_all() {
    while (!active_.empty()) {
        CURL* const easy = active_.begin()->first;
        end_active(easy, active_.begin()->second->ended("provider-http stops"));
    }
    take_submitted();
    while (!waiting_.empty()) {
        std::unique_ptr<Transfer> next = std::move(waiting_.front());
        waiting_.pop_front();
        HttpAnswer answer = next->ended("provider-http stops");
        end(std::move(next), std::move(answer));
    }
}

int TransferLoop::wait_ms() const {
    std::uint64_t until_ns = now_ns() + static_cast<std::uint64_t>(kWaitMsMax) * 1'000'000;
    if (timer_at_ns_ != 0) until_ns = std::min(until_ns, timer_at_ns_);
    if (!unsent_.empty() || !waiting_.empty()) until_ns = std::min(until_ns, expire_at_ns_);
    const std::uint64_t now = now_ns();
    if (until_ns <= now) return 0;
    return static_cast<int>((until_ns - now + 999'999) / 1'000'000);
}

CURL* TransferLoop::take_handle() {
    if (idle_handles_.empty()) {
        CURL* made = curl_easy_init();
        if (made == nullptr) return nullptr;
        EasyTransfer::prepare(made, settings_);
        curl_easy_setopt(made, CURLOPT_OPENSOCKETFUNCTION, &TransferLoop::on_open);
        curl_easy_setopt(made, CURLOPT_OPENSOCKETDATA, this);
        curl_easy_setopt(made, CURLOPT_CLOSESOCKETFUNCTION, &TransferLoop::on_close);
        curl_easy_setopt(made, CURLOPT_CLOSESOCKETDATA, this);
        return made;
    }
    CURL* easy = idle_handles_.back();
    idle_handles_.pop_back();
    return easy;
}

void TransferLoop::give_back(CURL* easy) {
    if (idle_handles_.size() >= kIdleHandlesMax) return curl_easy_cleanup(easy);
    // The next request overwrites all that points into the one that ends now.
    idle_handles_.push_back(easy);
}

void TransferLoop::set_up_multi() {
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &TransferLoop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &TransferLoop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, kStreamsMax);
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, settings_.connections_max);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, settings_.connections_max);
}

int TransferLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const bool is_gone = what == CURL_POLL_REMOVE;
    static_cast<TransferLoop*>(self)->epoll_.watch(socket, !is_gone && (what & CURL_POLL_IN) != 0,
                                                   !is_gone && (what & CURL_POLL_OUT) != 0);
    return 0;
}

curl_socket_t TransferLoop::on_open(void* self, curlsocktype, curl_sockaddr* address) {
    const int made = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (made >= 0) static_cast<TransferLoop*>(self)->epoll_.opened(made);
    return made;
}

int TransferLoop::on_close(void* self, curl_socket_t socket) {
    static_cast<TransferLoop*>(self)->epoll_.closed(socket);
    return close(socket);
}

int TransferLoop::on_timer(CURLM*, long timeout_ms, void* self) {
    auto& loop = *static_cast<TransferLoop*>(self);
    loop.timer_at_ns_ =
        timeout_ms < 0 ? 0 : loop.now_ns() + static_cast<std::uint64_t>(timeout_ms) * 1'000'000 + 1;
    return 0;
}

}  // namespace ebra::provider_http
