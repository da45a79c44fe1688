#include "http/wake_queue.hpp"

#include "http/connection.hpp"

#include <sys/eventfd.h>

namespace ebra {

WakeQueue::WakeQueue() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void WakeQueue::push(std::shared_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return;
    waiting_.push_back(std::move(connection));
    // A full counter wakes as well as one more would; nothing else can fail here.
    [[maybe_unused]] const int result = ::eventfd_write(event_.get(), 1);
}

std::vector<std::shared_ptr<Connection>> WakeQueue::take() {
    eventfd_t ignored = 0;
    [[maybe_unused]] const int result = ::eventfd_read(event_.get(), &ignored);
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

void WakeQueue::close() {
    std::vector<std::shared_ptr<Connection>> dropped;
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    dropped.swap(waiting_);
}

}  // namespace ebra
