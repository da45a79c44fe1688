#include "loop.hpp"

#include "real_time.hpp"

#include "ebra/plugin.hpp"

#include <algorithm>
#include <pthread.h>

namespace ebra::sim {

namespace {

/// Timers that may run before the network has its turn again.
constexpr int kTimersInARowMax = 256;
constexpr std::int64_t kWaitMsMax = 1'000;

}  // namespace

Loop::Loop(const ebra_host* host, std::string signing_key)
    : host_(host), sender_(host, std::move(signing_key), [this](std::int64_t at_ns, Task task) {
          at(at_ns, std::move(task));
      }) {}

Loop::~Loop() {
    stop();
}

void Loop::start() {
    thread_ = std::thread([this] { run(); });
}

void Loop::stop() {
    is_stopping_.store(true);
    sender_.wake();
    if (thread_.joinable()) thread_.join();
}

void Loop::at(std::int64_t at_ns, Task task) {
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        is_first = timers_.empty() || at_ns < timers_.top().at_ns;
        timers_.push(Timer{at_ns, next_order_++, std::move(task)});
    }
    if (is_first && std::this_thread::get_id() != thread_.get_id()) sender_.wake();
}

std::size_t Loop::pending() const {
    const std::lock_guard lock(mutex_);
    return timers_.size() + sender_.pending();
}

void Loop::run() {
    pthread_setname_np(pthread_self(), "ebra-sim");
    while (!is_stopping_.load()) {
        try {
            run_due();
            sender_.drive();
            sender_.wait(wait_ms());
        } catch (const std::exception& thrown) {
            // One call's webhook is lost, as it happens to providers; the others go on.
            host_->log(
                host_, EBRA_LOG_ERROR,
                plugin::str(std::string("the simulator failed at a call: ") + thrown.what()));
        }
    }
}

void Loop::run_due() {
    for (int ran = 0; ran < kTimersInARowMax; ++ran) {
        Task task;
        {
            const std::lock_guard lock(mutex_);
            if (timers_.empty() || timers_.top().at_ns > monotonic_ns()) return;
            // top() is const only to protect the order, and the timer leaves the queue at once.
            task = std::move(const_cast<Timer&>(timers_.top()).task);
            timers_.pop();
        }
        task();
    }
}

int Loop::wait_ms() const {
    const std::lock_guard lock(mutex_);
    if (timers_.empty()) return static_cast<int>(kWaitMsMax);
    const std::int64_t left_ns = timers_.top().at_ns - monotonic_ns();
    if (left_ns <= 0) return 0;
    return static_cast<int>(std::min((left_ns + kNsPerMs - 1) / kNsPerMs, kWaitMsMax));
}

}  // namespace ebra::sim
