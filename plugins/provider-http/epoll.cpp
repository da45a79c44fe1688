#include "epoll.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <curl/curl.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ebra::provider_http {

namespace {

/// Descriptors handled per wait; the rest follow in the next.
constexpr std::size_t kEventsMax = 256;

int curl_events_of(std::uint32_t events) {
    int made = 0;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0) made |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0) made |= CURL_CSELECT_OUT;
    if ((events & EPOLLERR) != 0) made |= CURL_CSELECT_ERR;
    return made;
}

}  // namespace

Epoll::Epoll()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event bell{};
    bell.events = EPOLLIN;
    bell.data.fd = bell_;
    if (epoll_ >= 0 && bell_ >= 0 && epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &bell) == 0) return;
    if (epoll_ >= 0) close(epoll_);
    if (bell_ >= 0) close(bell_);
    throw std::runtime_error("no descriptors left; raise the limit of open files (ulimit -n)");
}

Epoll::~Epoll() {
    close(bell_);
    close(epoll_);
}

void Epoll::watch(int socket, bool for_reading, bool for_writing) {
    if (!for_reading && !for_writing) {
        epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
        return;
    }
    epoll_event wanted{};
    wanted.events = (for_reading ? EPOLLIN : 0u) | (for_writing ? EPOLLOUT : 0u);
    wanted.data.fd = socket;
    // A descriptor may be closed and its number reused without a word: try both ways round.
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &wanted) == 0) return;
    if (errno == ENOENT) epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &wanted);
}

void Epoll::ring() {
    const std::uint64_t one = 1;
    // The only way to fail is a full counter, and then the bell rings already.
    [[maybe_unused]] const auto written = write(bell_, &one, sizeof one);
}

void Epoll::wait(int timeout_ms, const std::function<void(int, int)>& ready) {
    std::array<epoll_event, kEventsMax> events{};
    const int count =
        epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == bell_) {
            std::uint64_t rung = 0;
            [[maybe_unused]] const auto got = read(bell_, &rung, sizeof rung);
        } else {
            ready(event.data.fd, curl_events_of(event.events));
        }
    }
}

}  // namespace ebra::provider_http
