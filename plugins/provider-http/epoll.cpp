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

Epoll::Watch& Epoll::watch_of(int socket) {
    const auto index = static_cast<std::size_t>(socket);
    if (index >= watches_.size()) watches_.resize(index + 1);
    return watches_[index];
}

void Epoll::opened(int socket) {
    watch_of(socket) = Watch{true, 0, 0};
}

// The kernel forgets a descriptor by itself when it is closed.
void Epoll::closed(int socket) {
    watch_of(socket) = Watch{};
}

void Epoll::watch(int socket, bool for_reading, bool for_writing) {
    const std::uint32_t wanted = (for_reading ? EPOLLIN : 0u) | (for_writing ? EPOLLOUT : 0u);
    Watch& watch = watch_of(socket);
    watch.wanted = wanted;
    if (!watch.is_followed) return watch_unfollowed(socket, wanted);
    // What nobody wants now stays: the next request on a kept connection wants the same again.
    if (wanted == 0 || wanted == watch.registered) return;
    control(watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, wanted);
    watch.registered = wanted;
}

void Epoll::watch_unfollowed(int socket, std::uint32_t wanted) {
    if (wanted == 0) return control(EPOLL_CTL_DEL, socket, 0);
    control(EPOLL_CTL_MOD, socket, wanted);
    if (errno == ENOENT) control(EPOLL_CTL_ADD, socket, wanted);
}

/// Leaves in errno why it failed, 0 when it did not.
void Epoll::control(int operation, int socket, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    errno = 0;
    epoll_ctl(epoll_, operation, socket, &event);
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
            continue;
        }
        Watch& watch = watch_of(event.data.fd);
        if (watch.wanted != 0) {
            ready(event.data.fd, curl_events_of(event.events));
        } else if (watch.registered != 0) {
            // The other side has closed a kept connection, which would be told again and again.
            control(EPOLL_CTL_DEL, event.data.fd, 0);
            watch.registered = 0;
        }
    }
}

}  // namespace ebra::provider_http
