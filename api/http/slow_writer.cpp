#include "http/slow_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace ebra {

namespace {

using Clock = std::chrono::steady_clock;

// Writes what the socket takes. True: all is written; false: the socket is broken; nothing: later.
std::optional<bool> advance(SlowWrite& write) {
    while (write.written < write.bytes.size()) {
        const ssize_t sent =
            ::send(write.fd, write.bytes.data() + write.written, write.bytes.size() - write.written,
                   MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            write.written += static_cast<std::size_t>(sent);
            continue;
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
        return false;
    }
    return true;
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

SlowWriter::SlowWriter(std::size_t writes_max, std::size_t bytes_max)
    : writes_max_(writes_max), bytes_max_(bytes_max) {}

SlowWriter::~SlowWriter() {
    stop();
}

bool SlowWriter::start() {
    if (thread_.joinable()) return true;
    wake_fd_ = UniqueFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!wake_fd_.is_open()) return false;
    {
        const std::lock_guard lock(mutex_);
        is_running_ = true;
    }
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "ebra-http-write");
    return true;
}

void SlowWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_running_ = false;
    }
    if (!thread_.joinable()) return;
    wake();
    thread_.join();
}

bool SlowWriter::submit(SlowWrite write) {
    const std::lock_guard lock(mutex_);
    if (!is_running_ || writes_ >= writes_max_ || bytes_ + write.bytes.size() > bytes_max_) {
        return false;
    }
    ++writes_;
    bytes_ += write.bytes.size();
    incoming_.push_back(std::move(write));
    wake();
    return true;
}

void SlowWriter::wake() const {
    // A full counter wakes as well as one more would; nothing else can fail here.
    [[maybe_unused]] const int result = ::eventfd_write(wake_fd_.get(), 1);
}

void SlowWriter::take_incoming(std::vector<SlowWrite>& active) {
    const std::lock_guard lock(mutex_);
    std::move(incoming_.begin(), incoming_.end(), std::back_inserter(active));
    incoming_.clear();
}

void SlowWriter::wait(const std::vector<SlowWrite>& active) const {
    std::vector<pollfd> fds{{wake_fd_.get(), POLLIN, 0}};
    int timeout_ms = -1;
    for (const SlowWrite& write : active) {
        fds.push_back({write.fd, POLLOUT, 0});
        const int left_ms = milliseconds_until(write.deadline);
        timeout_ms = timeout_ms < 0 ? left_ms : std::min(timeout_ms, left_ms);
    }
    // Errors need no handling: every write is tried again afterwards, and the deadlines hold.
    [[maybe_unused]] const int ready = ::poll(fds.data(), fds.size(), timeout_ms);
    eventfd_t ignored = 0;
    [[maybe_unused]] const int result = ::eventfd_read(wake_fd_.get(), &ignored);
}

void SlowWriter::finish(SlowWrite& write, bool is_delivered) {
    {
        const std::lock_guard lock(mutex_);
        --writes_;
        bytes_ -= write.bytes.size();
    }
    write.done(is_delivered);
}

void SlowWriter::run() {
    std::vector<SlowWrite> active;
    const auto is_stopped = [this] {
        const std::lock_guard lock(mutex_);
        return !is_running_;
    };
    while (!is_stopped()) {
        take_incoming(active);
        std::vector<SlowWrite> waiting;
        for (SlowWrite& write : active) {
            const std::optional<bool> outcome = advance(write);
            const bool is_late = !outcome && Clock::now() >= write.deadline;
            if (outcome || is_late) {
                finish(write, outcome.value_or(false));
            } else {
                waiting.push_back(std::move(write));
            }
        }
        active = std::move(waiting);
        wait(active);
    }
    take_incoming(active);
    for (SlowWrite& write : active) finish(write, false);
}

}  // namespace ebra
