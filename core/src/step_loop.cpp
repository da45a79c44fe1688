#include "step_loop.hpp"

#include "assert.hpp"

#include <pthread.h>

namespace ebra {

void StepLoop::start() {
    EBRA_ASSERT(!thread_.joinable());
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), parts_.name.substr(0, 15).c_str());
}

void StepLoop::stop() {
    is_stopping_ = true;
    if (!thread_.joinable()) return;
    parts_.wake();
    thread_.join();
}

void StepLoop::run() {
    while (!is_stopping_) {
        const std::int64_t wait_ms = parts_.step();
        if (is_stopping_) return;
        if (wait_ms > 0) parts_.wait(wait_ms);
    }
}

}  // namespace ebra
