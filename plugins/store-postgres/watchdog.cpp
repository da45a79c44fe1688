#include "watchdog.hpp"

#include <chrono>
#include <sys/socket.h>

namespace ebra::postgres {

namespace {

constexpr std::chrono::milliseconds kLookEach{250};

std::int64_t now_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Watchdog::watch(Watched& watched) {
    const std::lock_guard lock(mutex_);
    all_.insert(&watched);
}

void Watchdog::let_go(Watched& watched) {
    const std::lock_guard lock(mutex_);
    all_.erase(&watched);
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kLookEach, [this] { return is_stopping_; })) {
        const std::int64_t now = now_ms();
        for (const Watched* watched : all_) {
            const std::int64_t deadline = watched->deadline_ms;
            // One that was answered just now is lost as well: its next user makes another.
            if (deadline != 0 && deadline <= now) shutdown(watched->socket, SHUT_RDWR);
        }
    }
}

Deadline::Deadline(Watched& watched, std::int64_t patience_ms) : watched_(watched) {
    watched_.deadline_ms = now_ms() + patience_ms;
}

}  // namespace ebra::postgres
